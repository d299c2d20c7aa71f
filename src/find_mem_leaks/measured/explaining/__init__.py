"""Where a leaking workload leaks, and what holds what it leaks, as seen from inside the measured process."""
