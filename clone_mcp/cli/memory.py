"""`clone-mcp memory …`: what the person sees and corrects, one thing at a time. For folders: memory_folder.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from clone_mcp.cli import memory_folder
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import (
    as_json,
    command,
    confirmed,
    count,
    moment,
    owner_at_the_terminal,
    show,
    show_json,
    verbs,
)
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.memory.profile import PROFILE
from clone_mcp.memory.trace import Node
from clone_mcp.models.memory import Fact, FactKind, Layer, Ref


def add(actions: Any) -> None:
    """`memory` and its verbs."""
    memory = verbs(actions, "memory", "read, correct, trace and export what Clone remembers")
    memory_folder.add(memory)
    _add_reading(memory)
    _add_changing(memory)


def _add_reading(memory: Any) -> None:
    one = command(memory, "show", "all that is known, each fact once, or one thing", _show)
    one.add_argument("id", nargs="?", help="the beginning of a fact's or an episode's id")
    one.add_argument("--as-of", metavar="MOMENT", help="as it would have been at this moment: from what came before")
    as_json(one)

    why = command(memory, "why", "what something rests on", _why)
    why.add_argument("id", help="the beginning of an id; of a raw row or a prediction all of it")
    _layer(why, ["fact", "episode", "prediction", "profile", "raw"])
    why.add_argument("--impact", action="store_true", help="the other way: what rests on it")
    as_json(why)

    search = command(memory, "search", "find things by words", _search)
    search.add_argument("words")
    search.add_argument("--limit", type=count, default=20, help="how many to show (default: 20)")
    as_json(search)

    stats = command(memory, "stats", "how much there is in each tier", _stats)
    stats.add_argument("--since", help="only what came or changed from this time on")
    as_json(stats)


def _add_changing(memory: Any) -> None:
    promote = command(memory, "promote", "find episodes and facts in what is new, now", _promote)
    promote.add_argument("--since", help="only in sessions active from this time on")
    promote.add_argument("--limit", type=count, help="at most so many sessions, and so many episodes")
    promote.add_argument("--force", action="store_true", help="also in what was looked through before")
    promote.add_argument("--model", metavar="NAME", help="the language model to ask; fails if it can't be asked")
    as_json(promote)

    tell = command(memory, "add", "tell Clone a fact about you", _add)
    tell.add_argument("text", help="one sentence")
    tell.add_argument("--kind", choices=list(map(str, FactKind)), default="preference", help="what it is about")
    tell.add_argument("--tag", action="append", default=[], help="may be given several times")

    edit = command(memory, "edit", "put a fact or an episode in your own words", _edit)
    edit.add_argument("id", help="the beginning of its id")
    edit.add_argument("text")
    _layer(edit, ["fact", "episode"])
    confirmed(edit)

    delete = command(memory, "delete", "remove something and what rests on it alone", _delete)
    delete.add_argument("id", help="the beginning of an id; of a raw row all of it")
    _layer(delete, ["fact", "episode", "raw"])
    confirmed(delete)


def _layer(parser: Any, layers: list[str]) -> None:
    parser.add_argument("--layer", choices=layers, default="fact", help="what the id is of (default: fact)")


def _promote(arguments: argparse.Namespace) -> None:
    """Run all three loops now."""
    since, wanted = moment(arguments.since), arguments
    done = with_clone(
        lambda clone: clone.memory.promote(
            OWNER.tenant, since=since, limit=wanted.limit, model=wanted.model, force=wanted.force
        )
    )
    if arguments.json:
        show_json(asdict(done))
        return
    print(f"{done.episodes} episodes written, {done.claims} claims found in them; the profile is up to date.")
    if done.summaries or done.distilled:
        print(f"A model wrote {done.summaries} summaries and found {done.distilled} claims.")
    if done.degraded:
        print(f"No model has read all of it: {done.degraded}", file=sys.stderr)


def _show(arguments: argparse.Namespace) -> None:
    as_of = moment(arguments.as_of)
    if as_of is not None:
        if arguments.id:
            raise Invalid("What was known at a moment has no ids of its own.", hint="Leave the id out, or --as-of.")
        with_clone(lambda clone: _overview_as_of(clone, arguments, as_of))
    elif arguments.id:
        print(with_clone(lambda clone: _file(clone, arguments.id)), end="")
    else:
        with_clone(lambda clone: _overview(clone, arguments))


async def _file(clone: Clone, prefix: str) -> str:
    ref = await _one(clone, (Layer.FACT, Layer.EPISODE), prefix)
    read = clone.memory.markdown.fact if ref.layer is Layer.FACT else clone.memory.markdown.episode
    return await read(OWNER, ref.id)


async def _overview(clone: Clone, arguments: argparse.Namespace) -> None:
    profile, facts = await clone.memory.read.profile(OWNER.tenant), await clone.memory.read.facts(OWNER.tenant)
    card = profile.soul_card if profile else None
    lines = [f"{fact.id[:8]}  {_line(fact)}" for fact in facts]
    # The soul card is made of these facts, so people do not get it as well.
    show(arguments, {"soul_card": card, "facts": list(map(_row, facts))}, [_first(facts), *lines], default=str)


async def _overview_as_of(clone: Clone, arguments: argparse.Namespace, as_of: datetime) -> None:
    async with clone.memory.as_of(OWNER.tenant, as_of) as then:
        profile, facts = await then.profile(), await then.facts()
    card = profile.soul_card if profile else None
    # Their ids are made up for the moment: there is nothing to name by them.
    rows = [{name: value for name, value in _row(fact).items() if name != "id"} for fact in facts]
    listed = {"as_of": as_of, "soul_card": card, "facts": rows}
    show(arguments, listed, [_first(facts), *map(_line, facts)])


def _first(facts: Sequence[Fact]) -> str:
    return "What is known about you, most important first:" if facts else "Nothing is known yet."


def _row(fact: Fact) -> dict[str, Any]:
    return {**asdict(fact), "importance": fact.importance, "archived": fact.archived}


def _line(fact: Fact) -> str:
    return f"{fact.importance:.2f}  {_state(fact):<12}  {_text_of(fact)}"


def _text_of(fact: Fact) -> str:
    return f"{fact.text} (in {fact.project})" if fact.project else fact.text


def _state(fact: Fact) -> str:
    return f"waits: {fact.gate}" if fact.gate else "archived" if fact.archived else fact.tier


def _stats(arguments: argparse.Namespace) -> None:
    since = moment(arguments.since)
    tiers = asdict(with_clone(lambda clone: clone.memory.stats(OWNER.tenant, since=since)))
    lines = [f"{tier:<9} {tally['count']:>9,}  last {tally['last'] or 'never'}" for tier, tally in tiers.items()]
    show(arguments, tiers, lines, default=str)


def _add(arguments: argparse.Namespace) -> None:
    kind = FactKind(arguments.kind)
    fact = with_clone(lambda clone: clone.memory.append.fact(OWNER, arguments.text, kind=kind, tags=arguments.tag))
    print(fact.id)  # alone on its stream, for scripts
    print(f"It {_became(fact)}", file=sys.stderr)


def _became(fact: Fact) -> str:
    """What a fact is that was told, and what makes it count more."""
    if fact.gate is not None:
        return "waits for your answer: `clone-mcp review`."
    if fact.confirmed_at is not None:
        return "is confirmed."
    goes = f"a candidate, which goes on {fact.expires_at:%Y-%m-%d} if nothing bears it out" if fact.expires_at else ""
    return f"is {goes or fact.tier}. Confirm it in your own words: `clone-mcp memory edit {fact.id[:8]} TEXT`."


def _edit(arguments: argparse.Namespace) -> None:
    owner_at_the_terminal(arguments)
    print(with_clone(lambda clone: _reword(clone, Layer(arguments.layer), arguments.id, arguments.text)))


async def _reword(clone: Clone, layer: Layer, prefix: str, text: str) -> str:
    ref = await _one(clone, (layer,), prefix)
    if layer is Layer.FACT:
        return (await clone.memory.correct.edit_fact(OWNER, ref.id, text=text)).text
    return (await clone.memory.correct.edit_episode(OWNER, ref.id, text)).summary


def _delete(arguments: argparse.Namespace) -> None:
    owner_at_the_terminal(arguments)
    layer = Layer(arguments.layer)
    with_clone(lambda clone: _remove(clone, layer, arguments.id))
    print({Layer.EPISODE: "It is told again from what was said."}.get(layer, f"The {layer} is gone."))


async def _remove(clone: Clone, layer: Layer, prefix: str) -> None:
    ref = await _one(clone, (layer,), prefix)
    match layer:
        case Layer.FACT:
            await clone.memory.correct.delete_fact(OWNER, ref.id)
        case Layer.EPISODE:
            await clone.memory.correct.delete_episode(OWNER, ref.id)
        case _:
            await clone.memory.correct.delete_raws(OWNER, [ref.id])


async def _one(clone: Clone, layers: tuple[Layer, ...], prefix: str) -> Ref:
    """The one thing in these layers whose id begins so. Raw rows and predictions are named in full."""
    if layers in ((Layer.RAW,), (Layer.PREDICTION,)):
        ref = Ref(layers[0], prefix)
        await clone.memory.trace.impact(OWNER.tenant, ref)
        return ref
    if layers == (Layer.PROFILE,):
        return PROFILE
    known: list[Ref] = []
    if Layer.FACT in layers:
        known += [Ref(Layer.FACT, fact.id) for fact in await clone.memory.read.facts(OWNER.tenant)]
    if Layer.EPISODE in layers:
        newest = await clone.memory.read.episodes(OWNER.tenant, limit=1_000_000)
        known += [Ref(Layer.EPISODE, episode.id) for episode in newest]
    matching = [ref for ref in known if ref.id.startswith(prefix)]
    if len(matching) != 1:
        named = " or ".join(f"{layer}" for layer in layers)
        many = "No" if not matching else f"More than one ({len(matching)})"
        raise Invalid(f"{many} {named} has an id that begins with {prefix!r}.", hint="See `clone-mcp memory show`.")
    return matching[0]


def _why(arguments: argparse.Namespace) -> None:
    async def walk(clone: Clone) -> Node:
        wanted = await _one(clone, (Layer(arguments.layer),), arguments.id)
        trace = clone.memory.trace
        return await (trace.impact if arguments.impact else trace.why)(OWNER.tenant, wanted)

    node = with_clone(walk)
    show(arguments, _tree(node), _tree_lines(node))


def _tree(node: Node) -> dict[str, Any]:
    below = [_tree(each) for each in node.next]
    return {"layer": node.ref.layer, "id": node.ref.id, "text": node.text, "next": below}


def _tree_lines(node: Node, depth: int = 0) -> Iterator[str]:
    first, *more = node.text.splitlines() or [""]  # a profile has many lines, and may be met many times
    yield f"{'  ' * depth}{node.ref.layer} {node.ref.id}: {first}{' …' if more else ''}"
    for neighbour in node.next:
        yield from _tree_lines(neighbour, depth + 1)


def _search(arguments: argparse.Namespace) -> int:
    hits = with_clone(lambda clone: clone.memory.search(OWNER.tenant, arguments.words, limit=arguments.limit))
    listed = [{"layer": hit.ref.layer, "id": hit.ref.id, "text": hit.text} for hit in hits]
    show(arguments, listed, [f"{hit.ref.layer:<8} {hit.ref.id}  {hit.text}" for hit in hits])
    return 0 if hits or arguments.json else 1
