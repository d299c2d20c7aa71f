"""From a leaking cell to its culprits."""
