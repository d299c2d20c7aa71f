"""Expressions of workflows, read as GitHub reads them."""

import pytest
from rehearsal.expressions import ExpressionError, as_text, condition, evaluate, fill

CONTEXT = {
    "github": {"ref": "refs/heads/main", "event": {"number": 7}},
    "needs": {"merge": {"result": "success", "outputs": {"plan": '{"include": [{"name": "a"}]}'}}},
    "env": {"EMPTY": "", "SET": "Set"},
    "inputs": {},
    "many": ["one", "Two"],
    "none_of_many": [],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event.number", 7),
        ("'it''s'", "it's"),
        ("12", 12),
        ("true", True),
        ("null", None),
        ("github.no.such.thing", None),
        ("env.EMPTY || 'other'", "other"),
        ("env.SET && 'then' || 'else'", "then"),
        ("env.EMPTY && 'then' || 'else'", "else"),
        ("inputs.shards || env.EMPTY || '2'", "2"),
        ("!env.EMPTY", True),
        ("!(env.SET && env.EMPTY)", True),
        ("'a' == 'b' || 'c' == 'c' && 'd' != 'd'", False),
        ("fromJSON(needs.merge.outputs.plan).include", [{"name": "a"}]),
        ("format('{1} before {0}', 'b', 'a')", "a before b"),
        ("startsWith(github.ref, 'REFS/heads/')", True),
        ("toJSON(env.SET)", '"Set"'),
    ],
)
def test_an_expression_has_its_value(text, value):
    assert evaluate(text, CONTEXT) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("env.SET == 'sET'", True),
        ("inputs.shards == ''", True),  # nothing, and an empty string, are both the number 0
        ("'7' == github.event.number", True),
        ("'seven' == github.event.number", False),
        ("true == 1", True),
        ("many == 'one'", False),
    ],
)
def test_equality_is_githubs(text, value):
    assert evaluate(text, CONTEXT) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("contains(many, 'two')", True), ("contains(many, 'tw')", False), ("contains(github.ref, 'HEADS')", True)],
)
def test_what_is_contained_is_found_without_regard_to_case(text, value):
    assert evaluate(text, CONTEXT) is value


def test_an_empty_list_is_true_as_it_is_on_github():
    assert evaluate("none_of_many && 'true'", CONTEXT) == "true"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("secrets.TOKEN", "nothing is known of secrets"),
        ("hashFiles('*')", "there is no function hashFiles"),
        ("many[0]", "cannot be read from"),
        ("1 < 2", "cannot be read from"),
        ("(env.SET", "expected before the end"),
        ("env.SET env.SET", "'env' is one too many"),
        ("", "more expected before the end"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_never_a_guess(text, said):
    with pytest.raises(ExpressionError, match=said.replace("(", r"\(")):
        evaluate(text, CONTEXT)


def test_a_string_that_is_one_expression_becomes_its_value_and_in_another_it_is_text():
    assert fill("${{ fromJSON('[1, 2]') }}", CONTEXT) == [1, 2]
    assert fill("of ${{ github.event.number }}, ${{ env.SET == 'set' }}${{ inputs.none }}", CONTEXT) == "of 7, true"


def test_expressions_are_filled_in_however_deep():
    assert fill({"with": [{"name": "${{ env.SET }}"}, 3]}, CONTEXT) == {"with": [{"name": "Set"}, 3]}


@pytest.mark.parametrize(("value", "text"), [(None, ""), (True, "true"), (3.12, "3.12"), ([1], "[1]"), ("a", "a")])
def test_values_read_as_on_github(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("text", "succeeded", "holds"),
    [
        (None, True, True),
        (None, False, False),
        ("env.SET", True, True),
        ("env.SET", False, False),
        ("env.EMPTY", True, False),
        ("${{ !cancelled() }}", False, True),
        ("always()", False, True),
        ("cancelled()", True, False),
        ("success()", False, False),
        ("failure()", False, True),
        ("failure()", True, False),
        ("${{ !cancelled() && needs.merge.result == 'success' }}", False, True),
        ("${{ !cancelled() && needs.merge.result == 'failure' }}", True, False),
        ("failure() && env.EMPTY", False, False),
    ],
)
def test_a_condition_without_a_word_on_the_status_holds_only_while_all_goes_well(text, succeeded, holds):
    assert condition(text, CONTEXT, succeeded) is holds


def test_what_was_skipped_is_neither_success_nor_failure():
    assert not condition("success()", CONTEXT, succeeded=False, failed=False)
    assert not condition("failure()", CONTEXT, succeeded=False, failed=False)
    assert condition("always()", CONTEXT, succeeded=False, failed=False)
