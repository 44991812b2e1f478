"""What the person has confirmed that agents may do without asking lifts the gate, for that and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.models.memory import Fact, FactKind, Tier
from clone_mcp.models.prediction import Question
from clone_mcp.stakes.permission import covering, permissions
from tests.support.events import NINE

STAGING = "You may always deploy to staging without asking me."


def confirmed(text: str) -> Fact:
    return Fact("f", FactKind.PREFERENCE, text, text, 0.95, 0, Tier.STRONG, "said", NINE, NINE, confirmed_at=NINE)


def allowed(text: str, question: str, reply: str = "yes", options: tuple[str, ...] = ()) -> bool:
    return bool(covering(permissions([confirmed(text)], None), Question("codex", question, options=options), reply))


@pytest.mark.parametrize(
    ("permission", "question"),
    [
        (STAGING, "Shall I deploy to staging?"),
        (STAGING, "All tests pass now. Deploying to staging, ok?"),
        ("Agents may push to the feature branch without asking.", "Should I push to the feature branch now?"),
        ("Always commit and push without asking.", "Commit and push?"),
    ],
)
def test_it_covers_what_it_names(permission, question):
    assert allowed(permission, question)


@pytest.mark.parametrize(
    "question",
    [
        "Shall I deploy to production?",
        "Deploy to staging and production now?",
        "Shall I deploy to staging? I will also drop the users table.",
        "Should I delete the staging database?",
        "Shall I force-push to staging?",
        "Deploy?",
    ],
)
def test_and_nothing_that_it_does_not_name(question):
    assert not allowed(STAGING, question)


def test_a_reply_that_adds_something_grave_is_not_covered():
    assert not allowed(STAGING, "Shall I deploy to staging?", "yes, and delete the old database")
    assert not allowed(STAGING, "Shall I deploy to staging?", "yes, the password is hunter2-hunter2")


@pytest.mark.parametrize(
    "permission",
    ["You may deploy without asking, but never to production.", "Deploy to staging without asking, only on Mondays."],
)
def test_one_with_an_exception_is_left_to_the_person(permission):
    assert permissions([confirmed(permission)], None) == []


def test_only_confirmed_facts_in_use_allow_anything_and_only_in_their_project():
    fact = confirmed(STAGING)
    assert permissions([fact], None) == [fact]
    for other in (replace(fact, confirmed_at=None), replace(fact, tier=Tier.CANDIDATE), replace(fact, decay=-0.9)):
        assert permissions([other], None) == []
    assert permissions([replace(fact, project="shop")], "shop")
    assert not permissions([replace(fact, project="shop")], "bank")
    assert not permissions([confirmed("I like to deploy to staging.")], None)
