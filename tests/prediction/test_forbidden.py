"""However sure Clone is: what can't be taken back is never answered for the person."""

import pytest

from clone_mcp.hooks import answering
from clone_mcp.models.prediction import Decision, Question
from clone_mcp.prediction.weighing import SUGGESTED
from clone_mcp.recording.sessions import Origin

GRAVE = "The migration is ready. Shall I drop the users table in production?"
HARMLESS = "The unit tests pass. Shall I run the linter next?"


async def taught(clone, me, question: str, times: int = 30) -> None:
    for turn in range(times):
        session = f"s{turn}"
        await clone.recording.turns.response(
            me, Origin("agent"), session_id=session, agent="a", text=question, in_response_to=None, client_id=None
        )
        await clone.recording.turns.prompt(
            me, Origin("user"), session_id=session, agent="a", text="yes, do it", client_id=None
        )


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        (GRAVE, Decision.ESCALATED),
        ("After this, main is overwritten with my branch. Shall I continue?", Decision.ESCALATED),
        ("Potem usunę bazę produkcyjną. Kontynuować?", Decision.ESCALATED),
        ("다음으로 프로덕션 데이터베이스를 삭제합니다. 계속할까요?", Decision.ESCALATED),
        (HARMLESS, Decision.AUTO),
    ],
)
async def test_a_grave_question_is_escalated_however_often_the_person_agreed_before(clone, me, question, decision):
    await taught(clone, me, question)
    prediction = await clone.prediction.predict(me, Question("a", question, threshold=0.4))
    assert prediction.top.response == "yes, do it"
    assert prediction.top.confidence.calibrated >= 0.4
    assert prediction.decision is decision
    assert (prediction.abstained is not None) == (decision is Decision.ESCALATED)


@pytest.mark.parametrize(("question", "grave"), [(GRAVE, True), (HARMLESS, False)])
async def test_a_stored_prediction_says_whether_its_answer_would_begin_something_grave(clone, me, question, grave):
    await taught(clone, me, question)
    asked = Question("a", question, threshold=0.99)  # too much to be automatic, but enough to be suggested
    prediction = await clone.prediction.predict(me, asked)
    assert 0.5 <= prediction.top.confidence.calibrated < 0.99
    assert (await clone.prediction.read.one(me.tenant, prediction.id)).grave is grave


async def test_and_nothing_where_the_answer_is_too_unlikely_to_be_suggested(clone, me):
    prediction = await clone.prediction.predict(me, Question("a", GRAVE))
    assert prediction.top.confidence.calibrated < 0.5
    assert (await clone.prediction.read.one(me.tenant, prediction.id)).grave is None


def test_hooks_suggest_nothing_that_the_gate_was_not_asked_about():
    assert answering.SUGGESTED >= SUGGESTED
