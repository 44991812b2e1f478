"""What memory is to hold, told the short way: no episodes, no jobs, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import exp

AMOUNT = {"accepted": 0.04, "rejected": -0.08, "edited": 0.0}


@dataclass
class Row:
    """Something the person said."""

    claim: str
    session: str
    attested: bool
    at: datetime
    distilled: bool = False


@dataclass
class Held:
    """A fact."""

    rows: set[str]
    """Ids of what it rests on. What the person wrote down rests on a statement, and is something they said once."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """The standing outcome of every prediction that cited it."""
    tags: tuple[str, ...] = ()


@dataclass
class Model:
    """One person's memory."""

    explicit: frozenset[str]
    rows: dict[str, Row] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    """Claims by the ids of the statements that made them."""
    facts: dict[str, Held] = field(default_factory=dict)
    deleted: dict[str, datetime] = field(default_factory=dict)
    """When the person deleted a claim. Only what is said later, and surely by them, counts again."""

    def promote(self) -> None:
        for row_id, row in self.rows.items():
            before = self.deleted.get(row.claim)
            if row.distilled or (before is not None and not (row.attested and row.at > before)):
                continue
            row.distilled = True
            self.facts.setdefault(row.claim, Held(set())).rows.add(row_id)

    def delete_fact(self, claim: str, at: datetime) -> None:
        gone = self.facts.pop(claim)
        self.deleted[claim] = at
        for statement in gone.rows & self.statements.keys():
            self.delete_row(statement)  # what Clone was told for that fact alone

    def delete_row(self, row_id: str) -> None:
        self.rows.pop(row_id, None)
        self.statements.pop(row_id, None)
        for claim, fact in list(self.facts.items()):
            fact.rows.discard(row_id)
            if not fact.rows:
                del self.facts[claim]

    def seen(self) -> dict[str, tuple[str, float, tuple[str, ...]]]:
        """Tier, importance and tags of every fact."""
        return {claim: (*self._grade(claim, fact), fact.tags) for claim, fact in self.facts.items()}

    def _grade(self, claim: str, fact: Held) -> tuple[str, float]:
        tier, base = self._by_evidence(claim, fact)
        moved = base + sum(AMOUNT[outcome] for outcome in fact.outcomes.values())
        return tier, round(min(1.0, max(0.0, moved)), 6)

    def _by_evidence(self, claim: str, fact: Held) -> tuple[str, float]:
        attested = [self.rows[row] for row in fact.rows if row in self.rows and self.rows[row].attested]
        explicit, count = claim in self.explicit, len(fact.rows)
        if len(attested) >= 5 and len({row.session for row in attested}) >= 2:
            return "strong", round(0.9 + 0.08 * (1 - exp(-(len(attested) - 5) / 20)), 4)
        if count >= 2 or explicit:
            return "tentative", min(0.6, 0.5 + 0.05 * (count - 1) if explicit else 0.4 + 0.05 * (count - 2))
        return "candidate", 0.2
