"""What the memory of a process that nobody has touched is made of: as it stands, and again once it is settled."""
