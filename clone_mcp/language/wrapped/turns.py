"""Who says what in a conversation that was written down for a model: labelled lines, headings, tags, chat templates.

Conversations as JSON are read in chat_messages.py. Chats that a person pasted are pasted/transcripts.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clone_mcp.language import lexicon
from clone_mcp.language.wrapped.tasks import is_task

AGENT, PERSON, NEITHER, SAID, OUTSIDE = "agent", "person", "neither", "said", "outside"
_UNSPACED = ("zh", "ja", "ko")


class Turn(NamedTuple):
    """One part of a text, and who says it."""

    who: str
    text: str
    closed: bool
    """Whether a tag says where it ends."""


class _Mark(NamedTuple):
    who: str
    begins: int
    start: int
    end: int | None


def _named(kind: str) -> re.Pattern[str]:
    """Finds one of the names of a kind as a word of its own."""
    rows = lexicon.rows("wrapped", kind)
    spaced = "|".join(row.word for row in rows if row.language not in _UNSPACED)
    unspaced = "|".join(row.word for row in rows if row.language in _UNSPACED)
    return re.compile(rf"(?<![^\W_])(?:{spaced})(?![^\W_])" + (f"|{unspaced}" if unspaced else ""))


_BEFORE = r"(?:(?:the|my|our|your|ai|coding|main|current|last|latest|der|die|das|el|la|le|l'|o|a)\W{1,2}){0,3}"
_EXACTLY = {
    who: re.compile(rf"{_BEFORE}(?:{lexicon.pattern('wrapped', kind)})(?:\W?\d{{1,3}})?$")
    for who, kind in ((AGENT, "agent"), (PERSON, "person"), (NEITHER, "neither"), (NEITHER + "s", "heading"))
}
_NAMED = {who: _named(who) for who in (AGENT, PERSON)}
_SAYS, _SAYS_ONLY = _named("says"), re.compile(rf"{_BEFORE}(?:{lexicon.pattern('wrapped', 'says')})$")
_CONVERSATION = _named("conversation")
_LABEL = re.compile(
    r"[ \t]{0,8}(?:>[ \t])?(?:[-*][ \t])?(?:\#{1,6}[ \t]+)?[*_\[(]{0,3}"
    r"(?P<label>[^:：\n*\[\]()<>{}|\"`]{1,80}?)[\])]?[ \t]{0,2}(?:\([^()\n]{0,40}\))?[*_]{0,3}[ \t]?[:：][*_]{0,3}"
)
_HEADING = re.compile(
    r"[ \t]{0,3}(?:\#{1,6}[ \t]+|[-=]{2,8}[ \t]*|\*\*|\[)\W{0,4}(?P<label>[^:：\n*\[\]=<>{}|\"`#]{1,60}?)"
    r"(?:\([^()\n]{0,40}\))?[\]*]{0,2}[ \t]*[-=#]{0,8}[ \t]*$"
)
_TAG = re.compile(
    r"<\|(?:im_start\|>|start_header_id\|>)?(?P<token>[a-z_]{2,20})(?:\|>|<\|end_header_id\|>)?"
    r"|\[(?P<inst>/?)INST\]"
    r"|<start_of_turn>(?P<turn>[a-z]{2,20})"
    r"|<(?P<closes>/?)(?P<name>[^\W\d][\w.:-]{0,40})(?P<more>(?:\s[^<>]{0,200})?)(?<!/)>"
)
_ATTRIBUTE = re.compile(r"(?:role|from|speaker|author|sender|name|by|type)\s?=\s?[\"']?([\w -]{1,30})")
_BRACKET = re.compile(r"[ \t]{0,3}\[(?P<label>[^\[\]\n]{1,40})\](?:[ \t]+|$)")
_PROMPTS = {"⏺ ": AGENT, "● ": AGENT, "> ": PERSON, "❯ ": PERSON}
"""What terminals set before words. What follows `>` is only a person's where an agent's words have such a sign, too."""
_INTRODUCES = re.compile(lexicon.pattern("wrapped", "introduces"))
_LONGEST, _SHORT = 130, 40
"""Characters of a line in which a label is looked for, and of one behind which the message may follow at once."""


def turns(text: str) -> tuple[str, list[Turn]]:
    """What stands before the first who speaks, and what each says. What stands behind a tag's end is `OUTSIDE`."""
    tagged = list(_tagged(text)) if "<" in text or "[INST]" in text else []
    marks = sorted([*tagged, *_labelled(text, tagged)], key=lambda mark: mark.begins)
    edges = [mark.begins for mark in marks] + [len(text)]
    found: list[Turn] = []
    for mark, following in zip(marks, edges[1:], strict=True):
        found.append(Turn(mark.who, text[mark.start : mark.end or following], mark.end is not None))
        if mark.end is not None and (outside := text[mark.end : following]).strip():
            found.append(Turn(OUTSIDE, outside, closed=False))
    return text[: edges[0]], found


def who_speaks(label: str) -> str:
    """Who a label names; empty where it names nobody."""
    label = " ".join(label.lower().replace("_", " ").replace("-", " ").split()).strip(" .,!")
    for who, exactly in _EXACTLY.items():
        if exactly.match(label):
            return who.removesuffix("s")
    if len(label) > 2 * _SHORT or not _SAYS.search(label):
        return ""
    named = {who: at.start() for who, pattern in _NAMED.items() if (at := pattern.search(label))}
    return min(named, key=lambda who: named[who]) if named else SAID if _SAYS_ONLY.match(label) else ""


def introduces(text: str) -> bool:
    """Whether it begins by telling of an agent, whose words follow: "The agent is waiting, and its message is: "."""
    told, colon, _ = text[: 2 * _LONGEST].partition(":")
    return bool(colon) and len(told) <= _LONGEST and _INTRODUCES.search(told.lower()) is not None


def heads(line: str) -> bool:
    """Whether a line does no more than head a conversation."""
    short = len(line.strip()) <= 2 * _SHORT and not line.rstrip().endswith((".", "?", "!"))
    return short and _CONVERSATION.search(line.lower()) is not None


def _labelled(text: str, tagged: list[_Mark]) -> Iterator[_Mark]:
    closed = iter([*(mark for mark in tagged if mark.end), _Mark(OUTSIDE, len(text), len(text), len(text) + 1)])
    within, at, shown = next(closed), 0, "\n⏺ " in text or "\n● " in text
    for line in text.split("\n"):
        while (within.end or 0) <= at and at < len(text):
            within = next(closed)
        if at < within.begins and (found := (_prompt(line) if shown else None) or _label(line[:_LONGEST])):
            yield _Mark(found[0], at, at + found[1], None)
        at += len(line) + 1


def _prompt(line: str) -> tuple[str, int] | None:
    """The same, of a line of a terminal."""
    who = _PROMPTS.get(line[:2])
    return (who, 2) if who else None


def _label(line: str) -> tuple[str, int] | None:
    """Who speaks from this line on, and where on it their words begin."""
    if (bracket := _BRACKET.match(line)) and (who := who_speaks(bracket["label"])) not in ("", SAID):
        return who, bracket.end()
    colon = ":" in line or "：" in line
    found = _LABEL.match(line) if colon else _HEADING.match(line) if line[:1] in ("#", "=", "-", "*", "[") else None
    if not found:
        return None
    who = who_speaks(found["label"])
    if introduces(found["label"] + ":"):
        return AGENT, found.end()
    spoken = line[found.end() :].strip() and len(found["label"]) > _SHORT  # a sentence with a colon in it, and no label
    return (who, found.end()) if who and not spoken and not is_task(line) else None


def _tagged(text: str) -> Iterator[_Mark]:
    """What stands in tags that name who speaks, and where chat templates change the speaker."""
    tags = list(_TAG.finditer(text))
    last = {tag["name"]: tag.start() for tag in tags if tag["closes"]}
    opened, who, depth = None, "", 0
    for tag in tags:
        if opened is not None:
            if tag["name"] == opened["name"]:
                depth += -1 if tag["closes"] else 1
                if depth == 0:
                    yield _Mark(who, opened.start(), opened.end(), tag.start())
                    opened = None
        elif tag["inst"] is not None:
            yield _Mark(AGENT if tag["inst"] else PERSON, tag.start(), tag.end(), None)
        elif token := tag["token"] or tag["turn"]:
            if who := who_speaks(token):
                yield _Mark(who, tag.start(), tag.end(), None)
        elif tag["closes"]:
            if _CONVERSATION.search(tag["name"].replace("_", " ").lower()):
                yield _Mark(OUTSIDE, tag.start(), tag.end(), None)
        elif last.get(tag["name"], -1) > tag.end() and (who := _who_in(tag)):
            opened, depth = tag, 1


def _who_in(tag: re.Match[str]) -> str:
    attribute = _ATTRIBUTE.search(tag["more"])
    return (who_speaks(attribute[1]) if attribute else "") or who_speaks(tag["name"])
