"""Register a celery task for each report from inside the function that asks for it.

Leaks: the application keeps all tasks by name.
"""

from celery import Celery

TRUTH = "leaking"
RATE = 5160.0
REQUIRES = ("celery",)

_application = Celery("reports", set_as_current=False)
_application.finalize(auto=False)


def operation(i):
    @_application.task(name=f"report-{i}", shared=False)  # leaks
    def report():
        return i

    return report.name
