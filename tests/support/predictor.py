"""Predictors that do as they are told."""

from __future__ import annotations

import asyncio
from datetime import datetime

from clone_mcp.models.prediction import Guess, History, Proposal, Question


class Scripted:
    """Proposes what it was given, whatever is asked."""

    name = "scripted-1"

    def __init__(self) -> None:
        self.proposal = Proposal((Guess("yes", 0.9, "They always say so."),))

    async def propose(self, question: Question, history: History, *, now: datetime) -> Proposal:
        return self.proposal


class Stalled:
    """Thinks until it is let go or cancelled, and says which it was."""

    name = "stalled-1"

    def __init__(self) -> None:
        self.thinking = asyncio.Event()
        self.released = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def propose(self, question: Question, history: History, *, now: datetime) -> Proposal:
        self.thinking.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return Proposal((Guess("yes", 0.9, "At last."),))
