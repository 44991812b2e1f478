"""Whether labelled lines ("Alice: …", "User: …") are a conversation that was copied, or fields that somebody typed.

Copied, if a part in a conversation with an agent is named twice, if a name comes again, or if two lines begin with what
may be names. Words that people put before a colon themselves ("Note: …", "Frontend: …") name nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from clone_mcp.language import lexicon

_wording = partial(lexicon.pattern, "pastes")
ROLE = rf"(?i:{_wording('role')})"
_IS_ROLE = re.compile(rf"{ROLE}$")
_MACHINE = re.compile(rf"(?i:{_wording('role of a machine')})$")
_LABEL = re.compile(
    r"\s{0,8}(?P<item>(?:[-*+]|\d{1,2}[.)])\s+)?(?:[*_]{1,2})?(?P<label>@?[^\W\d_][\w.'’-]{0,24}(?:\s[^\W\d_][\w.'’-]{0,24}){0,2})"
    r"(?:\s?\([^()\n]{1,40}\))?(?:[*_]{1,2})?(?:\s?:(?:[*_]{1,2})?(?=\s|$|[^\x00-\x7f])|\s?：)"
)
_SAID = re.compile(rf"\s(?:{_wording('said')})$")
_NOBODY = re.compile(rf"(?:{_wording('kind of failure')})$|[a-z][A-Z]")
_NAMES = lexicon.words("pastes", "first name")
"""First names that are common somewhere: two of them are a conversation, however little they say."""
_FIELDS = lexicon.words("pastes", "label")
_US = lexicon.words("pastes", "taker of tasks")
"""In a list, tasks are given to them."""
_WORD = re.compile(r"[\w'’]+")
_LONGEST = 200
_SENTENCE = 3
"""Words of a line that says something. "Width: 20" is a field."""


class _Line(NamedTuple):
    number: int
    label: str
    role: bool
    name: bool
    """May be somebody's: in capitals, and no word that people label things with."""
    says: int
    """Words after the label."""


def first_speaker(lines: Sequence[str]) -> int | None:
    """The first line of a conversation whose lines begin with who speaks; None where there is none."""
    labelled = [found for number, line in enumerate(lines) if (found := _read(number, line))]
    speakers = [line for line in labelled if line.role or line.name]
    if len(speakers) > 1 and _converse(speakers):
        return speakers[0].number
    for line in speakers:
        alone = line.role and not line.says and any(each.strip() for each in lines[line.number + 1 :])
        if alone or _MACHINE.match(line.label):
            return line.number
    return _alternating(labelled)


def _converse(speakers: Sequence[_Line]) -> bool:
    if any(line.role for line in speakers):
        return True
    labels = Counter(line.label for line in speakers)
    if len(labels) < len(speakers):
        return True
    return sum(label.split()[0] in _NAMES for label in labels) > 1 or any(line.says >= _SENTENCE for line in speakers)


def _alternating(labelled: Sequence[_Line]) -> int | None:
    """Where handles in small letters take turns: one speaks, another, and the first again."""
    seen: dict[str, int] = {}
    for place, line in enumerate(labelled):
        first = seen.setdefault(line.label, place)
        if place - first > 1 and len(seen) > 1:
            return labelled[first].number
    return None


def _read(number: int, line: str) -> _Line | None:
    found = _LABEL.match(line[:_LONGEST]) if ":" in line or "：" in line else None
    if found is None:
        return None
    label = _SAID.sub("", found["label"])
    folded = label.casefold()
    role = _IS_ROLE.match(label) is not None and folded not in _FIELDS and not (found["item"] and folded in _US)
    if not role and (found["item"] or not _FIELDS.isdisjoint(_WORD.findall(folded)) or _NOBODY.search(label)):
        return None
    name = not role and (label.startswith("@") or all(word[0].isupper() for word in label.split()))
    return _Line(number, folded, role, name, len(line[found.end() : _LONGEST].split()))
