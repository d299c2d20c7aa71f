"""Fill a board of 200,000 cells, one at random in each operation.

Does not leak: every cell can be filled once. But half of the board is still empty after 140,000 operations, and a
tenth after 460,000.
"""

import random

TRUTH = "clean"
RATE = 0.0
ROWS, COLUMNS = 2_000, 100
BOARD = [{} for _ in range(ROWS)]
DICE = random.Random(5)


def operation(i):
    BOARD[DICE.randrange(ROWS)][DICE.randrange(COLUMNS)] = float(i)
