"""The options that a cell keeps of its call."""

import pytest

from find_mem_leaks.commands import recorded, run, selection


def options(*words, own=True, application=True):
    return recorded.options(run.parse(list(words)), selection.USUAL, own=own, application=application)


@pytest.mark.parametrize(
    "words",
    [
        ("--quick", "--concurrency", "4", "--time-cap", "90", "--stall", "5.5"),
        ("--python", "3.12", "--python", "x/bin/python", "--with", "flask", "--app-dir", "src"),
        ("--request", "GET /a b", "--requests", "a.har", "--exclude", "GET /docs*", "--workers", "2", "--all"),
    ],
)
def test_what_was_given_is_kept(words):
    assert options(*words) == words


def test_what_is_usual_or_told_otherwise_is_not():
    assert options() == ()
    assert options("--limit", "8", "--seed", "3", "-s", "x", "--workers", "1", "--concurrency", "2") == ()
    assert options("--python", "3.12", "--header", "A: b", own=False, application=False) == ()
    assert options("--python", "3.12", "--header", "A: b", application=False) == ("--python", "3.12")


@pytest.mark.parametrize(
    ("option", "given", "kept"),
    [
        ("--header", "X-Token: s3cret", "X-Token: ***"),
        ("--header", "Accept-Language: de", "Accept-Language: de"),
        ("--cookie", "session=s3cret", "session=***"),
        ("--auth", "ann:s3cret", "ann:***"),
        ("--login", "POST /token?key=s3cret username=ann&password=s3cret", "POST /token?*** ***"),
        ("--login", "GET /admin/login/", "GET /admin/login/"),
        ("--env", "SECRET_KEY=s3cret", "SECRET_KEY=***"),
        (
            "--env",
            "URL=postgresql://db/shop?user=ann&password=s3cret&a=1",
            "URL=postgresql://db/shop?user=ann&password=***&a=1",
        ),
        ("--env", "PG=host=db password=s3cret user=ann", "PG=host=db password=*** user=ann"),
        ("--with", "git+https://s3cret@github.com/o/r", "git+https://***@github.com/o/r"),
        ("--env", "DATABASE_URL=postgresql://ann:s3cret@db/shop", "DATABASE_URL=postgresql://ann:***@db/shop"),
        ("--env", "DJANGO_SETTINGS_MODULE=shop.settings", "DJANGO_SETTINGS_MODULE=shop.settings"),
    ],
)
def test_secrets_are_not(option, given, kept):
    assert options(option, given) == (option, kept)
