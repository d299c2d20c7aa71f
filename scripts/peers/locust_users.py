"""What Locust's users do: they ask for one path, by its quicker client."""

from locust import FastHttpUser, task


class User(FastHttpUser):
    @task
    def ask(self) -> None:
        self.client.get("")  # it has no path but that of --host
