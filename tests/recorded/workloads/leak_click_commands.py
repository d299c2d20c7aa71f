"""Add a click command to a group for each plug-in job.

Leaks: the group's table of commands grows.
"""

import click

TRUTH = "leaking"
RATE = 2710.0
REQUIRES = ("click",)


@click.group()
def main():
    pass


def operation(i):
    @main.command(f"job-{i}")  # leaks
    @click.option("--count", default=1)
    def job(count):
        return i * count
