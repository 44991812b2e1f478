"""`clone-mcp pause`, `resume`, `shadow` and `trust`: where Clone may answer, and whose word it acts on."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, confirmed, owner_at_the_terminal, show_json
from clone_mcp.prediction.decision import Switched


def add(actions: Any) -> None:
    """The commands and their options."""
    pause = actions.add_parser("pause", help="answer nothing in the person's name until resumed; recording goes on")
    _project(pause)
    pause.set_defaults(function=_pause)

    resume = actions.add_parser("resume", help="answer again after a pause")
    _project(resume)
    confirmed(resume, "do not ask whether that is meant")
    resume.set_defaults(function=_resume)

    shadow = actions.add_parser("shadow", help="predict, store and score everything, and let nothing be automatic")
    shadow.add_argument("state", choices=["on", "off"], help="whether Clone only watches")
    _project(shadow)
    confirmed(shadow, "do not ask whether `off` is meant")
    shadow.set_defaults(function=_shadow)

    trust = actions.add_parser("trust", help="act on what agents say the person typed, not only on what hooks saw")
    trust.add_argument("state", choices=["on", "off", "status"], help="whether they are trusted; off is the default")
    _project(trust)
    confirmed(trust, "do not ask whether `on` is meant")
    trust.set_defaults(function=_trust)


def _project(command: Any) -> None:
    command.add_argument("--project", help="only for this project's sessions (default: everywhere)")
    as_json(command, "print what is switched on now as JSON")


def _pause(arguments: argparse.Namespace) -> int:
    """Answer nothing until further notice."""
    return _switched(
        arguments, with_clone(lambda clone: clone.prediction.switches.pause(OWNER, project=arguments.project))
    )


def _resume(arguments: argparse.Namespace) -> int:
    """Answer again; the person says so."""
    owner_at_the_terminal(arguments, "Clone answers in your name again.")
    return _switched(
        arguments, with_clone(lambda clone: clone.prediction.switches.resume(OWNER, project=arguments.project))
    )


def _shadow(arguments: argparse.Namespace) -> int:
    """Only watch, or act again; the person says so."""
    if arguments.state == "on":
        on = with_clone(lambda clone: clone.prediction.switches.watch(OWNER, project=arguments.project))
    else:
        owner_at_the_terminal(arguments, "Clone's answers may be acted on again.")
        on = with_clone(lambda clone: clone.prediction.switches.act(OWNER, project=arguments.project))
    return _switched(arguments, on)


def _trust(arguments: argparse.Namespace) -> int:
    """Act on what agents say was typed, no longer, or show where that is so."""
    match arguments.state:
        case "on":
            owner_at_the_terminal(arguments, "Whatever your agents say you typed is answered on then, as if you had.")
            on = with_clone(lambda clone: clone.prediction.switches.trust(OWNER, project=arguments.project))
        case "off":
            on = with_clone(lambda clone: clone.prediction.switches.distrust(OWNER, project=arguments.project))
        case _:
            on = with_clone(lambda clone: clone.prediction.switches.now(OWNER))
    return _switched(arguments, on)


def _switched(arguments: argparse.Namespace, on: Switched) -> int:
    if arguments.json:
        show_json(asdict(on))
        return 0
    print(describe(on))
    return 0


def describe(on: Switched) -> str:
    """Where Clone is paused, where it only watches, and where agents are trusted."""
    paused, shadow, trusted = map(_projects, (on.paused, on.shadow, on.trusted))
    return f"Paused: {paused}. Shadow mode: {shadow}. Agents trusted: {trusted}."


def _projects(projects: tuple[str, ...]) -> str:
    return "everywhere" if "" in projects else ", ".join(projects) or "nowhere"
