"""`clone-mcp memory …`: what the person sees and corrects, one thing at a time."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.commands import OWNER, with_clone
from clone_mcp.cli.deciding import moment, owner_at_the_terminal
from clone_mcp.cli.showing import show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.memory.profile import PROFILE
from clone_mcp.memory.trace import Node
from clone_mcp.models.memory import Fact, FactKind, Layer, Ref


def promote(arguments: argparse.Namespace) -> int:
    """Run all three loops now."""
    since, wanted = moment(arguments.since), arguments
    done = with_clone(
        lambda clone: clone.memory.promote(
            OWNER.tenant, since=since, limit=wanted.limit, model=wanted.model, force=wanted.force
        )
    )
    if arguments.json:
        show_json(asdict(done))
        return 0
    print(f"{done.episodes} episodes written, {done.claims} claims found in them; the profile is up to date.")
    if done.summaries or done.distilled:
        print(f"A model wrote {done.summaries} summaries and found {done.distilled} claims.")
    if done.degraded:
        print(f"No model has read all of it: {done.degraded}", file=sys.stderr)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print the soul card and the facts, or one thing by id."""
    if arguments.id:
        print(with_clone(lambda clone: _file(clone, arguments.id)), end="")
        return 0
    return with_clone(lambda clone: _overview(clone, as_json=arguments.json))


async def _file(clone: Clone, prefix: str) -> str:
    ref = await found(clone, (Layer.FACT, Layer.EPISODE), prefix)
    read = clone.memory.markdown.fact if ref.layer is Layer.FACT else clone.memory.markdown.episode
    return await read(OWNER, ref.id)


async def _overview(clone: Clone, *, as_json: bool) -> int:
    profile, facts = await clone.memory.read.profile(OWNER.tenant), await clone.memory.read.facts(OWNER.tenant)
    if as_json:
        listed = [{**asdict(fact), "importance": fact.importance, "archived": fact.archived} for fact in facts]
        show_json({"soul_card": profile.soul_card if profile else None, "facts": listed}, default=str)
        return 0
    print(profile.soul_card if profile else "Nothing is known yet.")
    for fact in facts:
        print(f"{fact.id[:8]}  {fact.importance:.2f}  {_state(fact):<12}  {fact.text}")
    return 0


def _state(fact: Fact) -> str:
    return f"waits: {fact.gate}" if fact.gate else "archived" if fact.archived else fact.tier


def stats(arguments: argparse.Namespace) -> int:
    """Print how much there is in each tier."""
    since = moment(arguments.since)
    counted = asdict(with_clone(lambda clone: clone.memory.stats(OWNER.tenant, since=since)))
    if arguments.json:
        show_json(counted, default=str)
        return 0
    for tier, tally in counted.items():
        print(f"{tier:<9} {tally['count']:>9,}  last {tally['last'] or 'never'}")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Tell Clone a fact."""
    kind = FactKind(arguments.kind)
    fact = with_clone(lambda clone: clone.memory.append.fact(OWNER, arguments.text, kind=kind, tags=arguments.tag))
    print(fact.id if fact.gate is None else f"{fact.id} waits for your answer: `clone-mcp review`.")
    return 0


def edit(arguments: argparse.Namespace) -> int:
    """Put a fact or an episode in other words."""
    owner_at_the_terminal(arguments)
    print(with_clone(lambda clone: _edit(clone, Layer(arguments.layer), arguments.id, arguments.text)))
    return 0


async def _edit(clone: Clone, layer: Layer, prefix: str, text: str) -> str:
    ref = await found(clone, (layer,), prefix)
    if layer is Layer.FACT:
        return (await clone.memory.correct.edit_fact(OWNER, ref.id, text=text)).text
    return (await clone.memory.correct.edit_episode(OWNER, ref.id, text)).summary


def delete(arguments: argparse.Namespace) -> int:
    """Remove a fact, an episode or a raw row, and what rests on it alone."""
    owner_at_the_terminal(arguments)
    layer = Layer(arguments.layer)
    with_clone(lambda clone: _delete(clone, layer, arguments.id))
    print({Layer.EPISODE: "It is told again from what was said."}.get(layer, f"The {layer} is gone."))
    return 0


async def _delete(clone: Clone, layer: Layer, prefix: str) -> None:
    ref = await found(clone, (layer,), prefix)
    match layer:
        case Layer.FACT:
            await clone.memory.correct.delete_fact(OWNER, ref.id)
        case Layer.EPISODE:
            await clone.memory.correct.delete_episode(OWNER, ref.id)
        case _:
            await clone.memory.correct.delete_raws(OWNER, [ref.id])


async def found(clone: Clone, layers: tuple[Layer, ...], prefix: str) -> Ref:
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


def why(arguments: argparse.Namespace) -> int:
    """Print what something rests on, down to what was said; or what rests on it."""

    async def walk(clone: Clone) -> Node:
        wanted = await found(clone, (Layer(arguments.layer),), arguments.id)
        trace = clone.memory.trace
        return await (trace.impact if arguments.impact else trace.why)(OWNER.tenant, wanted)

    node = with_clone(walk)
    if arguments.json:
        show_json(_tree(node))
    else:
        _print_tree(node)
    return 0


def _tree(node: Node) -> dict[str, Any]:
    below = [_tree(each) for each in node.next]
    return {"layer": node.ref.layer, "id": node.ref.id, "text": node.text, "next": below}


def _print_tree(node: Node, depth: int = 0) -> None:
    first, *more = node.text.splitlines() or [""]  # a profile has many lines, and may be met many times
    print(f"{'  ' * depth}{node.ref.layer} {node.ref.id}: {first}{' …' if more else ''}")
    for neighbour in node.next:
        _print_tree(neighbour, depth + 1)


def search(arguments: argparse.Namespace) -> int:
    """Print what holds the words."""
    hits = with_clone(lambda clone: clone.memory.search(OWNER.tenant, arguments.words, limit=arguments.limit))
    if arguments.json:
        show_json([{"layer": hit.ref.layer, "id": hit.ref.id, "text": hit.text} for hit in hits])
        return 0
    for hit in hits:
        print(f"{hit.ref.layer:<8} {hit.ref.id}  {hit.text}")
    return 0 if hits else 1
