"""``python -m find_mem_leaks`` is ``find-mem-leaks``."""

from find_mem_leaks.commands import main

if __name__ == "__main__":
    main()
