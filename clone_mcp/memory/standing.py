"""Standing answers, as the person handles them: what is offered, what they confirm, write, edit, suspend and remove.

How offers are found is in offers.py, what matches a question in stakes/standing.py. The words "standing" in
models/calibration.py mean something else: what holds at the moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from clone_mcp.models.access import Caller
from clone_mcp.models.standing import (
    LimitEdits,
    StandingAnswer,
    StandingDetails,
    StandingDraft,
    StandingStatus,
    StandingTest,
    StandingWarning,
)
from clone_mcp.ports import Clock, Storage


class StandingAnswers:
    """What the person can do with standing answers. Confirming, writing, editing and resuming need owner scope."""

    def __init__(self, storage: Storage, clock: Clock, *, redact: bool) -> None:
        self._storage = storage
        self._clock = clock
        self._redact = redact

    async def offers(self, tenant: UUID) -> Sequence[StandingDetails]:
        """What waits for the person: offers and suspended ones, oldest first, with their examples."""
        raise NotImplementedError

    def asks(self, details: StandingDetails) -> str:
        """The question that is put to the person about an offer or a suspended one."""
        raise NotImplementedError

    async def list(self, tenant: UUID, *, statuses: Sequence[StandingStatus] = ()) -> Sequence[StandingAnswer]:
        """Standing answers, newest first; without `statuses` all but removed ones."""
        raise NotImplementedError

    async def show(self, tenant: UUID, standing_id: str) -> StandingDetails:
        """One of them with examples and uses. Raises NotFound."""
        raise NotImplementedError

    async def confirm(self, caller: Caller, standing_id: str, edits: LimitEdits | None = None) -> StandingAnswer:
        """Let it answer from now on, within edited limits. Also for a suspended, declined or expired one.

        One that contradicts another is suspended together with it. Raises NotFound, Forbidden, Invalid, Conflict.
        """
        raise NotImplementedError

    async def write(self, caller: Caller, draft: StandingDraft) -> StandingAnswer | StandingWarning:
        """Store what the person wrote, confirmed; or the warning that names the acts they have to acknowledge first.

        Raises Forbidden, Invalid.
        """
        raise NotImplementedError

    async def edit(
        self, caller: Caller, standing_id: str, edits: LimitEdits, *, reply: str | None = None
    ) -> StandingAnswer:
        """Change limits, or the reply where it means the same. Raises NotFound, Forbidden, Invalid."""
        raise NotImplementedError

    async def suspend(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Stop answering by it until it is resumed. Any writer may. Raises NotFound, Forbidden, Conflict."""
        raise NotImplementedError

    async def resume(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Answer by it again. Raises NotFound, Forbidden, Conflict."""
        raise NotImplementedError

    async def decline(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Not wanted. It is offered again only if the evidence doubles. Raises NotFound, Forbidden, Conflict."""
        raise NotImplementedError

    async def remove(self, caller: Caller, standing_id: str) -> None:
        """Erase its words and examples. It is offered again only if the evidence doubles. Raises NotFound, Forbidden."""
        raise NotImplementedError

    async def test(
        self, tenant: UUID, question: str, *, options: Sequence[str] = (), project: str | None = None
    ) -> StandingTest:
        """What standing answers would do with a question, explained."""
        raise NotImplementedError
