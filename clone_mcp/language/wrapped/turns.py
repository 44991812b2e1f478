"""Who says what in a conversation that was written down for a model: labelled lines, headings, tags, chat templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from clone_mcp.language import lexicon
from clone_mcp.language.wrapped.tasks import is_task

AGENT, PERSON, NEITHER, SAID, OUTSIDE = "agent", "person", "neither", "said", "outside"
_UNSPACED = ("zh", "ja", "ko")


class Turn(NamedTuple):
    """One part of a text, and who says it."""

    who: str
    begins: int
    """Where its label or tag begins."""
    start: int
    end: int
    closed: bool
    """Whether a tag says where it ends."""


def _found_in(kind: str) -> re.Pattern[str]:
    rows = lexicon.rows("wrapped", kind)
    spaced = "|".join(row.word for row in rows if row.language not in _UNSPACED)
    unspaced = "|".join(row.word for row in rows if row.language in _UNSPACED)
    return re.compile(rf"(?<![^\W_])(?:{spaced})(?![^\W_])" + (f"|{unspaced}" if unspaced else ""))


_wording = partial(lexicon.pattern, "wrapped")
_BEFORE = r"(?:(?:the|my|our|your|ai|coding|main|current|last|latest|der|die|das|el|la|le|l'|o|a)\W{1,2}){0,3}"
_EXACTLY = {
    who: re.compile(rf"{_BEFORE}(?:{_wording(who)})(?:\W?\d{{1,3}})?$") for who in (AGENT, PERSON, NEITHER)
}
_NAMED = {who: _found_in(who) for who in (AGENT, PERSON)}
_SAYS, _SAYS_ONLY = _found_in("says"), re.compile(rf"{_BEFORE}(?:{_wording('says')})$")
_CONVERSATION = _found_in("conversation")
_TASK_TAG = re.compile(rf"(?:{_wording('heading')})$")

_LABEL = re.compile(
    r"[ \t]{0,8}(?:>[ \t])?(?:[-*][ \t])?(?:\#{1,6}[ \t]+)?[*_\[(]{0,3}"
    r"(?P<label>[^:：\n*\[\]()<>{}|\"`]{1,80}?)[\])]?[ \t]{0,2}(?:\([^()\n]{0,40}\))?[*_]{0,3}[ \t]?[:：][*_]{0,3}"
)
_HEADING = re.compile(
    r"[ \t]{0,3}(?:\#{1,6}[ \t]+|[-=]{2,8}[ \t]*|\*\*|\[)\W{0,4}(?P<label>[^:：\n*\[\]=<>{}|\"`#]{1,60}?)"
    r"(?:\([^()\n]{0,40}\))?[\]*]{0,2}[ \t]*[-=#]{0,8}[ \t]*$"
)
_TO = re.compile(r"(?P<label>[\w-]{1,40}) \(to [\w -]{1,40}\):[ \t]*$")
_TAG = re.compile(
    r"<\|(?:im_start\|>|start_header_id\|>)?(?P<token>[a-z_]{2,20})(?:\|>|<\|end_header_id\|>)?"
    r"|<start_of_turn>(?P<turn>[a-z]{2,20})"
    r"|<(?P<closes>/?)(?P<name>[^\W\d][\w.:-]{0,40})(?P<more>(?:\s[^<>]{0,200})?)(?<!/)>"
)
_ATTRIBUTE = re.compile(r"(?:role|from|speaker|author|sender|name|by|type)\s?=\s?[\"']?([\w -]{1,30})")
_LONGEST, _SHORT = 130, 40
"""Characters of a line in which a label is looked for, and of one behind which the message may follow at once."""


def turns(text: str) -> list[Turn]:
    """The parts of a text in their order, where it says who speaks; what stands outside of tags is `OUTSIDE`."""
    tagged = list(_tagged(text)) if "<" in text else []
    marks = sorted([*tagged, *_labelled(text, tagged)], key=lambda turn: turn.begins)
    found: list[Turn] = []
    for place, turn in enumerate(marks):
        following = marks[place + 1].begins if place + 1 < len(marks) else len(text)
        if not turn.closed:
            found.append(turn._replace(end=following))
            continue
        found.append(turn)
        if text[turn.end : following].strip():
            found.append(Turn(OUTSIDE, turn.end, turn.end, following, closed=False))
    return found


def who_speaks(label: str) -> str:
    """Who a label names; empty where it names nobody."""
    label = " ".join(label.lower().replace("_", " ").replace("-", " ").split()).strip(" .,!")
    for who, exactly in _EXACTLY.items():
        if exactly.match(label):
            return who
    if len(label) <= 2 * _SHORT and _SAYS.search(label):
        named = {who: at.start() for who, pattern in _NAMED.items() if (at := pattern.search(label))}
        if named:
            return min(named, key=lambda who: named[who])
        return SAID if _SAYS_ONLY.match(label) else ""
    return ""


def heads_conversation(line: str) -> bool:
    """Whether a line does no more than head a conversation."""
    short = len(line.strip()) <= 2 * _SHORT and not line.rstrip().endswith((".", "?", "!"))
    return short and _CONVERSATION.search(line.lower()) is not None


def _labelled(text: str, tagged: list[Turn]) -> Iterator[Turn]:
    closed = [turn for turn in tagged if turn.closed]
    at = place = 0
    for line in text.split("\n"):
        while place < len(closed) and closed[place].end <= at:
            place += 1
        within = place < len(closed) and closed[place].begins <= at
        if not within and (found := _label(line[:_LONGEST])):
            yield Turn(found[0], at, at + found[1], len(text), closed=False)
        at += len(line) + 1


def _label(line: str) -> tuple[str, int] | None:
    """Who speaks from this line on, and where on it their words begin."""
    found = None
    if ":" in line or "：" in line:
        found = _TO.match(line) or _LABEL.match(line)
        if found and "(to " in found[0]:
            who = PERSON if _NAMED[PERSON].search(found["label"].replace("_", " ").lower()) else AGENT
            return who, found.end()
    elif line[:1] in "#=-*[":
        found = _HEADING.match(line)
    if not found:
        return None
    who = who_speaks(found["label"])
    rest = line[found.end() :].strip()
    spoken = rest and len(found["label"]) > _SHORT  # a sentence with a colon in it, and no label
    return (who, found.end()) if who and not spoken and not is_task(line) else None


def _tagged(text: str) -> Iterator[Turn]:
    """What stands in tags that name who speaks, and where chat templates change the speaker."""
    tags = list(_TAG.finditer(text))
    last = {tag["name"]: tag.start() for tag in tags if tag["closes"]}
    opened: tuple[str, re.Match[str]] | None = None
    depth = 0
    for tag in tags:
        if opened is not None:
            if tag["name"] == opened[1]["name"]:
                depth += -1 if tag["closes"] else 1
                if depth == 0:
                    yield Turn(opened[0], opened[1].start(), opened[1].end(), tag.start(), closed=True)
                    opened = None
        elif token := tag["token"] or tag["turn"]:
            if who := who_speaks(token):
                yield Turn(who, tag.start(), tag.end(), len(text), closed=False)
        elif tag["closes"]:
            if _CONVERSATION.search(tag["name"].replace("_", " ").lower()):
                yield Turn(OUTSIDE, tag.start(), tag.end(), len(text), closed=False)
        elif last.get(tag["name"], -1) > tag.end() and (who := _who_in(tag)):
            opened, depth = (who, tag), 1


def _who_in(tag: re.Match[str]) -> str:
    attribute = _ATTRIBUTE.search(tag["more"])
    named = (who_speaks(attribute[1]) if attribute else "") or who_speaks(tag["name"])
    return named or (NEITHER if _TASK_TAG.match(tag["name"].replace("_", " ").lower()) else "")
