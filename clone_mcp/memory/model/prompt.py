"""What a model is asked to read: prompts, recorded text in fences, episodes, and which lines may be cited.

Files hold what we say, and fences hold what others said. What is made of the answer is in `facts` and `summaries`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from uuid import UUID

from clone_mcp.access.spending import PaidModel, account
from clone_mcp.language.sentence import flat, own_part, shortened
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Episode, Layer, Raw, Ref
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import UnitOfWork
from clone_mcp.ports.language_model import Ask, LanguageModel

Schema = dict[str, Any]

VERSION = "1"
"""Of the prompts: named in every row that a model wrote."""

HANDLE = 8
"""Letters of a short name."""
MOST_EPISODES = 50
"""That a model reads, unless told otherwise: what it costs should not depend on the past."""
READ_BYTES = 24_000
"""Of recorded text for one ask: about six thousand tokens."""
MOST_ASKS = 8
"""In one run. What is left waits for the next."""

_PROMPTS = Path(__file__).parent / "prompts"
_TIMEOUT = 60.0
_MOST_TOKENS = 4000
_LONGEST = 500
"""Characters of one line of what was said."""
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>\x85\u2028\u2029"}


@cache
def prompt(path: Path) -> Template:
    """A prompt file, read once. `$name` in it is filled in by whoever asks."""
    return Template(path.read_text(encoding="utf-8").strip())


def fenced(lines: Iterable[str], nonce: str) -> str:
    """Recorded text between marks that nobody who wrote it can have known."""
    return "\n".join([f"<recorded {nonce}>", *lines, f"</recorded {nonce}>"])


def quoted(**fields: Any) -> str:
    """One line of JSON in which recorded text can end neither the line nor a tag, whatever it holds.

    For the part of a prompt that is cached, where a new mark every time would cost a new cache every time.
    """
    return json.dumps(fields, ensure_ascii=False).translate(_ESCAPED)


def handles(ids: Iterable[str]) -> dict[str, str]:
    """A short name for each id, or the id itself where short names would be alike. Models write few letters well."""
    known = list(dict.fromkeys(ids))
    short = [each[:HANDLE] for each in known]
    return {(each[:HANDLE] if short.count(each[:HANDLE]) == 1 else each): each for each in known}


def line(text: str, longest: int) -> str:
    """The text in one line of at most so many characters."""
    return shortened(flat(text), longest)


@dataclass(frozen=True, slots=True)
class PromoteExtent:
    """What to promote."""

    since: datetime | None = None
    limit: int = 100
    model: str | None = None
    """To be asked instead of what is set up. Without it a model is asked where one is allowed."""
    force: bool = False
    """Also what was promoted before."""


NEW = PromoteExtent(limit=MOST_EPISODES)


@dataclass(frozen=True, slots=True)
class Stretch:
    """An episode and what was said in it, oldest first."""

    episode: Episode
    rows: tuple[Raw, ...]


def method_of(model: str) -> str:
    """What rows that this model wrote say they were written by."""
    return f"model:{model}/{VERSION}"


async def stretch(uow: UnitOfWork, episode: Episode) -> Stretch:
    """The episode with as many of its newest rows as one ask holds."""
    cited = await uow.memory.links.cited_by(Ref(Layer.EPISODE, episode.id))
    rows = await uow.memory.raws.of([ref.id for ref in cited if ref.layer is Layer.RAW])
    room, kept = READ_BYTES, list[Raw]()
    for raw in reversed([raw for raw in rows if raw.text]):
        room -= len(raw.text.encode())
        if room < 0:
            break
        kept.append(raw)
    return Stretch(episode, tuple(reversed(kept)))


def asks(stretches: Sequence[Stretch]) -> Iterator[Sequence[Stretch]]:
    """The stretches in groups that one ask each can hold, as many as one run may have."""
    groups: list[list[Stretch]] = [[]]
    room = READ_BYTES
    for each in stretches:
        size = sum(len(raw.text.encode()) for raw in each.rows)
        if size > room and groups[-1]:
            groups.append([])
            room = READ_BYTES
        groups[-1].append(each)
        room -= size
    yield from [group for group in groups if group][:MOST_ASKS]


@dataclass(frozen=True, slots=True)
class Reader:
    """The model that reads episodes, and who pays for it."""

    paid: PaidModel | None
    model: str
    """Asked unless a call names another."""
    nonce: Callable[[], str]

    def account(self, tenant: UUID) -> LanguageModel:
        """The model on this tenant's account. Raises Unavailable where none is allowed."""
        return account(self.paid, tenant, Purpose.DISTIL)

    async def ask(
        self, asked: LanguageModel, model: str, group: Sequence[Stretch], *, page: str, name: str, schema: Schema
    ) -> Mapping[str, Any]:
        """What the model makes of these, told what to do by a page of our prompts. Raises what LanguageModel raises."""
        reply = await asked.answer(
            Ask(
                stable=prompt(_PROMPTS / page).substitute(),
                volatile=recorded_text(group, self.nonce()),
                schema=schema,
                name=name,
                model=model,
                max_tokens=_MOST_TOKENS,
                timeout=_TIMEOUT,
            )
        )
        return reply.value


def listing(name: str, fields: Schema) -> Schema:
    """The schema of an answer that is one list, in which every item has all of these fields and no other."""
    return _closed({name: {"type": "array", "items": _closed(fields)}})


def _closed(fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def citable(stretches: Sequence[Stretch]) -> dict[str, Raw]:
    """The person's own lines, by the short names that a model may cite."""
    rows = {raw.id: raw for each in stretches for raw in each.rows if _own(raw)}
    return {handle: rows[raw_id] for handle, raw_id in handles(rows).items()}


def recorded_text(stretches: Sequence[Stretch], nonce: str) -> str:
    """What was said, as recorded text."""
    short = {raw.id: handle for handle, raw in citable(stretches).items()}
    names = {episode_id: handle for handle, episode_id in named(stretches).items()}
    lines: list[str] = []
    for each in stretches:
        where = f", project {line(each.episode.project, 80)}" if each.episode.project else ""
        lines.append(f"Episode [{names[each.episode.id]}], {each.episode.started_at:%Y-%m-%d}{where}:")
        lines += [_line(raw, short.get(raw.id)) for raw in each.rows]
    return fenced(lines, nonce)


def named(stretches: Sequence[Stretch]) -> dict[str, str]:
    """Ids of the episodes, by the short names that a model may use."""
    return handles(each.episode.id for each in stretches)


def _own(raw: Raw) -> bool:
    """Whether the person wrote this line to an agent. What they merely pasted says nothing of them."""
    return raw.author is Author.PERSON and raw.type == "agent.prompt" and bool(own_part(raw.text))


def _line(raw: Raw, handle: str | None) -> str:
    said = f"{raw.author}: {line(raw.text, _LONGEST)}"
    return f"[{handle}] {said}" if handle else said
