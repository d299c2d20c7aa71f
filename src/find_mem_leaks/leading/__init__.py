"""How a cell is led: which rounds and stretches the measured process is asked for, and when it is enough.

Two protocols. *Fixed* carries out exactly the rounds and operations that were asked for. *Auto* warms up, then goes on
until the verdict is decided or the cell's time is up. Both look at memory between stretches, never inside one.
"""
