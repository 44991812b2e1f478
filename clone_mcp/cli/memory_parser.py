"""The options of the memory commands."""

from __future__ import annotations

from typing import Any

from clone_mcp.cli import memory, memory_folder
from clone_mcp.cli.numbers import count
from clone_mcp.models.memory import FactKind


def add(actions: Any) -> None:
    """`memory`, `review` and `forget`."""
    group = actions.add_parser("memory", help="read, correct, trace and export what Clone remembers")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    _folders(verbs)
    _reading(verbs)
    _changing(verbs)

    review = actions.add_parser("review", help="decide what only you can decide")
    review.add_argument("--json", action="store_true", help="list what waits, as JSON")
    review.set_defaults(function=memory_folder.review)

    forget = actions.add_parser("forget", help="erase events and everything that rests on them alone")
    forget.add_argument("--project", help="only of this project")
    forget.add_argument("--session", help="only of this session")
    forget.add_argument("--since", help="only from this time on")
    forget.add_argument("--until", help="only before this time")
    forget.add_argument("--everything", action="store_true", help="all of it")
    forget.add_argument("--dry-run", action="store_true", help="only say what would go")
    _confirmed(forget)
    _as_json(forget)
    forget.set_defaults(function=memory_folder.forget)


def _folders(verbs: Any) -> None:
    export = verbs.add_parser("export", help="write memory to a folder, as markdown")
    export.set_defaults(function=memory_folder.export)
    apply = verbs.add_parser("apply", help="take an edited folder's changes back")
    apply.add_argument("--dry-run", action="store_true", help="only show the plan")
    _confirmed(apply)
    _as_json(apply)
    apply.set_defaults(function=memory_folder.apply)
    restore = verbs.add_parser("restore", help="fill an empty memory from an exported folder")
    restore.add_argument("--bring-back", action="store_true", help="also what was deleted here")
    restore.add_argument("--dry-run", action="store_true", help="only say what would be restored")
    _confirmed(restore)
    restore.set_defaults(function=memory_folder.restore)
    for each in (export, apply, restore):
        each.add_argument("folder")


def _reading(verbs: Any) -> None:
    show = verbs.add_parser("show", help="the soul card and all facts, or one thing")
    show.add_argument("id", nargs="?", help="the beginning of a fact's or an episode's id")
    _as_json(show)
    show.set_defaults(function=memory.show)

    why = verbs.add_parser("why", help="what something rests on")
    why.add_argument("id", help="the beginning of an id; of a raw row or a prediction all of it")
    _layer(why, ["fact", "episode", "prediction", "profile", "raw"])
    why.add_argument("--impact", action="store_true", help="the other way: what rests on it")
    _as_json(why)
    why.set_defaults(function=memory.why)

    search = verbs.add_parser("search", help="find things by words")
    search.add_argument("words")
    search.add_argument("--limit", type=count, default=20, help="how many to show (default: 20)")
    _as_json(search)
    search.set_defaults(function=memory.search)

    stats = verbs.add_parser("stats", help="how much there is in each tier")
    stats.add_argument("--since", help="only what came or changed from this time on")
    _as_json(stats)
    stats.set_defaults(function=memory.stats)


def _changing(verbs: Any) -> None:
    promote = verbs.add_parser("promote", help="find episodes and facts in what is new, now")
    promote.add_argument("--since", help="only in sessions active from this time on")
    promote.add_argument("--limit", type=count, help="at most so many sessions, and so many episodes")
    promote.add_argument("--force", action="store_true", help="also in what was looked through before")
    promote.add_argument("--model", metavar="NAME", help="the language model to ask; fails if it can't be asked")
    _as_json(promote)
    promote.set_defaults(function=memory.promote)

    tell = verbs.add_parser("add", help="tell Clone a fact about you")
    tell.add_argument("text", help="one sentence")
    tell.add_argument("--kind", choices=list(map(str, FactKind)), default="preference", help="what it is about")
    tell.add_argument("--tag", action="append", default=[], help="may be given several times")
    tell.set_defaults(function=memory.add)

    edit = verbs.add_parser("edit", help="put a fact or an episode in your own words")
    edit.add_argument("id", help="the beginning of its id")
    edit.add_argument("text")
    _layer(edit, ["fact", "episode"])
    _confirmed(edit)
    edit.set_defaults(function=memory.edit)

    delete = verbs.add_parser("delete", help="remove something and what rests on it alone")
    delete.add_argument("id", help="the beginning of an id; of a raw row all of it")
    _layer(delete, ["fact", "episode", "raw"])
    _confirmed(delete)
    delete.set_defaults(function=memory.delete)


def _layer(parser: Any, layers: list[str]) -> None:
    parser.add_argument("--layer", choices=layers, default="fact", help="what the id is of (default: fact)")


def _confirmed(parser: Any) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _as_json(parser: Any) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")
