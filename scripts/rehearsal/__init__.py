"""The workflows' own steps, run on this machine: what GitHub adds to them is emulated, and no more than that."""
