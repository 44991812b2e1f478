"""Finding what the person has settled: replies they gave three times or more to the same question, and never otherwise.

The job reads answers once, leaves a digest of what their question asks, and looks again at every question that came
up. It also suspends a standing answer that the person answered differently. What is the same is decided in
stakes/standing.py, what the person does with an offer in standing.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from clone_mcp.language.choices import mark, together
from clone_mcp.models.act import CountableAnswer, Weight
from clone_mcp.models.events import Job
from clone_mcp.models.standing import (
    SettledAct,
    SignedAnswer,
    StandingAnswer,
    StandingExample,
    StandingLimits,
    StandingOffer,
    StandingOrigin,
    StandingStatus,
)
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.stakes.standing import (
    ReadQuestion,
    means_the_same,
    moving,
    read_question,
    read_reply,
    settled_act,
    suspend,
    taken_marks,
)

FIND = "standing"
"""The kind of job that looks. A migration enqueues it for every tenant, under this name."""
FIND_OFFERS = Job(FIND, dedupe_key=FIND)
TIMES, SESSIONS = 3, 2
"""How often, and in how many sessions, something must have been answered the same way before it is offered."""
CHANGED = 10
"""So many answers in a row outweigh what was answered differently before."""
NEWEST = 200
"""So many of the newest answers to a question count. What somebody said two years ago says little of today."""
_AT_ONCE = 100
_BREATH = 10
_EXAMPLES = 50
"""Examples that are kept of a standing answer."""
_REPLIES = 3
"""Different replies to one question that are looked at."""
_LONGEST = 200
"""Characters of a reply that can stand for others."""

_WAITS = (StandingStatus.OFFERED, StandingStatus.CONFIRMED, StandingStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer with its question, read."""

    answer: CountableAnswer
    project: str | None
    question: ReadQuestion

    @property
    def pair(self) -> tuple[ReadQuestion, str]:
        """What is compared."""
        return self.question, self.answer.reply


def read_answer(answer: CountableAnswer, project: str | None = None) -> ReadAnswer | None:
    """The answer, if there is something to settle: a question, and a brief reply that says something by itself."""
    if not answer.question.strip() or not answer.reply.strip() or len(answer.reply) > _LONGEST:
        return None
    return ReadAnswer(answer, project, read_question(answer.question, answer.options))


def sign_of(answer: CountableAnswer) -> str:
    """What its question is known again by; empty where there is nothing to settle."""
    read = read_answer(answer)
    return read.question.asked.sign if read else ""


def offers(found: Sequence[ReadAnswer]) -> list[StandingOffer]:
    """What is settled among the answers to questions that ask the same. `found` are the newest first."""
    return list(_offers(found)) or [
        offer for part in _by_project(found) if len(part) < len(found) for offer in _offers(part)
    ]


def _offers(found: Sequence[ReadAnswer]) -> Iterator[StandingOffer]:
    """An offer for each reply and whatever it would set in motion, where nothing stands against it.

    A claim can't make an offer. It can stand against one.
    """
    for reply in _replies(found):
        for acts, group in _by_acts(found, reply):
            mine = _unopposed(group, reply)
            if _is_often(mine) and all(act.weight is not Weight.GRAVE for act in acts):
                yield _offer(mine, acts)


def _unopposed(group: Sequence[ReadAnswer], reply: ReadAnswer) -> list[ReadAnswer]:
    """The attested answers that mean this reply; none, if others stand against them.

    What was answered differently before the person changed their mind counts no more, once they did so long enough.
    """
    same = [means_the_same(each.pair, reply.pair) for each in group]
    until = same.index(False) if False in same else len(group)
    mine = [each for each in group[:until] if each.answer.attested]
    return mine if until == len(group) or len(mine) >= CHANGED else []


def _is_often(mine: Sequence[ReadAnswer]) -> bool:
    return len(mine) >= TIMES and len({each.answer.session_id for each in mine}) >= SESSIONS


def _replies(found: Sequence[ReadAnswer]) -> list[ReadAnswer]:
    """The replies that were given, one for each that means something else; only of those that are attested."""
    kept: list[tuple[ReadAnswer, int]] = []
    for each in found:
        if not each.answer.attested or not _says_something(each):
            continue
        place = next((at for at, (known, _) in enumerate(kept) if means_the_same(known.pair, each.pair)), None)
        if place is None:
            kept.append((each, 1))
        else:
            kept[place] = kept[place][0], kept[place][1] + 1
    often = [(each, times) for each, times in kept if times >= TIMES]
    return [each for each, _ in sorted(often, key=lambda known: -known[1])[:_REPLIES]]


def _says_something(each: ReadAnswer) -> bool:
    """Whether the reply can be given again: a bare number picks whatever stands there next time."""
    reply = read_reply(each.question, each.answer.reply)
    return bool(reply.chosen) or not (reply.reply.picks or reply.reply.asks)


def _by_acts(found: Sequence[ReadAnswer], reply: ReadAnswer) -> list[tuple[tuple[SettledAct, ...], list[ReadAnswer]]]:
    """The answers by what this reply would have set in motion there; where acts are unread, by their very question."""
    groups: dict[tuple[Any, str], tuple[tuple[SettledAct, ...], list[ReadAnswer]]] = {}
    known: dict[str, tuple[SettledAct, ...]] = {}
    for each in found:
        very = each.question.asked.very
        if very not in known:
            known[very] = tuple(dict.fromkeys(map(settled_act, moving(each.question, _as_given(each, reply)))))
        acts = known[very]
        unread = any(act.weight is Weight.UNREAD for act in acts)
        groups.setdefault((_keys(acts), very if unread else ""), (acts, []))[1].append(each)
    return list(groups.values())


def _as_given(each: ReadAnswer, reply: ReadAnswer) -> str:
    """A reply in the words of another question's options."""
    marks = taken_marks(reply.question, reply.answer.reply)
    if not marks:
        return reply.answer.reply
    wordings = [wording for _, wording in each.question.choices if mark(wording) in marks]
    return together(wordings) or reply.answer.reply


def _offer(mine: Sequence[ReadAnswer], acts: tuple[SettledAct, ...]) -> StandingOffer:
    newest = mine[0]
    projects = {each.project for each in mine}
    marks = taken_marks(newest.question, newest.answer.reply)
    options = {mark(wording): wording for _, wording in newest.question.choices}
    unread = any(act.weight is Weight.UNREAD for act in acts)
    return StandingOffer(
        question=newest.question.asked,
        reply=together([options[each] for each in marks]) if marks else newest.answer.reply.strip(),
        taken=marks,
        limits=StandingLimits(projects.pop() if len(projects) == 1 else None, (newest.question.asked.kind,), acts),
        very=(newest.question.asked.very,) if unread else (),
        times=len(mine),
        sessions=len({each.answer.session_id for each in mine}),
        examples=tuple(_example(each) for each in mine[:_EXAMPLES]),
    )


def _example(each: ReadAnswer) -> StandingExample:
    answer, asked = each.answer, each.question.asked
    return StandingExample(
        answer.id, answer.session_id, answer.at, asked.wording, answer.reply.strip(), asked.kind, asked.very
    )


def _by_project(found: Sequence[ReadAnswer]) -> list[list[ReadAnswer]]:
    by_project: dict[str | None, list[ReadAnswer]] = {}
    for each in found:
        by_project.setdefault(each.project, []).append(each)
    return list(by_project.values())


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
        await uow.memory.standing.sign(signs)
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
                said = f"You answered “{each.answer.reply[:_LONGEST]}” when you were asked."
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
        offered = StandingAnswer(
            id=before.id if before else str(uuid4()),
            status=StandingStatus.OFFERED,
            origin=StandingOrigin.MINED,
            question=offer.question,
            reply=offer.reply,
            taken=offer.taken,
            limits=offer.limits,
            very=offer.very,
            created_at=before.created_at if before else now,
            updated_at=before.updated_at if before and before.status is StandingStatus.OFFERED else now,
            evidence=offer.times,
            sessions=offer.sessions,
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


def differs(settled: StandingAnswer, each: ReadAnswer) -> bool:
    """Whether an answer of the person, where this standing answer holds, means something else."""
    limits = settled.limits
    if not each.answer.attested or limits.project not in (None, each.project):
        return False
    if settled.taken:
        return taken_marks(each.question, each.answer.reply) != settled.taken
    return not means_the_same(each.pair, (each.question, settled.reply))


def _keys(acts: Iterable[SettledAct]) -> frozenset[tuple[Weight, str, str]]:
    return frozenset((act.weight, act.key, act.detail) for act in acts)


def _apart_from(known: StandingAnswer, offer: StandingOffer) -> bool:
    """Whether the two can't be about the same question."""
    projects = {known.limits.project, offer.limits.project}
    if known.very and offer.very and set(known.very).isdisjoint(offer.very):
        return True
    return len(projects) > 1 and None not in projects


def _is_the_same(known: StandingAnswer, offer: StandingOffer) -> bool:
    """Whether that is the same thing, offered before. Of what was removed no words are left."""
    if _apart_from(known, offer) or _keys(known.limits.acts) != _keys(offer.limits.acts):
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
