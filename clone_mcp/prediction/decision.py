"""Whether an agent may act on an answer: the person's switches, their permissions, and the number that is sent.

Replies and continuations pass here alike. Clients act on the number alone, so whatever forbids acting lowers the number
that is sent, just below the threshold. What an answer would set in motion, and what lets it, is in weighing.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from clone_mcp.errors import Invalid
from clone_mcp.memory.precedents import COUNT
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.calibration import EVERYWHERE, Standing, Switch
from clone_mcp.models.prediction import Candidate, Confidence, Decision, Kind, Prediction, Proposal, Question
from clone_mcp.models.standing import StandingStatus
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.materials import heard
from clone_mcp.prediction.record import store
from clone_mcp.prediction.settled import NAME as SETTLED
from clone_mcp.prediction.settled import FindSettled, SettledReply, UsedUp, use
from clone_mcp.prediction.weighing import Scored, Weigh, Weighing

PAUSED = "Clone is paused: it answers nothing for the person until they resume it."
DOUBTED = "The message may be wrapped, or show a conversation: read in another way, Clone is less sure."
SHADOW = "Clone only watches (shadow mode): without that, this would have been answered automatically."


@dataclass(frozen=True, slots=True)
class Switched:
    """What is switched on: everywhere if the empty project is among them."""

    paused: tuple[str, ...]
    shadow: tuple[str, ...]
    trusted: tuple[str, ...]


class Switches:
    """What makes Clone more careful is anybody's to turn on, and the owner's to turn off. Trust is all the owner's."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def pause(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Answer nothing from now on, in every process. Recording goes on."""
        return await self._switch(caller, Switch.PAUSE, project, on=True)

    async def resume(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Answer again. What is paused everywhere stays so for a project. Raises Forbidden."""
        return await self._switch(caller, Switch.PAUSE, project, on=False)

    async def watch(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Shadow mode: predict, store and score, but let nothing be automatic."""
        return await self._switch(caller, Switch.SHADOW, project, on=True)

    async def act(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Leave shadow mode. Raises Forbidden."""
        return await self._switch(caller, Switch.SHADOW, project, on=False)

    async def trust(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Act on what agents say that the person typed, as on what they are known to have typed. Raises Forbidden."""
        return await self._switch(caller, Switch.TRUST, project, on=True)

    async def distrust(self, caller: Caller, *, project: str | None = None) -> Switched:
        """No longer act on that alone. Raises Forbidden."""
        return await self._switch(caller, Switch.TRUST, project, on=False)

    async def now(self, caller: Caller) -> Switched:
        """What is switched on."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return _switched((await uow.calibration.standing()).switches)

    async def _switch(self, caller: Caller, switch: Switch, project: str | None, *, on: bool) -> Switched:
        if not on or switch is Switch.TRUST:
            require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.calibration.switch(switch, project=project or EVERYWHERE, on=on, at=self._clock.now())
            return _switched((await uow.calibration.standing()).switches)


def _switched(on: Mapping[Switch, frozenset[str]]) -> Switched:
    paused, shadow, trusted = (
        tuple(sorted(on.get(switch, frozenset()))) for switch in (Switch.PAUSE, Switch.SHADOW, Switch.TRUST)
    )
    return Switched(paused, shadow, trusted)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before anything holds it back."""

    kind: Kind
    question: Question
    proposal: Proposal
    predictor: str
    """Whose scores these are."""
    scored: Scored
    standing: Standing
    claims: Callable[[], str | None]
    """Why this may not be acted on, if it rests on claims. Called only where nothing else forbids acting: it may rank
    everything again."""


class Decide:
    """Decides on drafts, and stores what comes of them."""

    def __init__(self, storage: Storage, clock: Clock, *, redact: bool, shadow: bool) -> None:
        """`shadow`: only watch, whatever the person's own switch says."""
        self._storage = storage
        self._clock = clock
        self._redact = redact
        self._shadow = shadow
        self._weigh = Weigh(storage)
        self._settled = FindSettled(storage)

    async def __call__(
        self, tenant: UUID, draft: Draft, *, now: datetime, began: float, own_id: str | None = None
    ) -> Prediction:
        """The prediction, already stored: as made `now`, under an id of the caller's own if there is one."""
        settled = None
        if draft.kind is Kind.REPLY:
            asked = heard(draft.question, draft.standing)
            settled = await self._settled(tenant, draft.question, asked, draft.standing, now=now)
        if settled is None:
            return await self._decided(tenant, draft, None, now=now, began=began, own_id=own_id)
        try:
            return await self._decided(
                tenant, _with_settled(draft, settled), settled, now=now, began=began, own_id=own_id
            )
        except UsedUp:  # by somebody who asked at the same time: now it holds, or there is none
            return await self(tenant, await self._again(tenant, draft), now=now, began=began, own_id=own_id)

    async def _again(self, tenant: UUID, draft: Draft) -> Draft:
        """The draft with the standing answers that are confirmed now."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            known = await uow.memory.standing.all(statuses=[StandingStatus.CONFIRMED])
        return replace(draft, standing=replace(draft.standing, settled=tuple(known)))

    async def _decided(
        self,
        tenant: UUID,
        draft: Draft,
        settled: SettledReply | None,
        *,
        now: datetime,
        began: float,
        own_id: str | None,
    ) -> Prediction:
        question, standing = draft.question, draft.standing
        if settled is None:
            weighing = await self._weigh(tenant, question, draft.kind, draft.scored, standing)
            resting = draft.proposal.abstained or weighing.held or draft.claims()
        else:
            weighing, resting = settled.weighing, settled.held
        paused = PAUSED if standing.on(Switch.PAUSE, question.session_id) else None
        reason = paused or resting or _doubted(draft) or self._watched(draft)
        prediction = self._prediction(draft, weighing, reason, now=now, began=began, own_id=own_id)
        shown, jobs = draft.proposal.guesses[0].episodes, (COUNT,) if weighing.behind else ()

        async def steps(uow: UnitOfWork) -> None:
            await store(uow, prediction, shown, redacted=self._redact, jobs=jobs)
            if settled is not None and prediction.decision is Decision.AUTO:
                await use(uow, settled, prediction.id, now)

        await self._storage.once(tenant, steps)
        return prediction

    def _prediction(
        self,
        draft: Draft,
        weighing: Weighing,
        reason: str | None,
        *,
        now: datetime,
        began: float,
        own_id: str | None,
    ) -> Prediction:
        question, proposal = draft.question, draft.proposal
        candidates, decision = decide(draft.scored, threshold=question.threshold, capped=reason)
        fit = draft.standing.fits.get(draft.predictor)
        return Prediction(
            id=own_id or str(uuid4()),
            kind=draft.kind,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=reason,
            stop_recommended=proposal.stop_recommended,
            model=draft.predictor,
            created_at=now,
            latency_ms=(self._clock.monotonic() - began) * 1000,
            cited_facts=(*proposal.guesses[0].facts, *weighing.facts),
            snapshot=proposal.snapshot,
            degraded=proposal.degraded,
            usage=proposal.usage,
            fit=fit.version if fit else None,
            grave=weighing.grave,
            acts=weighing.acts,
            leave=weighing.leave,
        )

    def _watched(self, draft: Draft) -> str | None:
        """Why this is only watched, if it would be acted on."""
        on = self._shadow or draft.standing.on(Switch.SHADOW, draft.question.session_id)
        return SHADOW if on and any(sure >= draft.question.threshold for _, sure in draft.scored) else None


def _with_settled(draft: Draft, settled: SettledReply) -> Draft:
    """The draft with the reply that the person has settled before all guesses, which it does not rest on."""
    question, proposal = draft.question, draft.proposal
    scored = settled.first(draft.scored, k=question.k, threshold=question.threshold)
    [(mine, _), *others] = scored
    guesses = (mine, *(guess for guess, _ in others))
    proposal = replace(proposal, guesses=guesses, abstained=None, degraded=None)
    return replace(draft, proposal=proposal, scored=scored, predictor=SETTLED)


def _doubted(draft: Draft) -> str | None:
    """Why this may not be acted on, if it could be by one reading of the question and not by another."""
    guess, sure = draft.scored[0]
    return DOUBTED if guess.most < draft.question.threshold <= sure else None


def with_threshold(question: Question, standing: Standing, usual: float | None) -> Question:
    """The question with the threshold to answer it by. Without a usual one the promise says it, and 1 until it can."""
    if not question.usual_threshold:
        return question
    if usual is None:
        kept = standing.promise.threshold if standing.promise else None
        usual = 1.0 if kept is None else kept
    return replace(question, threshold=usual, usual_threshold=False)


def decide(scored: Scored, *, threshold: float, capped: str | None) -> tuple[tuple[Candidate, ...], Decision]:
    """Candidates with the confidence to send, and the decision: auto exactly when the first reaches the threshold.

    `scored` pairs each guess with its calibrated confidence; `capped` says why acting is out of the question, if it is.
    """
    if capped and threshold <= 0:
        raise Invalid(
            f"With a threshold of 0 every answer would be acted on, and this one must not be: {capped}",
            hint="Send a threshold above 0.",
        )
    ceiling = math.nextafter(threshold, 0.0) if capped else 1.0
    candidates = tuple(
        Candidate(
            guess.response, Confidence(guess.score, calibrated, min(calibrated, guess.most, ceiling)), guess.reasoning
        )
        for guess, calibrated in scored
    )
    sure = candidates[0].confidence.sent >= threshold
    return candidates, Decision.AUTO if sure else Decision.ESCALATED
