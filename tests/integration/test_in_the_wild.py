"""Leaks of current releases: each proof of docs/upstream-reports.md, run in an environment with that release."""

import re
import subprocess
from pathlib import Path

import pytest

from find_mem_leaks.subjects import environments

WILD = Path(__file__).parents[1] / "wild"
PAGE = (WILD.parents[1] / "docs" / "upstream-reports.md").read_text(encoding="utf-8")
PROOFS = sorted((WILD / "proofs").glob("*.py"))
RELEASES = {
    "blinker_string_senders": ["blinker==1.9.0"],
    "ijson_last_key": ["ijson==3.6.0"],
    "litestar_response_cache": ["litestar==2.25.0"],
    "litestar_sessions": ["litestar==2.25.0"],
    "opentelemetry_providers": ["opentelemetry-sdk==1.45.2"],
    "sqlalchemy_labels": ["sqlalchemy==2.1.9"],
    "sqlalchemy_table_names": ["sqlalchemy==2.1.9"],
    "uvicorn_connections_reset": ["uvicorn==0.54.0"],
}
# What a proof prints of things that should be gone, stretch by stretch.
COUNTED = {
    "blinker_string_senders": (r"(\d+) senders", ["10000", "20000", "30000", "40000"]),
    "ijson_last_key": (r"(\d+) MB", ["0", "10", "21", "31"]),
    "litestar_response_cache": (r"(\d+) expired", ["500", "1000", "1500", "2000"]),
    "litestar_sessions": (r"(\d+) sessions", ["500", "1000", "1500", "2000"]),
    "opentelemetry_providers": (r"(\d+) functions", ["1000", "2000", "3000", "4000"]),
    "sqlalchemy_labels": (r"(\d+) names", ["2000", "4000", "6000", "8000"]),
    "sqlalchemy_table_names": (r"(\d+) names", ["1001", "2001", "3001", "4001"]),
    "uvicorn_connections_reset": (r"(\d+) protocols", ["0", "100", "0"]),
}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda path: path.stem)
def test_the_page_shows_each_proof_as_it_is(proof):
    assert proof.read_text(encoding="utf-8") in PAGE


@pytest.mark.parametrize("proof", PROOFS, ids=lambda path: path.stem)
def test_a_proof_counts_what_should_be_gone(proof):
    with environments.throw_away(environments.find_python("3.11"), RELEASES[proof.stem]) as python:
        output = subprocess.run([str(python), str(proof)], check=True, stdout=subprocess.PIPE, text=True).stdout
    pattern, counts = COUNTED[proof.stem]
    assert re.findall(pattern, output) == counts
