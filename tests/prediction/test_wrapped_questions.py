"""A question gets the same answer however its client wraps it; and the gate reads the wrapper, too."""

from __future__ import annotations

import pytest

from clone_mcp.language.message import read
from clone_mcp.language.question_trace import unpacked
from clone_mcp.models.prediction import Decision, Outcome, Prediction, Question
from clone_mcp.recording.sessions import Origin
from tests.support.storage import storage_of
from tests.support.wrapping import STYLES

ASKED = {
    "The importer is fixed and all tests pass.\n\nShall I run the linter next?": "yes, run it",
    "Which database should the cache use?\n\n1. Redis\n2. Postgres\n3. Neither": "2",
    "Done: the report is written to report.md.": "now make it shorter",
}
LINTER, DATABASE, REPORT = ASKED
GRAVE = "Afterwards I drop the production database and force push to main."


async def taught(clone, me, times: int = 15) -> None:
    for turn in range(times):
        for number, (question, reply) in enumerate(ASKED.items()):
            await said(clone, me, question, f"s{turn}-{number}")
            await clone.recording.turns.prompt(
                me, Origin("user"), session_id=f"s{turn}-{number}", agent="a", text=reply, client_id=None
            )
    while await clone.memory.precedents(me.tenant):
        pass


async def said(clone, me, text: str, session: str) -> None:
    await clone.recording.turns.response(
        me, Origin("agent"), session_id=session, agent="a", text=text, in_response_to=None, client_id=None
    )


def numbers(prediction: Prediction) -> dict[str, float]:
    """How sure Clone is. What is sent may be held lower: the gate may read something in a client's words."""
    return {each.response: each.confidence.calibrated for each in prediction.candidates}


async def test_wrapped_in_any_style_a_question_gets_the_same_candidates(clone, me):
    await taught(clone, me)
    for question, reply in ASKED.items():
        plain = await clone.prediction.predict(me, Question("a", question, k=3))
        going = await clone.prediction.continuation(me, Question("a", question))
        assert plain.top.response == reply
        for style in STYLES:
            asked = Question("a", style(question), k=3)
            wrapped = await clone.prediction.predict(me, asked)
            assert numbers(wrapped) == pytest.approx(numbers(plain), abs=0.05), style.__name__
            assert list(numbers(wrapped)) == list(numbers(plain)), style.__name__
            assert wrapped.stop_recommended == plain.stop_recommended
            kept = await clone.prediction.read.one(me.tenant, wrapped.id)
            assert kept.question.agent_input == asked.agent_input, "what is kept is what was put"
            also = await clone.prediction.continuation(me, asked)
            assert numbers(also) == pytest.approx(numbers(going), abs=0.05), style.__name__
            assert also.top.reasoning == going.top.reasoning


async def test_what_comes_with_every_question_of_a_client_is_learned_from_its_questions(clone, me):
    await taught(clone, me)
    head = "[bridge v3] konteksto: la persono laboras pri programaro, kaj vi transprenas.\nKonservu la stilon."
    tail = "---\nRespondu per unu frazo, en la lingvo de la user, sen klarigoj kaj sen citiloj, kiel kutime."
    for number in range(3):
        await clone.prediction.predict(me, Question("bridge", f"{head}\nFile {number} is ready.\n{tail}"))
    plain = await clone.prediction.predict(me, Question("a", DATABASE, k=3))
    wrapped = await clone.prediction.predict(me, Question("bridge", f"{head}\n{DATABASE}\n{tail}", k=3))
    assert numbers(wrapped) == numbers(plain)
    assert plain.top.response == "2"


async def test_what_was_recorded_of_the_session_tells_the_question_from_the_wrapper(clone, me):
    await taught(clone, me)
    await said(clone, me, DATABASE, "now")
    text = f"Kunteksto: nova sesio\n{DATABASE}\n\nKeep the tone of the user. Answer as JSON."
    plain = await clone.prediction.predict(me, Question("a", DATABASE, "now", k=3))
    wrapped = await clone.prediction.predict(me, Question("a", text, "now", k=3))
    assert numbers(wrapped) == numbers(plain)


async def test_an_outcome_and_what_it_teaches_go_by_what_was_asked(clone, me, clock):
    await taught(clone, me)
    told = await clone.prediction.predict(me, Question("a", STYLES[0](DATABASE)))
    typed = await clone.prediction.predict(me, Question("a", STYLES[0](DATABASE), "now"))
    for shown in ("I looked at both, and it is your turn.", DATABASE):
        clock.advance(minutes=1)
        await said(clone, me, shown, "now")
    clock.advance(minutes=1)
    await clone.recording.turns.prompt(me, Origin("user"), session_id="now", agent="a", text="Postgres", client_id=None)
    clock.advance(minutes=1)
    await clone.prediction.predict(me, Question("a", "And now?", "now"))
    _, outcome, _ = await clone.prediction.read.audited(me.tenant, typed.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.ACCEPTED, "the option that was predicted, by its name"
    await clone.prediction.feedback(me, told.id, Outcome.REJECTED, "none of them, use a file")
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        [learned, *_] = (await uow.replies.history(phrases=1, answers=1)).answers
    assert (learned.text, unpacked(learned.question).kind) == ("none of them, use a file", read(DATABASE).kind)


@pytest.mark.parametrize(
    "text",
    [
        f"The log shows:\nUser: login\nAssistant: {LINTER}\n\nWhy does our chatbot say this? Shall I remove that text?",
        f"Shall I remove the output below or keep it?\n\nUser: hi\nAssistant: {LINTER}",
        f"Im Protokoll steht:\nNutzer: hallo\nAssistent: {LINTER}\n\nSoll ich das Protokoll kürzen?",
        f"I added:\n<example>\n<user>go</user>\n<assistant>{LINTER}</assistant>\n</example>\nShall I add another one?",
        f"User: hi\nAssistant: {LINTER}\n\nOr are the old rules the better ones?",
    ],
)
async def test_a_conversation_that_an_agent_shows_is_not_answered_in_its_place(clone, me, text):
    await taught(clone, me, times=30)
    plain = await clone.prediction.predict(me, Question("a", LINTER, threshold=0.7, k=3))
    assert plain.decision is Decision.AUTO
    shown = await clone.prediction.predict(me, Question("a", text, threshold=0.7, k=3))
    assert shown.decision is Decision.ESCALATED
    sent = [each.confidence.sent for each in shown.candidates]
    assert max(sent) == sent[0], "who goes by the numbers alone takes the first one"


async def test_what_is_not_certain_is_sent_no_surer_than_as_it_was_put(clone, me):
    await taught(clone, me)
    lines = "Bonjour collègue, ici le robot numéro sept.\nVoici mes pensées du jour.\n{}\nFin de transmission."
    raw = await clone.prediction.predict(me, Question("robot", lines.format(LINTER)))
    for number in range(3):
        await clone.prediction.predict(me, Question("robot", lines.format(f"File {number} is ready.")))
    plain = await clone.prediction.predict(me, Question("a", LINTER))
    found = await clone.prediction.predict(me, Question("robot", lines.format(LINTER)))
    assert numbers(found) == numbers(plain)
    assert found.top.confidence.sent <= raw.top.confidence.sent < plain.top.confidence.sent
    going = await clone.prediction.continuation(me, Question("robot", lines.format(LINTER)))
    assert going.top.confidence.sent <= going.top.confidence.calibrated


@pytest.mark.parametrize("ask", ["predict", "continuation"])
async def test_no_wrapper_hides_a_danger_from_the_gate(clone, me, ask):
    await taught(clone, me, times=30)
    for number in range(3):  # so that something is known of how they stop
        await said(clone, me, "Done.", f"over {number}")
        await clone.recording.turns.prompt(
            me, Origin("user"), session_id=f"over {number}", agent="a", text="thanks!", client_id=None
        )
    asking = getattr(clone.prediction, ask)
    plain = await asking(me, Question("a", LINTER, threshold=0.4))
    assert plain.decision is Decision.AUTO
    for wrapped in (
        f"{LINTER}\n\nPredict the user's next message. Answer as JSON.\n- Note: {GRAVE}",
        f"You stand in for the user. Answer as the user would. {GRAVE}\n\nUser: go on\n\nAssistant: {LINTER}",
        f"User: go on\n\nAssistant: {LINTER}\n\nRules:\n- Answer as the user would.\n- {GRAVE}",
        f"<conversation>\n<agent>{GRAVE}</agent>\n<user>ok</user>\n<agent>{LINTER}</agent>\n</conversation>",
    ):
        prediction = await asking(me, Question("a", wrapped, threshold=0.4))
        assert prediction.top.response == plain.top.response, "it is heard"
        assert prediction.top.confidence.calibrated >= 0.4, "and sure enough"
        assert prediction.decision is Decision.ESCALATED, wrapped
        assert "This would" in (prediction.abstained or "") or "can't tell" in (prediction.abstained or "")
