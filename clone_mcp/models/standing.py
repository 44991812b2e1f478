"""Standing answers: replies that the person has settled once and for all for a kind of question, within limits.

What holds for the person at the moment (switches, fits) is `Standing` in calibration.py, which is something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from clone_mcp.models.act import Consequence, CountableAnswer, Weight

UNUSED_DAYS = 90
"""A confirmed standing answer that nobody needed for so long expires, unless the person says otherwise."""
SURE_BEFORE, ASKED_BEFORE = 19, 20
"""What a confirmed standing answer is trusted with before it was ever used: .95."""


class StandingStatus(StrEnum):
    """Where a standing answer is in its life. Only a confirmed one answers anything."""

    OFFERED = "offered"
    """Found in the person's own answers; waits for them."""
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"
    """Overridden, contradicted, or suspended by the person. The next review asks."""
    DECLINED = "declined"
    REMOVED = "removed"
    """Its words are gone. What is left keeps it from being offered again for the same evidence."""
    EXPIRED = "expired"


class StandingOrigin(StrEnum):
    """Where it comes from."""

    MINED = "mined"
    """From what the person answered again and again."""
    WRITTEN = "written"
    """The person wrote it."""


@dataclass(frozen=True, slots=True)
class SettledAct:
    """An act that a standing answer may set in motion."""

    key: str
    """As in models/act.py; empty where it is unread. Then only the very same question matches."""
    weight: Weight
    named: str
    """In a few words, for the person."""
    consequence: Consequence | None = None
    detail: str = ""
    """Of a grave act, its object and qualifiers as well: another branch or amount is another act."""


@dataclass(frozen=True, slots=True)
class StandingLimits:
    """What a standing answer is limited to."""

    project: str | None = None
    """None: every project."""
    kinds: tuple[str, ...] = ()
    """Kinds of question, as language/message.py names them. Empty: any."""
    acts: tuple[SettledAct, ...] = ()
    """What it may set in motion, and nothing else. Empty: nothing that changes anything."""
    per_day: int | None = None
    """At most so many uses within 24 hours. None: any number."""
    unused_days: int = UNUSED_DAYS
    """It expires when it was not used for so many days."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is known again: by what it asks, not by its letters."""

    wording: str
    """The sentence that asks, for the person to read."""
    kind: str
    """What it waits for, as language/message.py names it."""
    sign: str = field(repr=False)
    """A digest of what it asks and of its options: questions that ask the same have the same."""
    very: str = field(repr=False)
    """A digest of all its words: the very question."""
    marks: tuple[str, ...] = field(default=(), repr=False)
    """What its options are known again by, sorted."""


@dataclass(frozen=True, slots=True)
class StandingExample:
    """An answer of the person that a standing answer rests on. It goes when that answer is deleted."""

    answer_id: str
    """Of the counted reply, which is the event's."""
    session_id: str
    at: datetime
    wording: str
    """The sentence that asked."""
    reply: str
    kind: str
    very: str


@dataclass(frozen=True, slots=True)
class StandingUse:
    """One automatic answer that was given because of it. It goes when its prediction is deleted."""

    prediction_id: str
    at: datetime
    overridden: bool
    question: str = ""
    """What was asked, where the prediction is still there to tell."""


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """A reply for a kind of question, within limits."""

    id: str
    status: StandingStatus
    origin: StandingOrigin
    question: AskedQuestion
    reply: str
    """The person's words; of a question with options, the option that they take."""
    taken: tuple[str, ...] = field(repr=False)
    """The marks of the options that the reply takes; empty where it takes none."""
    limits: StandingLimits
    very: tuple[str, ...] = field(repr=False)
    """Of an unread act: the very questions that it may answer. Empty where that does not matter."""
    created_at: datetime
    updated_at: datetime
    """When its status or its limits last changed."""
    confirmed_at: datetime | None = None
    last_used_at: datetime | None = None
    evidence: int = 0
    """Answers it rested on when it was offered, declined or removed. It comes back at twice as many."""
    sessions: int = 0
    """In how many sessions."""
    uses: int = 0
    """n: automatic answers that were given because of it."""
    kept: int = 0
    """k: how many of them the person has not overridden."""
    reason: str = ""
    """Why it is suspended, in words for the person."""

    @property
    def sent(self) -> float:
        """The confidence it is sent with."""
        return (SURE_BEFORE + self.kept) / (ASKED_BEFORE + self.uses)

    @property
    def expires_at(self) -> datetime | None:
        """When it expires, if it is not used before. Only a confirmed one does."""
        since = self.last_used_at or self.confirmed_at
        if self.status is not StandingStatus.CONFIRMED or since is None:
            return None
        return max(since, self.confirmed_at or since) + timedelta(days=self.limits.unused_days)

    def expired(self, now: datetime) -> bool:
        """Whether its time is up."""
        until = self.expires_at
        return until is not None and until <= now

    @property
    def grave(self) -> tuple[SettledAct, ...]:
        """The acts among its limits that only the person may decide on."""
        return tuple(act for act in self.limits.acts if act.weight is Weight.GRAVE)


@dataclass(frozen=True, slots=True)
class StandingDetails:
    """A standing answer with what it rests on and what it was used for."""

    answer: StandingAnswer
    examples: tuple[StandingExample, ...] = ()
    """Newest first."""
    uses: tuple[StandingUse, ...] = ()
    """Newest first."""


@dataclass(frozen=True, slots=True)
class StandingOffer:
    """What mining found in answers."""

    question: AskedQuestion
    reply: str
    taken: tuple[str, ...]
    limits: StandingLimits
    very: tuple[str, ...]
    times: int
    """How often it was answered so."""
    sessions: int
    examples: tuple[StandingExample, ...]
    """The newest of those answers, newest first."""

    def offered(self, own_id: str, *, created_at: datetime, updated_at: datetime) -> StandingAnswer:
        """The standing answer that the person is asked about."""
        return StandingAnswer(
            id=own_id,
            status=StandingStatus.OFFERED,
            origin=StandingOrigin.MINED,
            question=self.question,
            reply=self.reply,
            taken=self.taken,
            limits=self.limits,
            very=self.very,
            created_at=created_at,
            updated_at=updated_at,
            evidence=self.times,
            sessions=self.sessions,
        )


@dataclass(frozen=True, slots=True)
class StandingMatch:
    """How a question compares with a standing answer."""

    answer: StandingAnswer
    verdict: Literal["match", "near", "held", "full"]
    """near: only a suggestion. held: it would match, but a limit holds it. full: that limit is the one per day."""
    because: str
    """In words: matched because …; or why it does not."""
    not_if: str
    """In words: what it would not match."""
    reply: str = ""
    """What would be answered, in the words of this question's options."""


@dataclass(frozen=True, slots=True)
class StandingDraft:
    """What the person wants to write. Limits that are left out are read off question and reply."""

    question: str
    reply: str
    options: tuple[str, ...] = ()
    project: str | None = None
    per_day: int | None = None
    unused_days: int = UNUSED_DAYS
    acknowledged: tuple[str, ...] = ()
    """The grave and unread acts that the person was warned of and accepts, as the warning names them."""


@dataclass(frozen=True, slots=True)
class LimitEdits:
    """What the person changes of limits when they confirm or edit. None leaves a limit alone."""

    project: str | None = None
    """The empty string: every project."""
    kinds: tuple[str, ...] | None = None
    acts: tuple[str, ...] | None = None
    """Names of the acts to keep, as `SettledAct.named` has them. Acts can only be taken away."""
    per_day: int | None = None
    """0: any number."""
    unused_days: int | None = None


@dataclass(frozen=True, slots=True)
class StandingWarning:
    """Nothing was stored: what the person has to read first."""

    text: str
    acts: tuple[SettledAct, ...]
    """Send their names as `acknowledged` to store it."""


@dataclass(frozen=True, slots=True)
class StandingTest:
    """What standing answers would do with a question."""

    question: AskedQuestion
    matches: tuple[StandingMatch, ...] = field(default=())
    """The one that would answer first, then those that are held, then near ones."""

    @property
    def answered(self) -> StandingMatch | None:
        """The one that would answer."""
        return next((each for each in self.matches if each.verdict == "match"), None)


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer of the person with what its question is known again by."""

    answer: CountableAnswer
    project: str | None
