"""One event as one sentence: what a raw row says.

An episode's summary is written in memory/episodes.py. The event itself keeps all of its text.
"""

from __future__ import annotations

import re
from collections import deque

from clone_mcp.language.pasted import BREAK, MARK, agents_lines, own_lines, own_words
from clone_mcp.models.events import StoredEvent

LONGEST = 500
ELLIPSIS = "…"
PASTE_GOES_ON = "[…]"
"""Ends the sentence of a prompt so long that all of it counts as pasted."""

_LIST_MARK = re.compile(r"\s*(?:#{1,6}\s+|[-*+•]\s+(?:\[[ xX]\]\s+)?)")
_EMPHASIS = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_READ = 20_000
"""A sentence comes from the first of so many characters, or an agent's last."""


def sentence(event: StoredEvent) -> str | None:
    """What the event says, in one line of at most 500 characters; None if it says nothing.

    A prompt is cut at its end and a response at its beginning, where a question to the person stands last.
    """
    match event.type:
        case "agent.prompt":
            return _prompt(_field(event, "prompt"))
        case "agent.response":
            return _cut_front(_last_lines(_field(event, "response")[-_READ:])) or None
        case "app.focused":
            return _focused(_field(event, "app"), _field(event, "window_title"))
        case "session.started":
            return _cut(f"A session started in {_line(event.source_detail or event.source.value)}.")
        case "session.stopped":
            return "The session ended."
        case _:
            return None


def own_part(said: str) -> str:
    """What of a prompt's sentence is the person's own; empty where it is a paste, or can't be told from one."""
    if said.endswith(PASTE_GOES_ON) or (said.startswith(MARK) and not said.startswith(MARK + BREAK)):
        return ""
    return BREAK.join(part for part in said.split(BREAK) if not part.startswith(MARK)) if MARK in said else said


def _field(event: StoredEvent, name: str) -> str:
    value = event.payload.get(name)
    return value if isinstance(value, str) else ""


def _prompt(text: str) -> str | None:
    line = _line(text[:_READ])
    if not line.replace(MARK, "").strip(" ·"):
        # Nothing but a paste: still worth finding again, but not as the person's words.
        whole = flat(text[:_READ]).lstrip(" ·")
        return _cut(f"{MARK} {whole}") if whole else None
    return _cut(line) if own_words(text) else _cut(line, PASTE_GOES_ON)


def _focused(app: str, title: str) -> str | None:
    app, title = flat(app), flat(title)
    return _cut(f"Switched to {app}: {title}" if title and title != app else f"Switched to {app}.") if app else None


def _line(text: str) -> str:
    return BREAK.join(line for line in map(_plain, own_lines(text)) if line)


def _last_lines(text: str) -> str:
    """The end of what `_line` makes of the text, longer than a sentence may be if there is so much."""
    lines, left = deque[str](), LONGEST
    for line in map(_plain, reversed(agents_lines(text))):
        if left < 0:
            break
        if line:
            lines.appendleft(line)
            left -= len(line)
    return BREAK.join(lines)


def _plain(line: str) -> str:
    """A line without marks of lists, headings and emphasis."""
    if mark := _LIST_MARK.match(line):
        line = line[mark.end() :]
    if "**" in line or "__" in line:
        line = _EMPHASIS.sub("", line)
    return flat(line)


def flat(text: str) -> str:
    """The text on one line, without characters that have no shape."""
    shaped = text if text.isprintable() else _NOT_TEXT.sub(" ", text)
    return " ".join(shaped.split())


def _cut(line: str, always: str = "") -> str:
    return shortened(line, LONGEST, ending=always or ELLIPSIS, always=bool(always))


def shortened(line: str, longest: int, *, ending: str = ELLIPSIS, always: bool = False) -> str:
    """The line cut at a word so that it fits, with what shows that it was cut."""
    if len(line) <= longest and not always:
        return line
    ending = ending if ending == ELLIPSIS else f" {ending}"
    room = longest - len(ending)
    return (_at_word(line[: room + 1], room) if len(line) > room else line) + ending


def _at_word(line: str, room: int) -> str:
    space = line.rfind(" ")
    # One very long word, or a script without spaces, is cut where it must be.
    return line[: space if space > room // 2 else room].rstrip(" ·,;:")


def _cut_front(line: str) -> str:
    if len(line) <= LONGEST:
        return line
    line = line[-(LONGEST - 1) :]
    space = line.find(" ")
    return ELLIPSIS + line[space + 1 if 0 <= space < LONGEST // 2 else 0 :].lstrip(" ·")
