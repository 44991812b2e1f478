"""What a person's own sentences claim about them, and which claims must wait for the person.

Found by rules: no model, no clock, no I/O. Silence is better than a wrong claim. The gates are a floor that holds
without a model: a needless question costs the person a look, a gate that stays open costs trust. What authorises action
is read by `stakes`; only what is private is read here. Habits are in `habits`; what becomes of claims is in `facts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import key_of, opposite, parsed
from clone_mcp.language.sentence import shortened
from clone_mcp.language.statements import statements
from clone_mcp.language.tool_names import tools_used
from clone_mcp.language.wishes import Wish, english, other_language
from clone_mcp.memory.merge import same_claim
from clone_mcp.memory.sameness import opposed
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Claim, Fact, Gate, Raw
from clone_mcp.stakes.permission import authorises, on_one_line

LONGEST = 300
"""Characters of a claim, about two sentences."""

REDACTED = "[redacted"

_UNSPACED = re.compile(lexicon.pattern("private", "matter, unspaced"))
# Words that are about a person only when they are said to be somebody's.
_OWNED = (
    rf"\b(?:{lexicon.pattern('private', 'owner')})(?:{lexicon.pattern('private', 'kind of own')})? "
    rf"(?:{lexicon.pattern('private', 'owned matter')})\b"
)
_CODE_AFTER = rf"(?:[- ](?:{lexicon.pattern('private', 'code after')}))\b"
# One word may stand between: cancer cell lines, prayer times widget. A verb or another thing of the person's may not.
_NOT_CODE = rf"(?!(?: (?!(?:{lexicon.pattern('private', 'no attribute')})\b)\w+)?{_CODE_AFTER})"
_HOMONYMS = re.compile(rf"\b(?:{lexicon.pattern('private', 'homonym')})\b")
_SENSITIVE = re.compile(
    rf"(?<![\w-])(?:{lexicon.pattern('private', 'matter')})(?![\w]){_NOT_CODE}|{_OWNED}(?!{_CODE_AFTER})"
)


def claims(raws: Sequence[Raw]) -> tuple[Claim, ...]:
    """One claim for each thing that the person's rows say of them, with all rows that say it."""
    found: dict[str, Claim] = {}
    for raw in raws:
        if raw.author is Author.PERSON:
            for claim in _of(raw):
                _add(found, claim)
    return tuple(found.values())


def contradicts(claim: Claim, fact: Fact) -> bool:
    """Whether both can't hold at once, as far as their words tell. Other projects contradict nothing."""
    if claim.project and fact.project and claim.project != fact.project:
        return False
    return claim.opposes == fact.key or opposed(claim.key, claim.text, fact.key, fact.text)


def _of(raw: Raw) -> Iterator[Claim]:
    for statement in statements(raw.text):
        if REDACTED in statement:
            continue  # what is left of it may say something else
        if said := english(statement) or other_language(statement):
            if claim := _claim(said, statement, raw):
                yield claim
        else:
            for name, kind in tools_used(statement):
                tag = name.casefold()
                yield Claim(kind, f"Works with {name}.", f"use + {tag}", (raw.id,), tags=(tag,))


def _claim(said: Wish, statement: str, raw: Raw) -> Claim | None:
    key = key_of(said.domain, said.meaning, against=said.against)
    if not says_something(key):
        return None
    return Claim(
        kind=said.kind,
        text=shortened(said.text, LONGEST),
        key=key,
        raw_ids=(raw.id,),
        explicit=said.explicit,
        opposes=opposite(key),
        # The person's words decide, too: the third person may hide what they allow.
        gate=gate_of(statement) or gate_of(said.text),
        project=raw.project if said.local else None,
    )


def says_something(key: str) -> bool:
    """Whether words are left on each side of a key's signs."""
    parts = parsed(key).parts
    return bool(parts) and all(parts)


def _add(found: dict[str, Claim], claim: Claim) -> None:
    in_project = (each.key for each in found.values() if each.project == claim.project)
    key = claim.key if claim.key in found else same_claim(claim.key, in_project)
    if key is None or key not in found:
        found[claim.key] = claim
        return
    old = found[key]
    found[key] = replace(
        old,
        raw_ids=tuple(dict.fromkeys(old.raw_ids + claim.raw_ids)),
        explicit=old.explicit or claim.explicit,
        gate=old.gate or claim.gate,
        # What is said in two projects holds in general.
        project=old.project if old.project == claim.project else None,
    )


def gate_of(text: str) -> Gate | None:
    """Why a text about the person must wait for them, if it must. What authorises action outranks what is private."""
    said = on_one_line(text)
    if authorises(said):
        return Gate.GROUNDING
    # Words that developers use for other things are no matter of anybody's.
    private = _UNSPACED.search(said) or _SENSITIVE.search(_HOMONYMS.sub(" ~ ", said))
    return Gate.SENSITIVE if private else None
