"""How the arguments of a tool are read: lenient about form, strict about meaning."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.wire.arguments import Arguments, parse
from clone_mcp.wire.predictions import ContinuationArguments, FeedbackArguments, PredictArguments
from clone_mcp.wire.recording import (
    RecordPromptArguments,
    RecordResponseArguments,
    StartSessionArguments,
    StopSessionArguments,
)

MODELS: list[type[Arguments]] = [
    PredictArguments,
    ContinuationArguments,
    FeedbackArguments,
    StartSessionArguments,
    StopSessionArguments,
    RecordPromptArguments,
    RecordResponseArguments,
]
ASK: dict[str, Any] = {"agent": "a", "agent_input": "Go on?"}


def asked(**more: Any) -> PredictArguments:
    arguments, ignored = parse(PredictArguments, {**ASK, **more})
    assert ignored == []
    return arguments


def refusal(model: type[Arguments], given: Any) -> str:
    with pytest.raises(Invalid) as raised:
        parse(model, given)
    return str(raised.value)


def test_unknown_arguments_are_ignored_and_named() -> None:
    arguments, ignored = parse(PredictArguments, {**ASK, "model": "claude", "recency_minutes": 60})
    assert arguments == PredictArguments(**ASK)
    assert ignored == ["model", "recency_minutes"]


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [("treshold", "threshold"), ("session", None), ("agent_inptu", "agent_input"), ("option", "options"), ("kk", None)],
)
def test_a_near_miss_is_refused_with_the_right_name(misspelt: str, right: str | None) -> None:
    if right is None:
        assert parse(PredictArguments, {**ASK, misspelt: 1})[1] == [misspelt]
    else:
        said = refusal(PredictArguments, {**ASK, misspelt: 0.5})
        assert said == f"There is no argument {misspelt!r}. Did you mean {right!r}?"


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_and_empty_mean_absent(nothing: str | None) -> None:
    given = {"k": nothing, "threshold": nothing, "session_id": nothing, "options": nothing}
    assert asked(**given) == PredictArguments(**ASK)
    assert refusal(PredictArguments, {"agent": nothing}) == "agent is required; agent_input is required."


def test_numbers_may_come_as_strings_and_strings_as_numbers() -> None:
    arguments = asked(k="3", threshold="0.6", session_id=42, agent=7)
    assert (arguments.k, arguments.threshold, arguments.session_id, arguments.agent) == (3, 0.6, "42", "7")
    assert asked(k=3.0).k == 3


def test_lists_may_come_as_json_text() -> None:
    assert asked(options='["yes", "no"]').options == ["yes", "no"]
    assert asked(options=' [ "yes" ] ').options == ["yes"]
    assert asked(options=[]).options == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"k": 0}, "k must be at least 1."),
        ({"k": 11}, "k must be at most 10."),
        ({"k": 10**400}, "k must be at most 10."),
        ({"k": 2.5}, "k must be a whole number."),
        ({"k": "many"}, "k must be a whole number."),
        ({"k": "9" * 5000}, "k must be a whole number."),
        ({"k": True}, "k can't be true or false."),
        ({"k": float("nan")}, "k must be a number."),
        ({"threshold": -0.1}, "threshold must be at least 0."),
        ({"threshold": 1.1}, "threshold must be at most 1."),
        ({"threshold": float("inf")}, "threshold must be at most 1."),
        ({"threshold": float("nan")}, "threshold must be at most 1."),
        ({"threshold": "NaN"}, "threshold must be at most 1."),
        ({"threshold": 10**400}, "threshold must be a number."),
        ({"threshold": False}, "threshold can't be true or false."),
        ({"threshold": {"value": 0.5}}, "threshold must be a number."),
        ({"agent": ["a"]}, "agent must be text."),
        ({"agent": "a" * 513}, "agent must have at most 512 characters."),
        ({"options": "yes"}, "options must be a list."),
        ({"options": "[yes"}, "options must be a list."),
        ({"options": {"a": "yes"}}, "options must be a list."),
        ({"options": ["yes", 1, None]}, "options.2 must be text."),
        ({"options": ["yes", ""]}, "options.1 must not be empty."),
        ({"options": ["yes"] * 51}, "options must have at most 50 items."),
    ],
)
def test_what_can_not_be_meant_is_refused_by_name_and_without_the_value(given: dict[str, Any], said: str) -> None:
    assert refusal(PredictArguments, {**ASK, **given}) == said


def test_a_choice_names_its_choices() -> None:
    said = refusal(FeedbackArguments, {"prediction_id": "p", "status": "my secret"})
    assert said == "status must be 'accepted', 'edited' or 'rejected'."


def test_arguments_that_are_no_object_are_refused() -> None:
    assert refusal(PredictArguments, ["a"]) == "The arguments must be a JSON object."


def test_nesting_too_deep_to_follow_is_refused_where_it_matters_and_ignored_where_not() -> None:
    deep: Any = "yes"
    for _ in range(100_000):
        deep = [deep]
    try:
        assert refusal(PredictArguments, {**ASK, "options": deep}) == "options is nested too deeply."
        assert refusal(PredictArguments, {**ASK, "options": "[" * 100_000}) == "options is nested too deeply."
        assert parse(PredictArguments, {**ASK, "colour": deep})[1] == ["colour"]
    finally:
        while isinstance(deep, list):  # taken apart layer by layer: the garbage collector would recurse
            deep = deep.pop()


def test_what_no_database_can_store_is_replaced() -> None:
    arguments, ignored = parse(
        PredictArguments,
        {"agent": "a\x00b", "agent_input": "half \ud83d of a pair", "options": ["\udc00"], "\ud800": 1},
    )
    assert (arguments.agent, arguments.agent_input) == ("a\ufffdb", "half \ufffd of a pair")
    assert arguments.options == ["\ufffd"]
    assert ignored == ["\ufffd"]


def test_a_long_name_is_not_said_back_whole() -> None:
    assert parse(PredictArguments, {**ASK, "n" * 1_000_000: 1})[1] == ["n" * 100]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("model", MODELS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_anything_json_can_say_is_either_read_or_refused(model: type[Arguments], data: st.DataObject) -> None:
    names = st.sampled_from(sorted(model.model_fields)) | st.text(max_size=10)
    arguments = data.draw(st.dictionaries(names, VALUES, max_size=6))
    try:
        read, ignored = parse(model, arguments)
    except Invalid as exc:
        assert str(exc)
    else:
        json.dumps([read.model_dump(), ignored], ensure_ascii=False, allow_nan=False).encode()
