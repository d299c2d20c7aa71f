"""Plan a step to be undone later, as a closure that nobody ever calls.

Leaks: the list of steps keeps the function, its closure (a tuple and two cells) and what the cells hold.
"""

TRUTH = "leaking"
RATE = 385.0
HOLDER = "UNDO"
UNDO = []


def _undo(balance, amount):
    def step():
        return balance - amount  # leaks

    return step  # leaks


def operation(i):
    step = _undo(1000.0 + i, (i % 50) / 4)  # leaks
    UNDO.append(step)
    return round(step(), 2)
