"""What is measured: one file per stack, found by its name.

A stack's file has a docstring whose first line says what it is, a literal tuple ``REQUIRES`` with the names of the
modules that it imports, and a class ``Stack``: made with the path of the database file, it has ``open()``,
``create()``, ``read(id)``, ``update(id)``, ``delete(id)`` and ``close()``, all plain functions or all coroutine
functions.
``create`` stores a post under the next free id; a file whose name starts with an underscore is not a stack. Served
stacks and controls have other functions: docs/adding-a-stack.md.
"""
