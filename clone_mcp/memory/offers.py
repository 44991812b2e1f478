"""Finding what the person has settled: replies they gave three times or more to the same question, and never otherwise.

The job reads answers once, leaves a digest of what their question asks, and looks again at every question that came
up. It also suspends a standing answer that the person answered differently. What is the same is decided in
stakes/standing.py, what makes an offer in stakes/recurring.py; what the person does with it is in standing.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from clone_mcp.models.events import Job
from clone_mcp.models.standing import SignedAnswer, StandingAnswer, StandingOffer, StandingStatus
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.stakes.recurring import (
    NEWEST,
    SESSIONS,
    TIMES,
    ReadAnswer,
    act_keys,
    differs,
    offers,
    read_answer,
    sign_of,
)
from clone_mcp.stakes.standing import means_the_same, read_question, suspend

FIND = "standing"
"""The kind of job that looks. A migration enqueues it for every tenant, under this name."""
FIND_OFFERS = Job(FIND, dedupe_key=FIND)
_AT_ONCE = 100
_BREATH = 10

_WAITS = (StandingStatus.OFFERED, StandingStatus.CONFIRMED, StandingStatus.SUSPENDED)


class FindOffers:
    """One job reads so many answers, the newest first, and enqueues the next. Done twice, it changes nothing."""

    def __init__(self, storage: Storage, clock: Clock, *, at_once: int = _AT_ONCE) -> None:
        self._storage = storage
        self._clock = clock
        self._at_once = at_once

    async def __call__(self, tenant: UUID, _payload: Mapping[str, Any] | None = None) -> int:
        """How many answers were read. Expires what was not used for too long, too."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            unsigned = await uow.memory.standing.unsigned(limit=self._at_once)
        signs: dict[str, str] = {}
        for number, answer in enumerate(unsigned):
            if number % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
            signs[answer.id] = sign_of(answer)
        if signs:
            await self._storage.once(tenant, lambda uow: self._sign(uow, signs))
        for sign in sorted({sign for sign in signs.values() if sign}):
            await self._look(tenant, sign, {each for each in signs if signs[each] == sign})
            await asyncio.sleep(0)
        await self._storage.once(tenant, self._expire)
        return len(signs)

    async def _sign(self, uow: UnitOfWork, signs: Mapping[str, str]) -> None:
        await uow.memory.standing.sign(list(signs.items()))
        if len(signs) == self._at_once:
            await uow.jobs.enqueue(FIND_OFFERS)

    async def _look(self, tenant: UUID, sign: str, new: set[str]) -> None:
        async with self._storage.begin(tenant, readonly=True) as uow:
            signed = await uow.memory.standing.signed(sign, limit=NEWEST)
            known = await uow.memory.standing.of_sign(sign)
        if not known and sum(each.answer.attested for each in signed) < TIMES:
            return
        found = list(_read(signed))
        offered = offers(found)
        fresh = [each for each in found if each.answer.id in new]

        async def write(uow: UnitOfWork) -> None:
            await uow.memory.alone()
            present = list(await uow.memory.standing.of_sign(sign))
            present = [await self._checked(uow, each, fresh) for each in present]
            await self._keep(uow, present, offered)

        await self._storage.once(tenant, write)

    async def _checked(self, uow: UnitOfWork, settled: StandingAnswer, fresh: Sequence[ReadAnswer]) -> StandingAnswer:
        """The standing answer; suspended, if the person answered differently since they confirmed it."""
        if settled.status is not StandingStatus.CONFIRMED or settled.confirmed_at is None:
            return settled
        for each in fresh:
            if each.answer.at > settled.confirmed_at and differs(settled, each):
                said = f"You answered “{each.answer.reply}” when you were asked."
                settled = suspend(settled, said, self._clock.now())
                await uow.memory.standing.put(settled)
                return settled
        return settled

    async def _keep(self, uow: UnitOfWork, present: Sequence[StandingAnswer], offered: Sequence[StandingOffer]) -> None:
        left = {each.id for each in present if each.status is StandingStatus.OFFERED}
        for offer in offered:
            known = [each for each in present if _is_the_same(each, offer)]
            waits = next((each for each in known if each.status in _WAITS), None)
            if waits is not None:
                left.discard(waits.id)
                if waits.status is StandingStatus.OFFERED:
                    await self._put(uow, waits, offer)
                continue
            rivals = [each for each in present if each.status in _WAITS and not _apart_from(each, offer)]
            if any(each.status is not StandingStatus.OFFERED for each in rivals):
                continue  # what is settled otherwise, or suspended, the person decides first
            before = next(iter(known), None)
            if before is None or _is_worth_asking_again(before, offer):
                await self._put(uow, before, offer)
        for standing_id in left:  # something stands against it by now
            await uow.memory.standing.drop(standing_id)

    async def _put(self, uow: UnitOfWork, before: StandingAnswer | None, offer: StandingOffer) -> None:
        now = self._clock.now()
        offered = offer.offered(
            before.id if before else str(uuid4()),
            created_at=before.created_at if before else now,
            updated_at=before.updated_at if before and before.status is StandingStatus.OFFERED else now,
        )
        await uow.memory.standing.put(offered)
        await uow.memory.standing.exemplify(offered.id, offer.examples)

    async def _expire(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for settled in await uow.memory.standing.all(statuses=[StandingStatus.CONFIRMED]):
            if settled.expired(now):
                said = f"It was not used for {settled.limits.unused_days} days."
                await uow.memory.standing.put(
                    replace(settled, status=StandingStatus.EXPIRED, reason=said, updated_at=now)
                )


def _read(signed: Iterable[SignedAnswer]) -> Iterator[ReadAnswer]:
    for each in signed:
        read = read_answer(each.answer, each.project)
        if read is not None:
            yield read


def _apart_from(known: StandingAnswer, offer: StandingOffer) -> bool:
    """Whether the two can't be about the same question."""
    projects = {known.limits.project, offer.limits.project}
    if known.very and offer.very and set(known.very).isdisjoint(offer.very):
        return True
    return len(projects) > 1 and None not in projects


def _is_the_same(known: StandingAnswer, offer: StandingOffer) -> bool:
    """Whether that is the same thing, offered before. Of what was removed no words are left."""
    if _apart_from(known, offer) or act_keys(known.limits.acts) != act_keys(offer.limits.acts):
        return False
    if known.status is StandingStatus.REMOVED:
        return True
    return known.taken == offer.taken and (bool(known.taken) or _same_reply(known, offer))


def _same_reply(known: StandingAnswer, offer: StandingOffer) -> bool:
    question = read_question(offer.question.wording)
    return means_the_same((question, known.reply), (question, offer.reply))


def _is_worth_asking_again(before: StandingAnswer, offer: StandingOffer) -> bool:
    """Whether the evidence has doubled; or, after it had expired, whether enough is new."""
    if before.status is StandingStatus.EXPIRED:
        new = [each for each in offer.examples if each.at > before.updated_at]
        return len(new) >= TIMES and len({each.session_id for each in new}) >= SESSIONS
    return offer.times >= 2 * before.evidence
