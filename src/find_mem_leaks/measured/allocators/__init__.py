"""The allocators that may stand behind ``malloc``, one per file; each says where its figures come from and what it
cannot see.

An allocator is made from the process's global symbols (``ctypes.CDLL(None)``), and raises ``AttributeError`` or
``OSError`` where it is not there. It keeps nothing from one call to the next, so that a reading is no growth:

``read``      bytes that it has handed out and that are still in use, and bytes that it has taken from the system
``kept``      bytes that it holds and could hand out without taking more; what it cannot see of them is left out
``trim``      give back to the system what can be given back; False if it has no way to
``describe``  its name and version, as in ``glibc 2.36``
``blind``     why ``read`` misses native memory; empty where it misses none. Once it says something it goes on to

``answering`` finds the one that answers; ``objects`` says which allocator Python's own objects come from.
"""
