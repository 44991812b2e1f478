"""What standing answers need from storage, within one tenant's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.act import CountableAnswer
from clone_mcp.models.standing import (
    SignedAnswer,
    StandingAnswer,
    StandingExample,
    StandingStatus,
    StandingUse,
)


class StandingAnswers(Protocol):
    """Standing answers with their examples and uses. A mined one goes with the last answer it rests on."""

    async def get(self, standing_id: str) -> StandingAnswer: ...

    async def all(self, *, statuses: Sequence[StandingStatus] = ()) -> Sequence[StandingAnswer]:
        """Those in one of these states, or all of them; newest first."""
        ...

    async def of_sign(self, sign: str) -> Sequence[StandingAnswer]:
        """Those for questions with this sign, in whatever state."""
        ...

    async def put(self, answer: StandingAnswer) -> None:
        """Uses and what was kept are counted from the uses, and never stored."""
        ...

    async def drop(self, standing_id: str) -> None:
        """Remove it with its examples and uses. No error when it is gone already."""
        ...

    async def drop_all(self) -> None: ...

    async def examples(self, standing_id: str) -> Sequence[StandingExample]:
        """Newest first."""
        ...

    async def exemplify(self, standing_id: str, examples: Sequence[StandingExample]) -> None:
        """Make these its only examples, as far as their answers are still there."""
        ...

    async def uses(self, standing_id: str, *, limit: int) -> Sequence[StandingUse]:
        """Newest first."""
        ...

    async def used(
        self, standing_id: str, prediction_id: str, at: datetime, *, since: datetime, at_most: int | None
    ) -> bool:
        """Note that this prediction was answered by it. Notes nothing, and says so, if it is not confirmed any more or
        was used so often since then. Nobody else notes a use of it before the transaction ends."""
        ...

    async def used_since(self, standing_id: str, since: datetime) -> int:
        """How many uses there were from a moment on."""
        ...

    async def of_prediction(self, prediction_id: str) -> str | None:
        """The standing answer that this prediction was answered by, if one."""
        ...

    async def overrule(self, prediction_id: str, *, overridden: bool) -> None:
        """Note whether the person has overridden this use."""
        ...

    async def unsigned(self, *, limit: int) -> Sequence[CountableAnswer]:
        """The newest answers whose questions nobody has read yet, newest first."""
        ...

    async def sign(self, signs: Sequence[tuple[str, str]]) -> None:
        """Keep ids of answers with what their question is known again by; empty where there is no question."""
        ...

    async def signed(self, sign: str, *, limit: int) -> Sequence[SignedAnswer]:
        """The newest answers to questions with this sign, newest first. Claimed ones too."""
        ...
