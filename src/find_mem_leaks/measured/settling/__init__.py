"""What is done before a look at memory, so that it sees what stays and not what merely waits."""
