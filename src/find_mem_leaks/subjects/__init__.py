"""Subjects that can be measured: stacks, a person's own workloads, scenarios, and interpreters to measure them in."""
