"""What can be measured, and where: stacks, a person's own workloads, scenarios, interpreters."""
