"""What Memory offers to everybody outside it: one bundle, and how it is built.

Which of these run in the background is decided in jobs/handlers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clone_mcp.access.spending import PaidModel
from clone_mcp.memory.archive import Archive
from clone_mcp.memory.as_of import AsOf
from clone_mcp.memory.context import Context
from clone_mcp.memory.correct import Correct
from clone_mcp.memory.erase import Forget, Purge
from clone_mcp.memory.markdown.apply import Markdown
from clone_mcp.memory.markdown.restore import Restore
from clone_mcp.memory.model.prompt import Reader
from clone_mcp.memory.offers import FindOffers
from clone_mcp.memory.precedents import CountPrecedents
from clone_mcp.memory.promote import Promote, PromoteOnDemand, PromotionSteps, steps_over
from clone_mcp.memory.read import Count, ReadMemory, Search
from clone_mcp.memory.review import Reviews
from clone_mcp.memory.standing import StandingAnswers
from clone_mcp.memory.statements import Append, State
from clone_mcp.memory.sync import Embed
from clone_mcp.memory.trace import Trace
from clone_mcp.ports import Clock, Scratch, Storage
from clone_mcp.ports.rows import Embedder
from clone_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Memory:
    """What can be done with what is remembered."""

    read: ReadMemory
    as_of: AsOf
    context: Context
    search: Search
    stats: Count
    trace: Trace
    append: Append
    correct: Correct
    reviews: Reviews
    forget: Forget
    purge: Purge
    markdown: Markdown
    restore: Restore
    archive: Archive
    precedents: CountPrecedents
    standing: StandingAnswers
    offers: FindOffers
    promote: Promote
    steps: PromotionSteps
    promote_on_demand: PromoteOnDemand
    embed: Embed | None
    """Only with a sentence model."""


def memory_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    scratch: Scratch,
    paid: PaidModel | None,
    embedder: Embedder | None,
    nonce: Callable[[], str],
) -> Memory:
    """Memory in this storage. Without a paid model everything is told by rules, without an embedder found by words."""
    state, purge = State(clock, redact=settings.redact), Purge(storage, clock)
    reader, markdown = Reader(paid, settings.model, nonce), Markdown(storage, clock, state, purge)
    promote = Promote(steps_over(storage, clock, reader), reader)
    return Memory(
        read=ReadMemory(storage),
        as_of=AsOf(storage, clock, scratch),
        context=Context(storage, clock, embedder),
        search=Search(storage),
        stats=Count(storage),
        trace=Trace(storage),
        append=Append(storage, state),
        correct=Correct(purge, clock, state),
        reviews=Reviews(storage, clock, purge),
        forget=Forget(storage, clock, purge),
        purge=purge,
        markdown=markdown,
        restore=Restore(storage, clock),
        archive=Archive(storage, clock, markdown),
        precedents=CountPrecedents(storage),
        offers=FindOffers(storage, clock),
        standing=StandingAnswers(storage, clock, redact=settings.redact),
        promote=promote,
        steps=promote.steps,
        promote_on_demand=PromoteOnDemand(promote),
        embed=Embed(storage, clock, embedder) if embedder else None,
    )
