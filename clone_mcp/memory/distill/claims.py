"""What a person's own sentences claim about them. Silence is better than a wrong claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from clone_mcp.language.claim_keys import Key, key_of, opposite, parsed
from clone_mcp.language.sentence import shortened
from clone_mcp.language.statements import statements
from clone_mcp.language.tool_names import tools_used
from clone_mcp.language.wishes import Wish, english, other_language
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.memory.distill.merge import contrary, same_claim
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Claim, Fact, FactKind, Raw

LONGEST = 300


def claims(raws: Sequence[Raw]) -> tuple[Claim, ...]:
    """One claim for each thing that the person's rows say of them, with all rows that say it."""
    found: dict[str, Claim] = {}
    for raw in raws:
        if raw.author is Author.PERSON:
            for claim in _of(raw):
                _add(found, claim)
    return tuple(found.values())


def contradicts(claim: Claim, fact: Fact) -> bool:
    """Whether both can't hold at once, as far as their keys tell. What holds in another project contradicts nothing."""
    if claim.project and fact.project and claim.project != fact.project:
        return False
    return claim.opposes == fact.key or contrary(claim.key, fact.key)


def _of(raw: Raw) -> Iterator[Claim]:
    for statement in statements(raw.text):
        if said := english(statement) or other_language(statement):
            if claim := _claim(said, statement, raw):
                yield claim
        else:
            for name, kind in tools_used(statement):
                yield _tool(name, kind, raw)


def _claim(said: Wish, statement: str, raw: Raw) -> Claim | None:
    key = key_of(said.domain, said.meaning, against=said.against)
    if not _says_something(parsed(key)):
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


def _says_something(key: Key) -> bool:
    return all(key.parts) and bool(key.parts)


def _tool(name: str, kind: FactKind, raw: Raw) -> Claim:
    return Claim(kind, f"Works with {name}.", f"use + {name.casefold()}", (raw.id,), tags=(name.casefold(),))


def _add(found: dict[str, Claim], claim: Claim) -> None:
    key = claim.key if claim.key in found else same_claim(claim.key, _in_project(found.values(), claim.project))
    if key is None or key not in found:
        found[claim.key] = claim
        return
    old = found[key]
    found[key] = replace(
        old,
        raw_ids=tuple(dict.fromkeys(old.raw_ids + claim.raw_ids)),
        explicit=old.explicit or claim.explicit,
        gate=old.gate or claim.gate,
        # Wish in two projects, it is said in general.
        project=old.project if old.project == claim.project else None,
    )


def _in_project(claims: Iterable[Claim], project: str | None) -> Iterator[str]:
    return (claim.key for claim in claims if claim.project == project)
