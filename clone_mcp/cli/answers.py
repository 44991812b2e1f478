"""`clone-mcp status|undo|why|loop`: what Clone said for the person in a session, and how far it may go there.

Whether Clone answers is decided in hooks/answering.py. `pause` and `shadow` are in switches.py.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from clone_mcp.cli.running import OWNER, settings, with_clone
from clone_mcp.cli.switches import describe
from clone_mcp.cli.terminal import command, confirmed, owner_at_the_terminal, show
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid, NotFound
from clone_mcp.hooks.answering import LIMIT, SWITCH, THRESHOLD, is_on
from clone_mcp.hooks.asking import DOOR, hosted
from clone_mcp.hooks.hook_call import SPOOL, HookCall
from clone_mcp.hooks.spool import Spool
from clone_mcp.hooks.state import HookState, hook_state, hook_states
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.prediction import Outcome, Prediction
from clone_mcp.prediction.decision import Switched
from clone_mcp.stakes.holding import named

MOST = 100
"""Answers in a row that can be allowed: nobody means to be away for longer."""


def add(actions: Any) -> None:
    """The commands and their options."""
    status = command(actions, "status", "whether Clone listens, and what it answered lately", _status, json=True)
    undo = command(actions, "undo", "take back what Clone last answered for you; it learns from that", _undo)
    why = command(actions, "why", "what Clone last answered for you, and what that rests on", _why, json=True)
    loop = command(actions, "loop", "how often Clone may answer in a row in this session, until you type", _loop)
    loop.add_argument("times", nargs="?", default=str(LIMIT), help=f"a number up to {MOST}, or off (default: {LIMIT})")
    loop.add_argument("--plan", action="store_true", help="also while the agent only plans")
    what = "let Clone answer for you where it is sure, in clients with its hooks"
    answer = command(actions, "answer", what, _answer)
    answer.add_argument("state", choices=["on", "off"], help="off, which is the default: it only records and suggests")
    confirmed(answer, "do not ask whether `on` is meant")
    for made in (status, undo, why, loop):
        made.add_argument("--session", help="id of the session (default: the one this runs in, else the latest)")


def _status(arguments: argparse.Namespace) -> None:
    home = str(settings().home)
    spool = Spool(f"{home}/{SPOOL}")
    elsewhere = hosted(home, os.environ)
    here = _find(home, arguments.session)
    answers: list[dict[str, Any]] = here.get("answers", [])
    switched = None if elsewhere else with_clone(lambda clone: clone.prediction.switches.now(OWNER))
    told = {
        "paused": None if switched is None else switched.paused,
        "shadow": None if switched is None else switched.shadow,
        "trusted": None if switched is None else switched.trusted,
        "server": elsewhere[0] if elsewhere else "this machine",
        "listening": bool(elsewhere) or os.path.exists(f"{home}/{DOOR}"),  # noqa: PTH110
        "answering": is_on(home),
        "waiting_bytes": spool.waiting(),
        "set_aside": len(spool.failures()),
        "session": here.get("session"),
        "answers_in_a_row": here.get("row", 0),
        "limit": here.get("limit", LIMIT),
        "answers": answers,
    }
    show(arguments, told, _status_lines(told, switched))


def _status_lines(told: dict[str, Any], switched: Switched | None) -> Iterator[str]:
    listening = "listens" if told["listening"] else "has no server running; what happens is kept for the next one"
    yield f"Clone on {told['server']} {listening}."
    if switched is not None and (switched.paused or switched.shadow or switched.trusted):
        yield describe(switched)
    if not told["answering"]:
        yield "It records and suggests. To let it answer where it is sure: `clone-mcp answer on`."
    if told["waiting_bytes"]:
        yield f"{told['waiting_bytes']:,} bytes of notes wait to be taken in."
    if told["set_aside"]:
        yield f"{told['set_aside']} notes could not be taken in: `clone-mcp doctor` shows them."
    if told["session"]:
        times, row = len(told["answers"]), told["answers_in_a_row"]
        yield f"In this session it answered {times} times, {row} of at most {told['limit']} in a row."
    for answer in told["answers"][-5:]:
        yield f"  {_line(answer)}"


def _answer(arguments: argparse.Namespace) -> None:
    home = settings().home
    if arguments.state == "off":
        (home / SWITCH).unlink(missing_ok=True)
        print("Clone answers nothing by itself. It goes on recording and suggesting.")
        return
    print(
        f"Where Clone is at least {int(THRESHOLD * 100)} % sure, it answers agents for you, visibly, at most {LIMIT} "
        "times in a row."
    )
    owner_at_the_terminal(arguments, "Clone answers in your name then.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / SWITCH).touch(mode=0o600)
    print("Answering is on. `clone-mcp undo` takes the last answer back, `clone-mcp answer off` ends it.")


def _undo(arguments: argparse.Namespace) -> None:
    home = str(settings().home)
    elsewhere = hosted(home, os.environ)
    here = _hook_state_of(home, arguments.session)
    with hook_state(home, here["client"], here["session"]) as state:
        answer = next((each for each in reversed(state.get("answers", [])) if not each.get("undone")), None)
        if answer is None:
            raise NotFound("Clone answered nothing in this session that is not taken back already.")
        answer["undone"] = True
        state["off"] = True  # until the person types
        prediction = str(answer["prediction"])
        if elsewhere:
            call = HookCall(here["client"], {**os.environ, "CLONE_HOME": home})
            call.note("outcome", here["session"], prediction=prediction, status=Outcome.REJECTED.value)
    if not elsewhere:
        with_clone(lambda clone: clone.prediction.feedback(OWNER, prediction, Outcome.REJECTED, None))
    print(f"Taken back: {_line(answer)}")
    print("Clone counts it as wrong, and answers no more here until you type. Tell the agent what you want instead.")


def _why(arguments: argparse.Namespace) -> None:
    home = str(settings().home)
    answers = _hook_state_of(home, arguments.session).get("answers", [])
    if not answers:
        raise NotFound("Clone answered nothing in this session.")
    answer = answers[-1]
    known = (
        None if hosted(home, os.environ) else with_clone(lambda clone: _stored_prediction(clone, answer["prediction"]))
    )
    lines = [_line(answer), f"  The agent had said: …{' '.join(str(answer['question']).split())[-200:]}"]
    if known is not None:
        raw, calibrated = known.top.confidence.raw, known.top.confidence.calibrated
        lines += [f"  {known.top.reasoning}", f"  By {known.model}: raw {raw:.2f}, calibrated {calibrated:.2f}."]
        facts = known.cited_facts
        if known.acts:
            begun = "; ".join(f"{named(act)} ({act.weight})" for act in known.acts)
            lines.append(f"  What it set in motion: {begun}.")
        lines += [f"  {each.evidence}" for each in known.leave]
        lines += [f"  It rests on the {fact.tier} fact {fact.id} (`clone-mcp memory show`)." for fact in facts]
    told = {
        "reasoning": known and known.top.reasoning,
        "model": known and known.model,
        "acts": [asdict(act) for act in known.acts] if known else [],
        "leave": [asdict(each) for each in known.leave] if known else [],
    }
    show(arguments, {**answer, **told}, lines)


async def _stored_prediction(clone: Clone, prediction: str) -> Prediction | None:
    try:
        return await clone.prediction.read.one(LOCAL_TENANT, prediction)
    except NotFound:
        return None


def _loop(arguments: argparse.Namespace) -> None:
    home = str(settings().home)
    here = _hook_state_of(home, arguments.session)
    if arguments.times != "off" and not (arguments.times.isdigit() and int(arguments.times) <= MOST):
        raise Invalid(f"{arguments.times!r} is neither a number up to {MOST} nor off.")
    times = 0 if arguments.times == "off" else int(arguments.times)
    with hook_state(home, here["client"], here["session"]) as state:
        state.update(limit=times, plan=arguments.plan, row=0)
        state.pop("off", None)
        state.pop("told", None)
    if not times:
        print("Clone answers nothing in this session.")
        return
    print(
        f"Where Clone is sure, it answers for you up to {times} times in a row here"
        f"{', also while the agent plans' if arguments.plan else ''}. It does so only where answering is on: shadow "
        "mode, a pause and whatever is grave still leave the word to you."
    )


def _hook_state_of(home: str, session: str | None) -> HookState:
    found = _find(home, session)
    if not found:
        raise NotFound(
            "No session of a client with Clone's hooks is known.", hint="See docs/howto/connect-a-client.md."
        )
    return found


def _find(home: str, session: str | None) -> HookState:
    """The session that is named, or that this process runs in, or the one something happened in last."""
    wanted = session or os.environ.get("CLAUDE_CODE_SESSION_ID") or os.environ.get("CODEX_THREAD_ID")
    every = [state for _, state in hook_states(home)]
    named = [each for each in every if wanted and each.get("session") == wanted]
    return (named or ([] if session else every) or [{}])[0]


def _line(answer: dict[str, Any]) -> str:
    when = datetime.fromtimestamp(answer["at"]).astimezone().strftime("%H:%M")
    undone = " (taken back)" if answer.get("undone") else ""
    return f"{when} {int(answer['confidence'] * 100)} %{undone}: {' '.join(str(answer['text']).split())[:160]}"
