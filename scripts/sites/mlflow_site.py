"""MLflow's server on SQLite, with one experiment of 20 runs.

Its tables take long to make: the first process makes them, the others copy the file. TMPDIR is where it lies.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

shared = Path(tempfile.gettempdir())
first = shared / "mlflow.db"
own = tempfile.mkdtemp()


def _make() -> None:
    """Make the database and what is in it."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"sqlite:///{own}/mlflow.db")
    experiment = client.create_experiment("shop", artifact_location=f"{own}/artifacts")
    for number in range(20):
        run = client.create_run(experiment, run_name=f"run {number}").info.run_id
        client.log_param(run, "rate", number)
        client.log_metric(run, "loss", 1 / (1 + number))
    client.create_registered_model("model")
    shutil.copy(f"{own}/mlflow.db", first)


with Path(shared, "mlflow.lock").open("w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if first.exists():
        shutil.copy(first, f"{own}/mlflow.db")
    else:
        _make()

os.environ["_MLFLOW_SERVER_FILE_STORE"] = f"sqlite:///{own}/mlflow.db"
os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = f"{own}/artifacts"

from mlflow.server import app  # noqa: F401 - it reads the variables
