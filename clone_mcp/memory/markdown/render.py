"""All of memory at one moment, and how it is written out as files: the same memory gives the same bytes.

It opens no files: apply.py and folder.py write them. The texts are read back in documents.py.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clone_mcp.language.sentence import flat
from clone_mcp.memory.markdown.documents import with_front_matter
from clone_mcp.models.memory import Episode, Fact, Gate, Layer, Profile, Raw, Ref, Review, Tombstone
from clone_mcp.ports import UnitOfWork

_ALL = 10_000_000
"""More rows than anybody has."""
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Cited:
    """A thing and what it cites."""

    raws: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is rendered, or as much of it as one file needs."""

    facts: Sequence[Fact]
    episodes: Sequence[Episode]
    raws: Sequence[Raw]
    cited: Mapping[Ref, Cited]
    rivals: Mapping[str, str]
    """Of each fact that contradicts another and waits: that other."""
    profile: Profile | None = None
    buried: Sequence[Tombstone] = ()

    def of(self, layer: Layer, id_: str) -> Cited:
        """What it cites."""
        return self.cited.get(Ref(layer, id_), Cited())


async def take(uow: UnitOfWork) -> Snapshot:
    """Read all of it in one transaction."""
    memory = uow.memory
    facts = sorted(await memory.facts.all(), key=lambda fact: fact.id)
    episodes = sorted(await memory.episodes.newest(since=None, limit=_ALL), key=lambda episode: episode.id)
    raws = await memory.raws.newest(since=None, limit=_ALL)
    pairs = [*await memory.links.of_layer(Layer.FACT), *await memory.links.of_layer(Layer.EPISODE)]
    return Snapshot(
        facts=facts,
        episodes=episodes,
        raws=sorted((raw for raw in raws if raw.text), key=lambda raw: (raw.occurred_at, raw.id)),
        cited=_cited(pairs),
        rivals=_rivals(await memory.reviews.waiting()),
        profile=await memory.profiles.get(),
        buried=await memory.tombstones.all(),
    )


async def fact_file(uow: UnitOfWork, fact_id: str) -> str:
    """The text of one fact's file. Raises NotFound."""
    memory, ref = uow.memory, Ref(Layer.FACT, fact_id)
    fact = await memory.facts.get(fact_id)
    cited = _cited(await memory.links.by_any([ref]))
    own = cited.get(ref, Cited())
    snapshot = Snapshot(
        facts=[fact],
        episodes=await memory.episodes.of(own.episodes),
        raws=await memory.raws.of(own.raws),
        cited=cited,
        rivals=_rivals(await memory.reviews.waiting()),
    )
    return _facts(snapshot)[_fact_path(fact)]


async def episode_file(uow: UnitOfWork, episode_id: str) -> str:
    """The text of one episode's file. Raises NotFound."""
    memory, ref = uow.memory, Ref(Layer.EPISODE, episode_id)
    episode = await memory.episodes.get(episode_id)
    pairs = [*await memory.links.by_any([ref]), *await memory.links.of_any([ref])]
    cited = _cited(pairs)
    facts = await memory.facts.of(sorted(by.id for by, of in pairs if of == ref and by.layer is Layer.FACT))
    snapshot = Snapshot(
        facts=sorted(facts, key=lambda fact: fact.id),
        episodes=[episode],
        raws=await memory.raws.of(cited.get(ref, Cited()).raws),
        cited=cited,
        rivals={},
    )
    return _episodes(snapshot)[_episode_path(episode)]


def _cited(pairs: Iterable[tuple[Ref, Ref]]) -> dict[Ref, Cited]:
    found: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for by, of in pairs:
        found[by].add(of)
    return {
        by: Cited(
            raws=tuple(sorted(ref.id for ref in refs if ref.layer is Layer.RAW)),
            episodes=tuple(sorted(ref.id for ref in refs if ref.layer is Layer.EPISODE)),
        )
        for by, refs in found.items()
    }


def _rivals(reviews: Iterable[Review]) -> dict[str, str]:
    return {
        review.fact_id: review.other_fact_id
        for review in reviews
        if review.gate is Gate.CONTRADICTION and review.other_fact_id is not None
    }


_ABOUT = """# What Clone remembers of you

- `profile.md` and `soul-card.md`: who you are, compiled from the facts.
- `facts/`: one claim a file. `episodes/`: what happened. `raw/`: what was said, by day. `tags.md`: an index.

Edit a fact's or an episode's words, change tags, delete a file or a raw line, or put a new file with a sentence in
`facts/`; then run `clone-mcp memory apply` on this folder. Nothing is written back before you have seen the plan.
"""


def render(snapshot: Snapshot) -> dict[str, str]:
    """Paths and texts."""
    files = {"README.md": _ABOUT, "tags.md": _tags(snapshot)}
    if snapshot.profile is not None:
        files["profile.md"] = _profile(snapshot.profile)
        files["soul-card.md"] = with_front_matter({"compiled": True}, snapshot.profile.soul_card)
    return files | _facts(snapshot) | _episodes(snapshot) | _days(snapshot.raws)


def _facts(snapshot: Snapshot) -> dict[str, str]:
    episodes = {episode.id: _episode_path(episode) for episode in snapshot.episodes}
    days = {raw.id: _day_path(raw) for raw in snapshot.raws}
    files: dict[str, str] = {}
    for fact in snapshot.facts:
        cited = snapshot.of(Layer.FACT, fact.id)
        links = [_link("..", episodes[e], e) for e in cited.episodes if e in episodes]
        links += [_link("..", days[r], r) for r in cited.raws if r in days]
        waits = {"contradicts": snapshot.rivals.get(fact.id)}
        fields = _fact_fields(fact) | waits | {"episodes": cited.episodes, "raw": cited.raws}
        files[_fact_path(fact)] = with_front_matter(fields, _document(fact.text, "Rests on", links))
    return files


def _episodes(snapshot: Snapshot) -> dict[str, str]:
    days = {raw.id: _day_path(raw) for raw in snapshot.raws}
    citing: defaultdict[str, list[str]] = defaultdict(list)
    for fact in snapshot.facts:
        for episode_id in snapshot.of(Layer.FACT, fact.id).episodes:
            citing[episode_id].append(_link("..", _fact_path(fact), fact.text))
    files: dict[str, str] = {}
    for episode in snapshot.episodes:
        cited = snapshot.of(Layer.EPISODE, episode.id)
        links = [_link("..", days[r], r) for r in cited.raws if r in days] + citing[episode.id]
        fields = _episode_fields(episode) | {"raw": cited.raws}
        files[_episode_path(episode)] = with_front_matter(fields, _document(episode.summary, "Links", links))
    return files


def _fact_path(fact: Fact) -> str:
    words = _SLUG.sub("-", fact.text.lower()).strip("-")[:40].strip("-")
    return f"facts/{words or 'fact'}-{fact.id[:8]}.md"


def _episode_path(episode: Episode) -> str:
    return f"episodes/{episode.started_at:%Y-%m-%d}-{episode.id[:8]}.md"


def _day_path(raw: Raw) -> str:
    return f"raw/{raw.occurred_at:%Y-%m-%d}.md"


def _link(up: str, path: str, words: str) -> str:
    return f"- [{flat(words).replace('[', '(').replace(']', ')')}]({up}/{path})"


def _document(text: str, heading: str, links: list[str]) -> str:
    # Always with the heading, even over nothing: the last such line ends the words, whatever they hold.
    return "\n".join([text, "", f"## {heading}", "", *links])


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _fact_fields(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "kind": fact.kind,
        "importance": round(fact.importance, 4),
        "tier": fact.tier,
        "tags": fact.tags,
        "project": fact.project,
        "waits_for": fact.gate,
        "method": fact.method,
        "explicit": fact.explicit,
        "key": fact.key,
        "base": fact.base,
        "decay": fact.decay,
        "created_at": _moment(fact.created_at),
        "updated_at": _moment(fact.updated_at),
        "confirmed_at": _moment(fact.confirmed_at),
        "expires_at": _moment(fact.expires_at),
    }


def _episode_fields(episode: Episode) -> dict[str, Any]:
    return {
        "id": episode.id,
        "session": episode.session_id,
        "project": episode.project,
        "started_at": _moment(episode.started_at),
        "ended_at": _moment(episode.ended_at),
        "sources": episode.sources,
        "tags": episode.tags,
        "method": episode.method,
    }


def _profile(profile: Profile) -> str:
    fields = {"method": profile.method, "updated_at": _moment(profile.updated_at), "thresholds": profile.thresholds}
    return with_front_matter(fields, profile.body)


def _tags(snapshot: Snapshot) -> str:
    by_tag: defaultdict[str, list[str]] = defaultdict(list)
    for fact in snapshot.facts:
        for tag in fact.tags:
            by_tag[tag].append(_link(".", _fact_path(fact), fact.text))
    for episode in snapshot.episodes:
        for tag in episode.tags:
            by_tag[tag].append(_link(".", _episode_path(episode), episode.summary))
    parts = ["# Tags"]
    for tag in sorted(by_tag):
        parts += ["", f"## {tag}", "", *by_tag[tag]]
    return "\n".join([*parts, ""])


def _days(raws: Iterable[Raw]) -> dict[str, str]:
    days: defaultdict[str, list[Raw]] = defaultdict(list)
    for raw in raws:
        days[_day_path(raw)].append(raw)
    return {path: _day(path, rows) for path, rows in days.items()}


def _day(path: str, rows: list[Raw]) -> str:
    lines = [f"# {path[4:-3]}", ""]
    for raw in rows:
        about = {
            "id": raw.id, "session": raw.session_id, "type": raw.type, "source": raw.source, "author": raw.author,
            "channel": raw.channel, "at": _moment(raw.occurred_at), "project": raw.project,
        }  # fmt: skip
        # "--" would end the comment early in a careless reader.
        meta = json.dumps(about, ensure_ascii=False).replace("--", "-\\u002d")
        lines.append(f"- {raw.occurred_at:%H:%M:%S} **{raw.author}** {raw.text} <!-- {meta} -->")
    return "\n".join([*lines, ""])
