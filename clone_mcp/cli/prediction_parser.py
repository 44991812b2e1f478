"""The options of the commands about predictions."""

from __future__ import annotations

from typing import Any

from clone_mcp.cli import prediction


def add(actions: Any) -> None:
    """The commands, among the others."""
    pause = actions.add_parser("pause", help="answer nothing in the person's name until resumed; recording goes on")
    _project(pause)
    pause.set_defaults(function=prediction.pause)

    resume = actions.add_parser("resume", help="answer again after a pause")
    _project(resume)
    resume.add_argument("--yes", action="store_true", help="do not ask whether that is meant")
    resume.set_defaults(function=prediction.resume)

    shadow = actions.add_parser("shadow", help="predict, store and score everything, and let nothing be automatic")
    shadow.add_argument("state", choices=["on", "off"], help="whether Clone only watches")
    _project(shadow)
    shadow.add_argument("--yes", action="store_true", help="do not ask whether `off` is meant")
    shadow.set_defaults(function=prediction.shadow)

    trust = actions.add_parser("trust", help="act on what agents say the person typed, not only on what hooks saw")
    trust.add_argument("state", choices=["on", "off", "status"], help="whether they are trusted; off is the default")
    _project(trust)
    trust.add_argument("--yes", action="store_true", help="do not ask whether `on` is meant")
    trust.set_defaults(function=prediction.trust)

    calibrate = actions.add_parser("calibrate", help="learn from outcomes what confidences are worth, as once a day")
    calibrate.add_argument("--json", action="store_true", help="print the fits before and after as JSON")
    calibrate.set_defaults(function=prediction.calibrate)

    stats = actions.add_parser("stats", help="how predictions came out, and what may be promised of them")
    stats.add_argument("--since", metavar="WHEN", help="count from then on: 2026-11-20 or 2026-11-20T08:30")
    stats.add_argument("--promise", metavar="PERCENT", help="keep as promise: at most so many automatic answers wrong")
    stats.add_argument("--json", action="store_true", help="print everything as JSON")
    stats.set_defaults(function=prediction.stats)


def _project(command: Any) -> None:
    command.add_argument("--project", help="only for this project's sessions (default: everywhere)")
    command.add_argument("--json", action="store_true", help="print what is switched on now as JSON")
