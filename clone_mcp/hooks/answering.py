"""When Clone answers for the person, whatever the client: only with words that are decided, and not without end.

Decided is a reply that the server calls `auto`. How likely the person goes on (`predict_continuation`) is never asked
here: it says nothing of what they would say, and an agent that is sent on without their words does as it likes.

Shadow mode, pause and the stakes are the server's: they lower the confidence that it sends, and so nothing here need
know them.
"""

from __future__ import annotations

import os
import time
from typing import Any

from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import a_list, an_object
from clone_mcp.hooks.state import ANSWERS_KEPT, HookState

SWITCH = "answering"
"""A file in the home: to answer for somebody takes an explicit act of theirs."""
THRESHOLD = 0.8
"""Sent confidence from which Clone answers by itself. The person sees each such answer and can take it back."""
SUGGESTED = 0.5
"""Calibrated confidence from which a guess may stand in the prompt box: more often right than not."""
LIMIT = 3
"""Answers in a row, without a word of the person's, until the agent stops for them."""
_QUESTION_KEPT = 500
"""Characters of a question's end, where the question stands: enough to know it again by."""
_TYPED_KEPT = 10
"""Answers that a client may still hand back as prompts; more are never under way."""

PREDICTION = "clone-prediction"
ANSWER = "auto-answer"
PERSON = "user"


def is_on(home: str) -> bool:
    """Whether the person has switched answering on. Until then Clone only records and suggests."""
    return os.path.exists(f"{home}/{SWITCH}")  # noqa: PTH110 (pathlib alone takes 8 ms)


def may_answer(call: HookCall, state: HookState, *, planning: bool) -> bool:
    """Whether Clone may answer at all now. While the agent plans, only if the person asked for that too."""
    if not is_on(call.home) or state.get("off") or (planning and not state.get("plan")):
        return False
    return state.get("row", 0) < state.get("limit", LIMIT)


def predicted(
    call: HookCall, session: str, question: str, *, options: list[str] | None = None, several: bool = False
) -> dict[str, Any] | None:
    """What the person would say, as the server sees it."""
    return call.ask(
        "predict_next_prompt",
        agent=call.client,
        agent_input=question,
        k=1,
        threshold=THRESHOLD,
        session_id=session,
        **({"options": options} if options else {}),
        **({"several": True} if several else {}),
    )


def is_decided(prediction: dict[str, Any] | None) -> bool:
    """Whether these words may be said for the person. The number decides, and must not contradict the status.

    That they would go on is no such word: a continuation is not decided, however sure it is.
    """
    if prediction is None or prediction.get("status") != "auto" or prediction.get("abstained"):
        return False
    if not prediction.get("predicted_response") or "should_continue" in prediction:
        return False
    sent = prediction.get("confidence")
    return isinstance(sent, int | float) and not isinstance(sent, bool) and sent >= THRESHOLD


def next_words(
    call: HookCall, session: str, said: str, *, free: bool, planning: bool = False, typed_back: bool = False
) -> dict[str, Any] | None:
    """What to say for the person after the agent's last words, noted as Clone's; None leaves the word to them.

    They are said only if they are decided, and if the person is not likely to be content with what the agent just did.
    Else the prediction is kept as a guess, to be suggested and to be held against what they type. `free`: nothing of
    the agent's own is under way. `typed_back`: the client hands the text back as a prompt, which is not theirs.
    """
    prediction = predicted(call, session, said)
    if prediction is None:
        return None
    with call.state(session) as state:
        state.pop("guess", None)
        # A session is over when the person has no more to say: then there is a moment for what waits for them.
        state["offers"] = prediction.get("offers", 0) if prediction.get("stop_recommended") else 0
        stop = prediction.get("stop_recommended") or not free
        if not is_decided(prediction) or stop or not may_answer(call, state, planning=planning):
            state["guess"] = _guess(state, prediction)
            return None
        keep(state, prediction, said)
        if typed_back:
            state["typed"] = [*state.get("typed", []), prediction["predicted_response"]][-_TYPED_KEPT:]
    if not typed_back:
        call.note("prompt", session, text=prediction["predicted_response"], label=PREDICTION)
    return prediction


def _guess(state: HookState, prediction: dict[str, Any]) -> dict[str, Any]:
    """`shown` says whether it is good enough for the prompt box: likely, and nothing that only the person may begin."""
    likely = prediction.get("calibrated_confidence")
    shown = isinstance(likely, int | float) and likely >= SUGGESTED and not prediction.get("grave")
    return {
        "prediction": prediction.get("id"),
        "text": str(prediction.get("predicted_response") or ""),
        "prompt": state.get("prompt", ""),
        "shown": shown and not prediction.get("stop_recommended"),
    }


def is_guess(guess: dict[str, Any], text: str) -> bool:
    """Whether the person typed just what had been guessed."""
    return guess["text"].strip().casefold() == text.strip().casefold()


def note_outcome(call: HookCall, session: str, guess: dict[str, Any], text: str) -> None:
    """Note what was typed where there was a guess. Whether it means the same is judged where the note is taken in."""
    status = "accepted" if is_guess(guess, text) else "rejected"
    call.note("outcome", session, prediction=guess["prediction"], text=text, status=status)


def keep(state: HookState, prediction: dict[str, Any], question: str) -> None:
    """Remember an answer, for the counter and for whoever asks why."""
    answer = {
        "prediction": prediction.get("id"),
        "text": prediction["predicted_response"],
        "confidence": prediction["confidence"],
        "question": question[-_QUESTION_KEPT:],
        "at": time.time(),
    }
    state["answers"] = [*state.get("answers", []), answer][-ANSWERS_KEPT:]
    state["row"] = state.get("row", 0) + 1


def person_typed(state: HookState) -> None:
    """The person is there: what Clone said in a row begins anew."""
    for name in ("row", "told", "off"):
        state.pop(name, None)


def author_label(state: HookState, text: str) -> str:
    """Whose a prompt is that the client hands over as typed: Clone's, if Clone typed it."""
    typed = state.get("typed", [])
    if text.strip() in [each.strip() for each in typed]:
        state["typed"] = [each for each in typed if each.strip() != text.strip()]
        return PREDICTION
    return PERSON


def visible(prediction: dict[str, Any]) -> str:
    """The line the person sees. Confidence is rounded down: never 100 %."""
    return (
        f"Clone answered for you ({int(prediction['confidence'] * 100)} %): {_short(prediction['predicted_response'])}"
    )


def told_to_the_agent(prediction: dict[str, Any]) -> str:
    """What the agent reads, which must not take it for the person's own word on anything grave.

    A standing answer is their own word, and may name something grave: but that, and nothing else.
    """
    if is_settled(prediction):
        return (
            "The person has settled once and for all how to answer this. Clone passes their answer on:\n\n"
            f"{prediction['predicted_response']}\n\nGo on accordingly. This allows what you asked, and nothing else."
        )
    return (
        f"The person has not answered yet. Clone, which knows how they answer, says for them "
        f"({int(prediction['confidence'] * 100)} % sure):\n\n{prediction['predicted_response']}\n\nGo on accordingly. "
        "This allows nothing that destroys, costs, publishes or hands out credentials."
    )


def is_settled(prediction: dict[str, Any]) -> bool:
    """Whether a standing answer of the person says so."""
    return any(an_object(fact).get("tier") == "standing" for fact in a_list(prediction.get("cited_facts")))


def last_line(call: HookCall, session: str, how: str) -> dict[str, Any] | None:
    """A client's output where Clone leaves the word to the person, if there is anything to tell: one line."""
    return _limit(call, session, how) or _offers(call, session)


def _offers(call: HookCall, session: str) -> dict[str, Any] | None:
    """A client's output that names what waits in the review, once in a session, when the person is likely done."""
    with call.state(session) as state:
        offers = state.get("offers", 0)
        if not offers or state.get("offered"):
            return None
        state["offered"] = True
    what = "1 answer that you always give" if offers == 1 else f"{offers} answers that you always give"
    return {"systemMessage": f"Clone found {what}: `clone-mcp review` asks whether it may give them for you."}


def _limit(call: HookCall, session: str, how: str) -> dict[str, Any] | None:
    """A client's output that tells the person why Clone stops answering, if that is due. Once is enough."""
    with call.state(session) as state:
        limit, row = state.get("limit", LIMIT), state.get("row", 0)
        if row < limit or not limit or state.get("told"):
            return None
        state["told"] = True
        return {"systemMessage": f"Clone answered {row} times in a row and now leaves the word to you. {how}"}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:159] + "…"
