"""Fava with a ledger of 200 transactions."""

import tempfile
from pathlib import Path

from fava.application import create_app

ledger = Path(tempfile.mkdtemp(), "shop.beancount")
lines = ['option "title" "shop"', "2024-01-01 open Assets:Cash EUR", "2024-01-01 open Expenses:Food EUR"]
for number in range(200):
    lines.append(f'2024-{1 + number % 12:02}-{1 + number % 28:02} * "shop" "food {number}"')
    lines.append("  Expenses:Food  1 EUR\n  Assets:Cash")
ledger.write_text("\n".join(lines) + "\n", encoding="utf-8")

app = create_app([str(ledger)])
