"""Writes those pages of docs/reference/ that the code can write itself.

python scripts/reference.py           writes them
python scripts/reference.py --check   exits 1 when one of them is not what the code says
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from rest_page import rest  # beside this file

from clone_mcp.cli.parser import parser
from clone_mcp.errors import CloneError
from clone_mcp.ports.language_model import Unusable
from clone_mcp.settings import FOREIGN, FOREIGN_PREFIXES, Settings
from clone_mcp.tools.registry import TOOLS, Tool
from clone_mcp.wire.errors import STATUS, status_of

Schema = dict[str, Any]

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
GENERATED = "<!-- Written by scripts/reference.py: do not edit. -->\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check only compare them."""
    stale = {name: text for name, text in pages().items() if _read(FOLDER / name) != text}
    if "--check" in arguments:
        for name in stale:
            print(
                f"docs/reference/{name} is not what the code says. Run `python scripts/reference.py`.", file=sys.stderr
            )
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote docs/reference/{name}")
    return 0


def pages() -> dict[str, str]:
    """What belongs into docs/reference/, by file name."""
    return {
        "tools.md": tools(),
        "settings.md": settings(),
        "cli.md": command_line(),
        "errors.md": errors(),
        "rest.md": "\n".join([GENERATED, "# REST\n", rest(), ""]),
    }


TOOLS_INTRODUCTION = """\
The seven tools that Clone serves, over stdio and over HTTP alike.

An answer is one JSON object. It comes twice, as `structuredContent` and as the text of `content[0]`. A failure is a
tool error in prose: see [errors](errors.md).

Arguments are read leniently. `null` and `""` mean absent, numbers may be strings, lists may be JSON text. A name that
is nearly one of those below is refused with the right one; any other unknown name is ignored, and listed in
`ignored_arguments`.

The two predicting tools carry `readOnlyHint`, so that clients run them without asking: they store their own answer and
nothing about the person. `anthropic/alwaysLoad` keeps Claude Code from hiding them behind its tool search.

What the numbers mean is told in [confidence](../explanation/confidence.md)."""


def tools() -> str:
    """Every tool, its arguments and the fields of its answer."""
    listing = "\n".join(f"- [`{tool.name}`](#{tool.name}): {tool.title.lower()}" for tool in TOOLS)
    return "\n".join([GENERATED, "# Tools\n", TOOLS_INTRODUCTION, f"\n{listing}", *map(_tool, TOOLS)])


def _tool(tool: Tool) -> str:
    described = tool.describe()
    given = described.annotations.model_dump(by_alias=True, exclude_none=True) if described.annotations else {}
    hints = [f"`{name}` {str(value).lower()}" for name, value in given.items()]
    hints += [f"`{name}`" for name in described.meta or {}]
    parts = [
        f"\n## {tool.name}\n",
        f"{described.title}. {', '.join(hints)}.\n",
        *(f"> {line}".rstrip() for line in (described.description or "").splitlines()),
        "\n" + _table(("argument", "type", "default", "what it is"), _arguments(described.input_schema)),
        "\n" + _table(("field of the answer", "type"), _fields(described.output_schema or {})),
    ]
    return "\n".join(parts)


def _arguments(schema: Schema) -> Iterator[tuple[str, ...]]:
    required = schema.get("required", [])
    for name, content in schema["properties"].items():
        default = content.get("default")
        shown = "required" if name in required else "" if default in ("", []) else f"`{json.dumps(default)}`"
        yield f"`{name}`", _type(content), shown, content.get("description", "")


def _fields(schema: Schema, prefix: str = "") -> Iterator[tuple[str, ...]]:
    for name, content in schema["properties"].items():
        yield f"`{prefix}{name}`", _type(content)
        items = content.get("items", {})
        if "properties" in items:
            yield from _fields(items, f"{prefix}{name}[].")


def _type(content: Schema) -> str:
    if "enum" in content:
        return " or ".join(f"`{value}`" for value in content["enum"])
    if "anyOf" in content:
        return " or ".join(_type(option) for option in content["anyOf"])
    if content["type"] == "array":
        most = f", at most {content['maxItems']}" if "maxItems" in content else ""
        return f"list of {_type(content['items'])}{most}"
    if "minimum" in content:
        return f"{content['type']}, {content['minimum']} to {content['maximum']}"
    if "maxLength" in content:
        return f"{content['type']}, at most {content['maxLength']} characters"
    return content["type"]


SETTINGS_INTRODUCTION = """\
Settings are environment variables, read once when a command starts. None is needed: the defaults suit one person on one
machine. A variable that is set to nothing counts as not set.

A `CLONE_…` variable that nearly has the name of a setting stops Clone with the right name. Any other is warned of and
ignored, because clients hand their whole environment over. These belong to other programs and are passed over without a
word: {foreign}."""


def settings() -> str:
    """Every setting."""
    rows = [
        (
            f"`{field.alias or f'CLONE_{name.upper()}'}`",
            _values(field.annotation),
            _default(name, field),
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]
    foreign = ", ".join(f"`{name}`" for name in [*FOREIGN, *(f"{prefix}…" for prefix in FOREIGN_PREFIXES)])
    return "\n".join(
        [
            GENERATED,
            "# Settings\n",
            SETTINGS_INTRODUCTION.format(foreign=foreign),
            "\n" + _table(("variable", "values", "default", "what it does"), rows),
            "\n`CLONE_HOME` defaults to the platform's place for data: `~/.local/share/clone` on Linux,",
            "`~/Library/Application Support/clone` on macOS. Everything Clone keeps lies there.",
            "\n`clone-mcp doctor` shows which settings are in force: see [the command line](cli.md).\n",
        ]
    )


def _values(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{option}`" for option in get_args(annotation))
    return {bool: "`true` or `false`", int: "number", Path: "path", Path | None: "path"}.get(annotation, "text")


def _default(name: str, field: Any) -> str:
    if field.default_factory is not None:
        return "see below"
    return "" if field.default == "" else f"`{str(field.default).lower()}`"


CLI_INTRODUCTION = """\
`clone-mcp` without a command serves MCP over stdio: that is what a client starts. `python -m clone_mcp` is the same.

Results go to stdout, everything else to stderr. The exit code is 0 when it worked, 1 when a check or an event failed, 2
when the command or the set-up is wrong, 130 after Ctrl-C, 141 when whoever read the output stopped. Settings come from
the [environment](settings.md)."""


def command_line() -> str:
    """Every command and its options."""
    top = parser()
    rows = [(_spelled(action), _meaning_of(action)) for action in _options(top)]
    general = "\n" + _table(("option", "what it does"), rows)
    return "\n".join([GENERATED, "# The command line\n", CLI_INTRODUCTION, general, *_commands(top, top.prog), ""])


def _commands(command: argparse.ArgumentParser, name: str) -> Iterator[str]:
    for helped, inner in _inner(command):
        full = f"{name} {helped.dest}"
        if not any(_inner(inner)):
            yield f"\n## {full}\n\n{_sentence(helped.help)}"
            rows = [(_spelled(action), _meaning_of(action)) for action in _options(inner)]
            if rows:
                yield "\n" + _table(("argument", "what it is"), rows)
        yield from _commands(inner, full)


def _inner(command: argparse.ArgumentParser) -> Iterator[tuple[argparse.Action, argparse.ArgumentParser]]:
    # argparse tells its commands nowhere in public.
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for helped in action._choices_actions:
                yield helped, action.choices[helped.dest]


def _options(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in command._actions:
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            yield action


def _spelled(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.dest.upper()}`"
    if action.nargs == 0:
        return f"`{action.option_strings[-1]}`"
    value = "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    return f"`{action.option_strings[-1]} {value}`"


def _meaning_of(action: argparse.Action) -> str:
    if isinstance(action, argparse._VersionAction):  # its help text differs between versions of Python
        return "Show the version."
    return _sentence(action.help)


def _sentence(text: str | None) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


ERRORS_INTRODUCTION = """\
What goes wrong is told in prose, with what to do about it. There are few kinds.

| where | how it looks |
|---|---|
| MCP tool | a result with `isError`, whose text is `Error <status> (<kind>): <what happened> <what to do>` |
| HTTP before a tool is reached, and REST | the status, and `{"error": "<what happened> <what to do>"}` |
| command line | `clone-mcp: <what happened> <what to do>` on stderr, exit code 2 |

The text is never JSON: clients that parse every text as JSON would take it for an answer. It holds no stack trace, no
secret, and nothing of another tenant. A foreign id and an unknown id are answered alike.

A refused value is named by its field, with what it may be: `k must be at most 10`. What was sent is never repeated."""


ERRORS_ELSEWHERE = """
An unknown tool or prompt is an error of the protocol, not of a tool: a JSON-RPC error with code -32602. So is whatever
goes wrong with a resource or a completion, with the same prose as its message; what is the server's fault has code
-32603.

What is no JSON-RPC message gets an error too, over stdio and over HTTP (status 400) alike:

| what came | code | id of the error |
|---|---|---|
| no JSON | -32700 | null |
| no object, an id that is neither a string nor a whole number, an id that is null | -32600 | null |
| no `"jsonrpc": "2.0"`, or a method that is not a string | -32600 | the request's |
| `params` that are not an object, or that nest some 200 levels deep | -32602 | the request's |
| a batch, except in protocol version 2025-03-26 (up to 100 messages) | -32600 | null |
| over stdio, a line over 64 MiB | -32600 | null |

A notification is never answered; over HTTP a malformed one gets 400. `NaN` and `Infinity` are read, for clients that
write them, and the tool says what is wrong. Of a name that comes twice, the last one counts. Lone surrogates, and bytes
that are no UTF-8, become U+FFFD.

A request that a server on HTTP turns away unread gets 400 (a header that came twice), 403 (its
origin), 413 (its size) or 421 (its host): see [HTTP](http.md).
"""


def errors() -> str:
    """Every kind of error."""
    rows = [(f"`{kind.code}`", str(status_of(kind)), _meaning(kind)) for kind in (*STATUS, Unusable)]
    return "\n".join(
        [
            GENERATED,
            "# Errors\n",
            ERRORS_INTRODUCTION,
            "\n" + _table(("kind", "status", "what it means"), sorted(rows, key=lambda row: (row[1], row[0]))),
            ERRORS_ELSEWHERE,
        ]
    )


def _meaning(kind: type[CloneError]) -> str:
    if kind is CloneError:
        return "Something failed inside. It is a bug; the server's log says more."
    return " ".join((kind.__doc__ or "").split())


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
