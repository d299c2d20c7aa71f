"""The blog that the stacks share: its posts and comments, what a request does to them, and who asks for it."""
