"""The options of the memory commands."""

from __future__ import annotations

from typing import Any

from clone_mcp.cli import memory


def add(actions: Any) -> None:
    """`memory`, `review` and `forget`."""
    group = actions.add_parser("memory", help="read, correct, trace and export what Clone remembers")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    _folders(verbs)
    _single(verbs)

    review = actions.add_parser("review", help="decide what only you can decide")
    review.add_argument("--json", action="store_true", help="list what waits, as JSON")
    review.set_defaults(function=memory.review)

    forget = actions.add_parser("forget", help="erase events and everything that rests on them alone")
    forget.add_argument("--project", help="only of this project")
    forget.add_argument("--session", help="only of this session")
    forget.add_argument("--since", help="only from this time on")
    forget.add_argument("--until", help="only before this time")
    forget.add_argument("--everything", action="store_true", help="all of it")
    forget.add_argument("--dry-run", action="store_true", help="only say what would go")
    _confirmed(forget)
    forget.set_defaults(function=memory.forget)


def _folders(verbs: Any) -> None:
    export = verbs.add_parser("export", help="write memory to a folder, as markdown")
    export.set_defaults(function=memory.export)
    apply = verbs.add_parser("apply", help="take an edited folder's changes back")
    apply.add_argument("--dry-run", action="store_true", help="only show the plan")
    _confirmed(apply)
    apply.set_defaults(function=memory.apply)
    restore = verbs.add_parser("restore", help="fill an empty memory from an exported folder")
    restore.set_defaults(function=memory.restore)
    for each in (export, apply, restore):
        each.add_argument("folder")


def _single(verbs: Any) -> None:
    show = verbs.add_parser("show", help="the soul card and all facts, or one thing")
    show.add_argument("id", nargs="?", help="the beginning of an id")
    show.add_argument("--json", action="store_true", help="print as JSON")
    show.set_defaults(function=memory.show)

    edit = verbs.add_parser("edit", help="put a fact in your own words")
    edit.add_argument("id", help="the beginning of a fact's id")
    edit.add_argument("text")
    _confirmed(edit)
    edit.set_defaults(function=memory.edit)

    delete = verbs.add_parser("delete", help="remove something and what rests on it alone")
    delete.add_argument("id")
    _layer(delete, ["fact", "episode", "raw"])
    _confirmed(delete)
    delete.set_defaults(function=memory.delete)

    why = verbs.add_parser("why", help="what something rests on")
    why.add_argument("id")
    _layer(why, ["fact", "episode", "prediction", "profile", "raw"])
    why.add_argument("--impact", action="store_true", help="the other way: what rests on it")
    why.set_defaults(function=memory.why)

    search = verbs.add_parser("search", help="find things by words")
    search.add_argument("words")
    search.add_argument("--limit", type=int, default=20)
    search.add_argument("--json", action="store_true", help="print as JSON")
    search.set_defaults(function=memory.search)


def _layer(parser: Any, layers: list[str]) -> None:
    parser.add_argument("--layer", choices=layers, default="fact", help="what the id is of (default: fact)")


def _confirmed(parser: Any) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")
