"""The dashboard of Optuna over SQLite, with one study of 20 trials."""

import tempfile

import optuna
from optuna_dashboard import wsgi

optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = f"sqlite:///{tempfile.mkdtemp()}/optuna.db"
study = optuna.create_study(storage=storage, study_name="shop")
study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2 + trial.suggest_int("y", 1, 9), n_trials=20)

app = wsgi(storage)
