"""What replies that are given again and again show of a person: their habits. No clock, no I/O.

A habit is a reply to the same kind of question in several sessions, or a command. What opens a session answers nothing,
so neither the person's first words nor the tasks that a script types again and again are habits. Questions, complaints,
names of files, numbers and pasted lines say something of one moment. Only what tells an agent to act, to go on or to
stop says something of the person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from clone_mcp.language.claim_keys import LONGEST as LONGEST_KEY
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.meaning.vocabulary import REFUSAL
from clone_mcp.language.pasted import MARK
from clone_mcp.language.question_trace import OPEN
from clone_mcp.language.sentence import flat, own_part, shortened
from clone_mcp.language.wording import fold
from clone_mcp.memory.claims import REDACTED, gate_of
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Claim, FactKind, Raw

SESSIONS = 2
"""What happens in one session only may be that session's."""
LEAST = 3
"""Twice is no habit yet."""
OFTEN = 200
"""One in so many answers is often."""

_LONGEST = 120
_COMMAND = re.compile(r"(?:/\w[\w:.-]*|!)(?: |$)|!\w")
_WORDINGS = 3
_RARE = 5
"""A wording this many times rarer than the first is not worth naming."""


def recurring(raws: Sequence[Raw], kinds: Mapping[str, str]) -> list[Raw]:
    """Those of the rows that answer a kind of question which they answer in several sessions. Commands answer nothing.

    `kinds` has the kind of question that each row answered, by the row's id.
    """
    typed = [raw for raw in raws if raw.author is Author.PERSON and not raw.text.startswith(MARK)]
    if typed and all(_COMMAND.match(raw.text) for raw in typed):
        return typed if _in_several_sessions(typed) else []
    by_kind: dict[str, list[Raw]] = {}
    for raw in typed:
        if (kind := kinds.get(raw.id, OPEN.kind)) != OPEN.kind:
            by_kind.setdefault(kind, []).append(raw)
    return [raw for rows in by_kind.values() if _in_several_sessions(rows) for raw in rows]


def often(rows: Sequence[Raw], answers: int) -> bool:
    """Whether so many of a person's answers make a habit."""
    return len(rows) >= LEAST and len(rows) * OFTEN >= answers


def habit(phrase: str, raws: Sequence[Raw]) -> Claim | None:
    """What typing this phrase again and again shows. `raws` are the rows that share it, or its meaning.

    None if no row is the person's, or if the phrase says nothing of its author. Whoever calls decides which rows make a
    habit: the claim only cites them.
    """
    rows = sorted((raw for raw in raws if raw.author is Author.PERSON), key=lambda raw: (raw.occurred_at, raw.id))
    said = _plain(phrase)
    if not rows or not _tells_of_its_author(said):
        return None
    command = bool(_COMMAND.match(said))
    projects = {raw.project for raw in rows}
    return Claim(
        kind=FactKind.HABIT,
        text=f"Often uses the command {said}." if command else f"Often replies {_quoted(said, rows)}.",
        key=habit_key(phrase),
        raw_ids=tuple(dict.fromkeys(raw.id for raw in rows)),
        gate=gate_of(said),
        project=projects.pop() if len(projects) == 1 else None,
    )


def habit_key(phrase: str) -> str:
    """The words as they are: in a habit nothing is a synonym, and /review is not the word review."""
    said = _plain(phrase)
    return f"habit + {said[0] if _COMMAND.match(said) else ''}{fold(said)}"[:LONGEST_KEY]


def commonest(raws: Sequence[Raw]) -> str:
    """The reply that most of the rows give; of several the first one given."""
    return Counter(own_part(raw.text) for raw in raws).most_common(1)[0][0]


def _in_several_sessions(rows: Sequence[Raw]) -> bool:
    return len({raw.session_id for raw in rows}) >= SESSIONS


def _plain(phrase: str) -> str:
    return shortened(flat(own_part(phrase)).rstrip(" .!,;:"), _LONGEST)


def _quoted(said: str, rows: Sequence[Raw]) -> str:
    """The wordings in which the reply is given, the commonest first."""
    typed = [plain for raw in rows if (plain := _plain(raw.text))]
    spelling = {fold(plain): plain for plain, _ in reversed(Counter(typed).most_common())}
    counted = Counter(map(fold, typed)).most_common(_WORDINGS)
    worth = [spelling[each] for each, times in counted if times * _RARE >= counted[0][1]]
    named = [f"“{each}”" for each in worth or [said]]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def _tells_of_its_author(said: str) -> bool:
    """Whether a reply means the same whatever stood on the screen, and has an agent do something."""
    if not said or REDACTED in said:
        return False
    if _COMMAND.match(said):
        return len(said) > 1
    meant = read(said)
    if meant.asks or meant.names or meant.numbers or meant.picks or meant.tells:
        return False
    match meant.kind:
        case "yes" | "on" | "stop" | "ends":
            return True
        case "no":  # "it did not work" is a complaint
            return said.casefold().split()[0].strip(".,;:!") in REFUSAL
        case "says":
            return bool(meant.verb)
        case _:
            return False
