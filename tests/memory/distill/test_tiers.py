"""What evidence is worth."""

from __future__ import annotations

import pytest

from clone_mcp.memory.evidence import CANDIDATE_DAYS, grade
from clone_mcp.models.events import Channel
from clone_mcp.models.memory import Evidence, Tier


def rows(attested=0, claimed=0, sessions=1):
    channels = [Channel.ATTESTED] * attested + [Channel.CLAIMED] * claimed
    return [Evidence(f"r{at}", f"s{at % sessions}", channel) for at, channel in enumerate(channels)]


@pytest.mark.parametrize(
    ("evidence", "explicit", "contradicted", "tier", "importance"),
    [
        (rows(0), False, False, Tier.CANDIDATE, 0.0),
        (rows(0), True, False, Tier.CANDIDATE, 0.0),
        (rows(1), False, False, Tier.CANDIDATE, 0.2),
        (rows(1), True, False, Tier.TENTATIVE, 0.5),
        (rows(0, 1), True, False, Tier.TENTATIVE, 0.5),
        (rows(0, 1), False, False, Tier.CANDIDATE, 0.2),
        (rows(2), False, False, Tier.TENTATIVE, 0.4),
        (rows(3), False, False, Tier.TENTATIVE, 0.45),
        (rows(4, 0, 2), False, False, Tier.TENTATIVE, 0.5),
        (rows(9, 0, 1), False, False, Tier.TENTATIVE, 0.6),
        (rows(5, 0, 1), False, False, Tier.TENTATIVE, 0.55),
        (rows(5, 0, 2), False, False, Tier.STRONG, 0.9),
        (rows(5, 0, 2), True, False, Tier.STRONG, 0.9),
        (rows(5, 0, 2), False, True, Tier.TENTATIVE, 0.4),
        (rows(25, 0, 3), False, False, Tier.STRONG, 0.9506),
        (rows(5000, 0, 9), False, False, Tier.STRONG, 0.98),
        (rows(0, 50, 9), False, False, Tier.TENTATIVE, 0.6),
        (rows(0, 50, 9), True, False, Tier.TENTATIVE, 0.6),
        (rows(4, 50, 9), True, False, Tier.TENTATIVE, 0.6),
        (rows(5, 50, 5), False, False, Tier.STRONG, 0.9),
    ],
)
def test_the_table_of_tiers(evidence, explicit, contradicted, tier, importance):
    assert grade(evidence, explicit=explicit, contradicted=contradicted) == (tier, importance)


def test_sessions_of_claimed_rows_do_not_help():
    evidence = [*rows(5, 0, 1), Evidence("x", "another", Channel.CLAIMED)]
    assert grade(evidence, explicit=False, contradicted=False)[0] is Tier.TENTATIVE


def test_a_row_counts_once():
    assert grade(rows(1) * 9, explicit=False, contradicted=False) == (Tier.CANDIDATE, 0.2)


def test_more_evidence_never_makes_a_claim_less_important():
    importances = [grade(rows(n, 0, 2), explicit=False, contradicted=False)[1] for n in range(40)]
    assert importances == sorted(importances)


def test_candidates_have_a_fortnight():
    assert CANDIDATE_DAYS == 14
