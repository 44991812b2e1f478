"""How decisions add up, and what they carry: the rule itself, without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.models.act import Act, Consequence, CountableAnswer, DecidedAct, Precedent, Weight, Where
from clone_mcp.stakes.holding import APPROVALS, SESSIONS, Hold, hold
from clone_mcp.stakes.precedent import NEWEST, Precedents, precedent
from tests.support.events import NINE

KEY = "run tests"
RUN = Act("run", "tests", (), Where.QUESTION, Weight.REVERSIBLE, None, "run the tests", KEY)
PUSH = Act("push", "main", (), Where.QUESTION, Weight.GRAVE, Consequence.PUBLIC, "git push to main", "push main")
UNREAD = Act("", "gizmo", (), Where.QUESTION, Weight.UNREAD, None, "frobnicate the gizmo", "")

DECISIONS = st.lists(
    st.builds(
        lambda minute, session, what, attested: DecidedAct(
            KEY, session, what == "yes", what == "no", attested, NINE + timedelta(minutes=minute)
        ),
        st.integers(0, 50),
        st.sampled_from("abc"),
        st.sampled_from(["yes", "no", "other"]),
        st.booleans(),
    ),
    max_size=20,
)


@given(DECISIONS)
def test_claims_never_raise_what_is_counted_without_them(decided):
    with_claims = precedent(KEY, decided)
    without = precedent(KEY, [each for each in decided if each.attested])
    assert with_claims.approved == without.approved
    assert with_claims.asked >= without.asked
    assert with_claims.sessions == without.sessions
    assert with_claims.refused_since or not without.refused_since


@given(DECISIONS, st.floats(0.5, 1.0))
def test_leave_takes_enough_approvals_in_enough_sessions_and_none_refused_since(decided, sent):
    known = precedent(KEY, decided)
    free = not isinstance(hold([RUN], sent=sent, precedents={KEY: known}), Hold)
    enough = known.approved >= APPROVALS and known.sessions >= SESSIONS
    assert free is (enough and not known.refused_since and known.approved >= sent * known.asked)


@given(st.integers(0, 1000), st.integers(0, 9))
def test_no_number_of_approvals_lets_what_is_grave_or_unread(times, sessions):
    known = Precedent(KEY, times, times, sessions, refused_since=False)
    for act in (PUSH, UNREAD):
        precedents = {KEY: known, act.key: known}
        assert isinstance(hold([RUN, act], sent=0.0, precedents=precedents), Hold)


def test_the_gravest_act_is_what_the_reason_names():
    known = {KEY: Precedent(KEY, 9, 9, 4, refused_since=False)}
    assert hold([RUN, UNREAD, PUSH], sent=0.9, precedents=known) == Hold(
        "This would publish: git push to main. You have not allowed this."
    )
    assert hold([RUN, UNREAD], sent=0.9, precedents=known) == Hold(
        "Clone can't tell what this would do: frobnicate the gizmo."
    )
    [leave] = hold([RUN, RUN], sent=0.9, precedents=known)
    assert leave.evidence == "You approved *run tests* 9 times in 4 sessions."


def test_only_the_newest_decisions_count():
    old = [DecidedAct(KEY, "a", False, True, True, NINE + timedelta(minutes=number)) for number in range(50)]
    new = [
        DecidedAct(KEY, f"s{number % 2}", True, False, True, NINE + timedelta(days=1, minutes=number))
        for number in range(NEWEST)
    ]
    assert precedent(KEY, [*old, *new]) == Precedent(KEY, NEWEST, NEWEST, 2, refused_since=False)


@pytest.mark.parametrize(("replies", "approved", "asked"), [("yes yes no", 2, 3), ("yes why? yes", 2, 3)])
def test_a_replay_counts_what_was_answered_so_far(replies, approved, asked):
    past = Precedents()
    for number, reply in enumerate(replies.split()):
        at = NINE + timedelta(minutes=number)
        past.add(CountableAnswer(str(number), f"s{number}", at, True, "Shall I run the tests?", reply))
    [known] = past.of([KEY]).values()
    assert (known.approved, known.asked, known.refused_since) == (approved, asked, replies.endswith("no"))
