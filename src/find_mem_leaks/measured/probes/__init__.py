"""One counter per file, named by its mechanism; each says what it cannot see.

A probe is a function without arguments, ``read``, that returns a whole number and keeps nothing. Bytes unless it says
otherwise. A file that counts things which have numbers of their own may also have these two, by which the line that
made what is still there is told from one that made what has gone:

``numbers``  the set of the numbers of all things that are there
``hint``     a number, quickly read, that changes at least whenever a thing is added

Files that say what they count, by ``NAME``, ``UNIT``, ``THING`` and ``MISSES`` (docs/adding-a-probe.md), and those that
a record of the judging side names are read at each look; the others are parts of the readings of memory (``looks``).
"""
