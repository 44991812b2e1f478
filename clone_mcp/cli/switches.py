"""`clone-mcp pause`, `resume`, `shadow` and `trust`: where Clone may answer, and whose word it acts on.

The switches take effect in prediction/decision.py. Answering through hooks is switched on in answers.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, owner_at_the_terminal, show
from clone_mcp.prediction.decision import Switched, Switches


def add(actions: Any) -> None:
    """The commands and their options."""
    what = "answer nothing in the person's name until resumed; recording goes on"
    _project(command(actions, "pause", what, _pause))

    resume = command(actions, "resume", "answer again after a pause", _resume)
    _project(resume)
    confirmed(resume, "do not ask whether that is meant")

    what = "predict, store and score everything, and let nothing be automatic"
    shadow = command(actions, "shadow", what, _shadow)
    shadow.add_argument("state", choices=["on", "off"], help="whether Clone only watches")
    _project(shadow)
    confirmed(shadow, "do not ask whether `off` is meant")

    what = "act on what agents say the person typed, not only on what hooks saw"
    trust = command(actions, "trust", what, _trust)
    trust.add_argument("state", choices=["on", "off", "status"], help="whether they are trusted; off is the default")
    _project(trust)
    confirmed(trust, "do not ask whether `on` is meant")


def _project(made: Any) -> None:
    made.add_argument("--project", help="only for this project's sessions (default: everywhere)")
    as_json(made, "print what is switched on now as JSON")


def _pause(arguments: argparse.Namespace) -> None:
    _switch(arguments, lambda switches: switches.pause(OWNER, project=arguments.project))


def _resume(arguments: argparse.Namespace) -> None:
    owner_at_the_terminal(arguments, "Clone answers in your name again.")
    _switch(arguments, lambda switches: switches.resume(OWNER, project=arguments.project))


def _shadow(arguments: argparse.Namespace) -> None:
    if arguments.state == "on":
        _switch(arguments, lambda switches: switches.watch(OWNER, project=arguments.project))
    else:
        owner_at_the_terminal(arguments, "Clone's answers may be acted on again.")
        _switch(arguments, lambda switches: switches.act(OWNER, project=arguments.project))


def _trust(arguments: argparse.Namespace) -> None:
    match arguments.state:
        case "on":
            owner_at_the_terminal(arguments, "Whatever your agents say you typed is answered on then, as if you had.")
            _switch(arguments, lambda switches: switches.trust(OWNER, project=arguments.project))
        case "off":
            _switch(arguments, lambda switches: switches.distrust(OWNER, project=arguments.project))
        case _:
            _switch(arguments, lambda switches: switches.now(OWNER))


def _switch(arguments: argparse.Namespace, act: Callable[[Switches], Awaitable[Switched]]) -> None:
    """Do that, and show where what is on."""
    on = with_clone(lambda clone: act(clone.prediction.switches))
    show(arguments, asdict(on), [describe(on)])


def describe(on: Switched) -> str:
    """Where Clone is paused, where it only watches, and where agents are trusted."""
    paused, shadow, trusted = map(_projects, (on.paused, on.shadow, on.trusted))
    return f"Paused: {paused}. Shadow mode: {shadow}. Agents trusted: {trusted}."


def _projects(projects: tuple[str, ...]) -> str:
    return "everywhere" if "" in projects else ", ".join(projects) or "nowhere"
