"""What a reply would set in motion, what it weighs, and what the person is known to have let agents do before.

How acts are read off a question and a reply is in stakes/; how precedents are counted and kept is Memory's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Weight(StrEnum):
    """What it would take to undo an act."""

    NONE = "none"
    """Nothing changes."""
    REVERSIBLE = "reversible"
    """The person can undo it on the spot."""
    GRAVE = "grave"
    """It destroys, pays, publishes, exposes secrets, weakens a protection or runs foreign code."""
    UNREAD = "unread"
    """Nobody knows: an unknown verb, a language that is not read, a text cut off, an unlisted command."""


class Consequence(StrEnum):
    """Why an act is grave."""

    DESTRUCTIVE = "destructive"
    COSTLY = "costly"
    PUBLIC = "public"
    CREDENTIAL = "credential"
    WEAKENING = "weakening"
    """Switches a protection off, or gives somebody rights."""
    FOREIGN = "foreign"
    """Runs code that somebody else wrote."""


class Where(StrEnum):
    """Where an act stands."""

    QUESTION = "question"
    PLAN = "plan"
    REPLY = "reply"
    OPTION = "option"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Act:
    """Something a reply would set in motion."""

    verb: str
    """Its base form: "push". Of a command its program and subcommand: "git push". Empty where it could not be read."""
    object: str
    """What it is done to, in the words of the text and without its article; may be empty."""
    qualifiers: tuple[str, ...]
    """What limits or widens it: environment, branch, amount, audience, flags, in the words of the text."""
    where: Where
    weight: Weight
    consequence: Consequence | None
    """Of a grave act only."""
    evidence: str
    """A short excerpt for the person to read. Never a secret itself."""
    key: str
    """Equal for the same act on the same kind of thing. Empty where it is unread."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """How the person decided on an act of one key so far, by attested answers alone."""

    key: str
    approved: int
    asked: int
    sessions: int
    """In how many sessions it was approved."""
    refused_since: bool
    """Whether they refused it after they had last approved it."""


@dataclass(frozen=True, slots=True)
class CountableAnswer:
    """An answer of the person with its question, as far as both are still there to be read."""

    id: str
    session_id: str
    at: datetime
    attested: bool
    question: str
    """Empty where it is not known, or no longer."""
    reply: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedAct:
    """What one answer of the person decided on an act that its question asked for."""

    key: str
    session_id: str
    approved: bool
    refused: bool
    """Neither, where they said something else: the act was asked for, and that is all."""
    attested: bool
    """Whether the answer is, and the question too."""
    at: datetime


class Ground(StrEnum):
    """What an act may rest on."""

    PERMISSION = "permission"
    PRECEDENT = "precedent"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Leave:
    """Why something may be set in motion without asking."""

    ground: Ground
    evidence: str
    """A sentence for the person to read."""
    fact_id: str | None = None
    """The permission, or the standing answer."""


QUOTES = ("This would ", "Clone can't tell what this would do: ")
"""How the reasons begin for which an act is held: they name it in the words of the text."""
