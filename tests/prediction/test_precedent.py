"""An answer that sets something in motion is automatic only where the person has decided that: by precedent here.

Every question is one that any reader reads alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from clone_mcp.clone import Clone
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.act import Ground, Weight
from clone_mcp.models.prediction import Decision, Outcome, Prediction, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.recording.sessions import Origin
from tests.conftest import new_tenant
from tests.memory.person import Person
from tests.support.predictor import Scripted
from tests.support.storage import storage_of

TESTS = "Shall I run the tests?"
PUSH = "Push to main?"
DROP = "Shall I drop the production database?"
UNREAD = "Shall I frobnicate the gizmo?"
NAMES = "Should the variable be called total?"
AUTO, ESCALATED = Decision.AUTO, Decision.ESCALATED


@dataclass
class Decider(Person):
    """Somebody of whom Clone is always this sure: what is asked here is what else it takes."""

    sure: float = 0.9
    threshold: float = 0.8

    async def answers(self, question: str, reply: str, *sessions: str, scope: Scope = Scope.RECORDER) -> None:
        for session in sessions:
            await self.hears(question, session)
            await self.says(reply, session=session, scope=scope)

    async def ask(self, question: str, guess: str = "yes", **fields: Any) -> Prediction:
        predictor = Scripted()
        predictor.name = "scripted"
        [first] = predictor.proposal.guesses[:1]
        predictor.proposal = replace(
            predictor.proposal, guesses=(replace(first, response=guess, score=self.sure),), abstained=None
        )
        asked = Question("codex", question, threshold=self.threshold, **fields)
        return await Predict(storage_of(self.clone), self.clock, predictor, redact=True)(self.me, asked)

    async def decision(self, question: str, guess: str = "yes", **fields: Any) -> Decision:
        return (await self.ask(question, guess, **fields)).decision

    async def kept(self) -> list[Any]:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return list(await uow.memory.precedents.decided(["run tests"], claims=True, limit=1000))

    async def uncounted(self) -> int:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return len(await uow.memory.precedents.uncounted(limit=1000))


@pytest.fixture
def person(clone: Clone, clock) -> Decider:
    return Decider(clone, Caller(LOCAL_TENANT, Scope.RECORDER), Caller(LOCAL_TENANT, Scope.OWNER), clock)


async def test_three_approvals_in_two_sessions_let_an_act_that_can_be_undone(person):
    first = await person.ask(TESTS)
    assert (first.decision, first.leave) == (ESCALATED, ())
    assert first.abstained == (
        "This would run tests. You have not approved that before; Clone acts after 3 times in 2 sessions."
    )
    assert first.top.confidence.sent < 0.8 <= first.top.confidence.calibrated
    await person.answers(TESTS, "yes", "a", "b")
    second = await person.ask(TESTS)
    assert second.abstained == (
        "This would run tests. You approved that 2 times in 2 sessions; Clone acts after 3 in 2."
    )
    await person.answers(TESTS, "yes", "b")
    third = await person.ask(TESTS)
    assert (third.decision, third.abstained) == (AUTO, None)
    [leave] = third.leave
    assert (leave.ground, leave.evidence) == (Ground.PRECEDENT, "You approved *run tests* 3 times in 2 sessions.")


async def test_one_session_is_not_enough(person):
    await person.answers(TESTS, "yes", *["a"] * 5)
    held = await person.ask(TESTS)
    assert (held.decision, held.abstained) == (
        ESCALATED,
        "This would run tests. You approved that 5 times in 1 session; Clone acts after 3 in 2.",
    )


async def test_a_refusal_ends_precedent_until_the_next_approval(person):
    await person.answers(TESTS, "yes", "a", "b", "c", "d", "e")
    assert await person.decision(TESTS) is AUTO
    await person.answers(TESTS, "no", "f")
    held = await person.ask(TESTS)
    assert held.abstained == "This would run tests. You refused that when you were last asked."
    await person.answers(TESTS, "yes", *"ghijklmno")
    assert await person.decision(TESTS) is AUTO


async def test_an_act_that_is_approved_too_seldom_is_held(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    await person.answers(TESTS, "no", "d")
    await person.answers(TESTS, "yes", "e")
    held = await person.ask(TESTS)
    assert held.abstained == "This would run tests. You approved that 4 of 5 times, which is too seldom."
    person.sure = 0.8
    assert await person.decision(TESTS) is AUTO


@pytest.mark.parametrize("counted", [False, True])
async def test_what_is_counted_by_the_job_and_what_is_not_yet_decide_alike(person, counted):
    await person.answers(TESTS, "yes", "a", "b", "c")
    if counted:
        assert await person.clone.memory.precedents(LOCAL_TENANT) == 3
        assert await person.clone.memory.precedents(LOCAL_TENANT) == 0
    assert len(await person.kept()) == (3 if counted else 0)
    assert await person.decision(TESTS) is AUTO


async def test_the_job_comes_by_once_a_session_went_quiet(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    for session in "abc":
        await person.leaves(session)
    await person.clone.jobs.worker.drain()
    assert (len(await person.kept()), await person.uncounted()) == (3, 0)


async def test_a_job_that_dies_between_answer_and_count_or_runs_twice_changes_nothing(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    count = person.clone.memory.precedents
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "_keep", _dies)
        with pytest.raises(ZeroDivisionError):
            await count(LOCAL_TENANT)
    assert (len(await person.kept()), await person.uncounted()) == (0, 3)
    assert await person.decision(TESTS) is AUTO
    await count(LOCAL_TENANT, {"again": True})
    await count(LOCAL_TENANT, {"again": True})
    assert (len(await person.kept()), await person.uncounted()) == (3, 0)


async def _dies(*_: Any) -> None:
    raise ZeroDivisionError


async def test_nobody_goes_by_precedent_while_newer_answers_are_not_counted(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    await person.clone.memory.precedents(LOCAL_TENANT)
    await person.answers(TESTS, "no", "d")
    await person.answers(NAMES, "yes", *["d"] * 11)
    held = await person.ask(TESTS)
    assert held.abstained == "This would run tests. Clone has not counted all of your latest answers yet."
    await person.clone.jobs.worker.drain()  # asked for by the decision itself
    held = await person.ask(TESTS)
    assert held.abstained == "This would run tests. You refused that when you were last asked."


async def test_sixty_go_aheads_to_one_thing_are_no_leave_for_another(person):
    await person.answers(TESTS, "go ahead", *(f"s{number % 9}" for number in range(60)))
    assert await person.decision(TESTS, "go ahead") is AUTO
    for other in (PUSH, DROP, UNREAD, "Shall I commit?", f"{TESTS} Then I push to main.", f"{DROP} {TESTS}"):
        held = await person.ask(other, "go ahead")
        assert (held.decision, held.leave) == (ESCALATED, ()), other


@pytest.mark.parametrize(
    ("announced", "decision"),
    [
        ("Next I will run the tests. Shall I continue?", AUTO),
        ("Next I will drop the production database. Shall I continue?", ESCALATED),
        ("Next I will run the tests and drop the production database. Shall I continue?", ESCALATED),
        ("Next I will frobnicate the gizmo. Shall I continue?", ESCALATED),
        ("Next I will commit. Shall I continue?", ESCALATED),
    ],
)
async def test_nor_is_going_on(person, announced, decision):
    for number in range(60):
        await person.answers("Next I will run the tests. Shall I continue?", "go ahead", f"s{number % 9}")
    for number in range(9):
        await person.hears("Done, all of it.", f"s{number}")
        await person.leaves(f"s{number}")
    asked = Question("codex", announced, threshold=0.6)
    made = await person.clone.prediction.continuation(person.me, asked)
    assert made.top.confidence.calibrated >= 0.6
    assert made.decision is decision
    assert bool(made.leave) is (decision is AUTO)


@pytest.mark.parametrize(
    ("question", "weight", "reason"),
    [(PUSH, Weight.GRAVE, "You have not allowed this."), (DROP, Weight.GRAVE, "You have not allowed this."),
     (UNREAD, Weight.UNREAD, "Clone can't tell what this would do")],
)  # fmt: skip
async def test_that_very_answer_often_given_is_none_for_what_is_grave_or_unread(person, question, weight, reason):
    await person.answers(question, "yes", *(f"s{number % 9}" for number in range(20)))
    await person.clone.memory.precedents(LOCAL_TENANT)
    held = await person.ask(question)
    assert (held.decision, held.acts[0].weight, held.grave) == (ESCALATED, weight, True)
    assert reason in held.abstained


async def test_what_sets_nothing_in_motion_needs_nothing(person):
    free = await person.ask(NAMES)
    assert (free.decision, free.acts, free.leave, free.grave) == (AUTO, (), (), False)


async def test_claims_approve_nothing_unless_the_person_trusts_them_and_refuse_all_the_same(person):
    await person.answers(TESTS, "yes", "a", "b", "c", scope=Scope.AGENT)
    assert await person.decision(TESTS) is ESCALATED
    await person.clone.memory.precedents(LOCAL_TENANT)
    assert await person.decision(TESTS) is ESCALATED
    await person.clone.prediction.switches.trust(person.owner)
    assert await person.decision(TESTS) is AUTO
    await person.clone.prediction.switches.distrust(person.owner)
    await person.answers(TESTS, "yes", "d", "e", "f")
    assert await person.decision(TESTS) is AUTO
    await person.answers(TESTS, "no", "g", scope=Scope.AGENT)
    assert await person.decision(TESTS) is ESCALATED


async def test_a_question_that_only_an_agent_reports_is_approved_by_nobody(person):
    for session in "abc":
        asked = {"type": "agent.response", "agent": "codex", "response": TESTS, "source": "cli"}
        await person.take(
            {**asked, "id": f"q{session}", "session_id": session, "occurred_at": person.clock.now().isoformat()},
            scope=Scope.AGENT,
        )
        await person.says("yes", session=session)
    assert await person.decision(TESTS) is ESCALATED


async def test_a_question_that_an_agent_brings_with_its_report_is_not_approved_by_what_is_typed_next(person):
    agent = Caller(LOCAL_TENANT, Scope.AGENT)
    for session in "abc":
        await person.hears(NAMES, session)
        made = await person.ask(TESTS, session_id=session)
        await person.clone.prediction.feedback(agent, made.id, Outcome.EDITED, "yes")
        await person.says("yes", session=session)
    assert await person.decision(TESTS) is ESCALATED
    for session in "def":
        made = await person.ask(TESTS, session_id=session)
        await person.clone.prediction.feedback(person.me, made.id, Outcome.EDITED, "yes")
        person.clock.advance(seconds=30)
    assert await person.decision(TESTS) is AUTO


async def test_clones_own_answers_never_count(person):
    await person.answers(TESTS, "yes", "a", "b")
    for session in "cdef":
        await person.hears(TESTS, session)
        await person.clone.recording.turns.prompt(
            person.me, Origin("auto-answer"), session_id=session, agent="codex", text="yes", client_id=None
        )
    await person.clone.memory.precedents(LOCAL_TENANT)
    assert await person.decision(TESTS) is ESCALATED


async def test_taking_an_automatic_answer_back_is_a_refusal(person):
    await person.answers(TESTS, "yes", "a", "b", "c", "d")
    made = await person.ask(TESTS)
    assert made.decision is AUTO
    await person.clone.prediction.feedback(person.owner, made.id, Outcome.REJECTED, None)
    held = await person.ask(TESTS)
    assert held.abstained == "This would run tests. You refused that when you were last asked."
    await person.clone.prediction.feedback(person.owner, made.id, Outcome.ACCEPTED, None)
    assert await person.decision(TESTS) is AUTO


async def test_an_order_of_the_persons_own_is_an_approval(person):
    await person.answers("Done. What next?", "run the tests", "a", "b", "c")
    assert await person.decision(TESTS) is AUTO
    assert await person.decision("Done. What next?", "run the tests") is AUTO
    assert await person.decision("Done. What next?", "commit") is ESCALATED


@pytest.mark.parametrize("counted", [False, True])
async def test_what_is_forgotten_is_no_precedent(person, counted):
    await person.answers(TESTS, "yes", "a", "b", "c")
    if counted:
        await person.clone.memory.precedents(LOCAL_TENANT)
    assert await person.decision(TESTS) is AUTO
    await person.clone.memory.forget(person.owner, Extent(session_id="c"))
    assert await person.decision(TESTS) is ESCALATED
    await person.clone.memory.forget(person.owner, Extent(everything=True))
    await person.clone.jobs.worker.drain()
    assert (await person.kept(), await person.uncounted()) == ([], 0)


async def test_what_one_tenant_approved_is_no_precedent_for_another(person, clone, clock):
    other = Caller(await new_tenant(storage_of(clone), clock), Scope.RECORDER)
    theirs = Decider(clone, other, Caller(other.tenant, Scope.OWNER), clock)
    await person.answers(TESTS, "yes", "a", "b", "c")
    while await clone.memory.precedents(LOCAL_TENANT):
        pass
    assert (await person.decision(TESTS), await theirs.decision(TESTS)) == (AUTO, ESCALATED)
    assert await theirs.kept() == []


async def test_the_stored_prediction_keeps_its_acts_without_secrets(person):
    key = "sk-ant-api03-" + "a1B2" * 20
    asked = f"Shall I post the key {key} in the public channel?"
    made = await person.ask(asked)
    kept = await person.clone.prediction.read.one(LOCAL_TENANT, made.id)
    assert kept.acts and kept.abstained
    assert key not in repr(kept)
    await person.answers(TESTS, "yes", "a", "b", "c")
    made = await person.ask(TESTS)
    kept = await person.clone.prediction.read.one(LOCAL_TENANT, made.id)
    assert (kept.acts, kept.leave) == (made.acts, made.leave) != ((), ())


@pytest.mark.parametrize(
    ("said", "covered", "other"),
    [
        (
            "You may always deploy to staging without asking me.",
            "Shall I deploy to staging?",
            "Shall I deploy to prod?",
        ),
        ("You may always frobnicate the gizmo without asking me.", UNREAD, "Shall I frobnicate the other gizmo?"),
        ("You may always run the tests without asking me.", TESTS, "Shall I run the tests and push to main?"),
    ],
)
async def test_a_permission_lets_what_its_words_cover_and_nothing_beside(person, said, covered, other):
    await person.clone.memory.append.fact(person.owner, said)
    assert await person.decision(covered) is ESCALATED
    await person.clone.memory.reviews.confirm(person.owner, await person.question())
    made = await person.ask(covered)
    [leave] = made.leave
    assert (made.decision, leave.ground, leave.evidence) == (AUTO, Ground.PERMISSION, f"You allowed this: {said}")
    assert [fact.id for fact in made.cited_facts] == [leave.fact_id]
    assert await person.decision(other) is ESCALATED
