"""Build an export of 2 MB in every thousandth operation and drop it at the end of the operation.

Does not leak: the peak is 2 MB higher than the rest, and the same each time.
"""

TRUTH = "clean"
RATE = 0.0


def operation(i):
    line = f"{i:08d};{i % 31};open\n"
    if i % 1000 == 500:
        export = line.encode() * 131_072
        return len(export)
    return len(line)
