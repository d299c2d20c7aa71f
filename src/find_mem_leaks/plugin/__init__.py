"""What the plugin for pytest does once a test is to be judged: pytest's side of it, and the process beside it."""
