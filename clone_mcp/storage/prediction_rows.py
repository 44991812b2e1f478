"""Predictions as rows, and rows as predictions. What is asked of them is in predictions.py."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from clone_mcp.models.act import Act, Consequence, Ground, Leave, Weight, Where
from clone_mcp.models.prediction import Candidate, CitedFact, Confidence, Decision, Kind, Prediction, Question
from clone_mcp.models.usage import Usage


def row_of(prediction: Prediction) -> dict[str, Any]:
    """As it is made: what became of it comes later, and is empty until then."""
    question = prediction.question
    return {
        "id": prediction.id,
        "kind": prediction.kind,
        "agent": question.agent,
        "session_id": question.session_id,
        "agent_input": question.agent_input,
        "options": list(question.options),
        "k": question.k,
        "threshold": question.threshold,
        "candidates": [_candidate(candidate) for candidate in prediction.candidates],
        "decision": prediction.decision,
        "acted_at": prediction.created_at if prediction.decision is Decision.AUTO else None,
        "abstained": prediction.abstained,
        "stop_recommended": prediction.stop_recommended,
        "model": prediction.model,
        "cited_facts": [asdict(fact) for fact in prediction.cited_facts],
        "snapshot": prediction.snapshot,
        "latency_ms": prediction.latency_ms,
        "created_at": prediction.created_at,
        "degraded": prediction.degraded,
        "usage": asdict(prediction.usage) if prediction.usage else None,
        "fit": prediction.fit,
        "asked_model": question.model,
        "recency_minutes": question.recency_minutes,
        "grave": prediction.grave,
        "acts": [asdict(act) for act in prediction.acts] or None,
        "leave": [asdict(each) for each in prediction.leave] or None,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    # Field by field: asdict() copies every string and float as if it could change.
    sure = candidate.confidence
    confidence = {"raw": sure.raw, "calibrated": sure.calibrated, "sent": sure.sent}
    return {"response": candidate.response, "confidence": confidence, "reasoning": candidate.reasoning}


def prediction_of(row: Any) -> Prediction:
    """A stored row as the prediction it holds."""
    return Prediction(
        id=row.id,
        kind=Kind(row.kind),
        question=_question(row),
        candidates=tuple(
            Candidate(c["response"], Confidence(**c["confidence"]), c["reasoning"]) for c in row.candidates
        ),
        decision=Decision(row.decision),
        abstained=row.abstained,
        stop_recommended=row.stop_recommended,
        model=row.model,
        created_at=row.created_at,
        latency_ms=row.latency_ms,
        cited_facts=tuple(CitedFact(**fact) for fact in row.cited_facts),
        snapshot=row.snapshot,
        degraded=row.degraded,
        usage=Usage(**row.usage) if row.usage else None,
        fit=row.fit,
        grave=row.grave,
        acts=tuple(_act(each) for each in row.acts or ()),
        leave=tuple(Leave(Ground(each["ground"]), each["evidence"], each["fact_id"]) for each in row.leave or ()),
    )


def _act(kept: dict[str, Any]) -> Act:
    why = kept["consequence"]
    return Act(
        verb=kept["verb"],
        object=kept["object"],
        qualifiers=tuple(kept["qualifiers"]),
        where=Where(kept["where"]),
        weight=Weight(kept["weight"]),
        consequence=None if why is None else Consequence(why),
        evidence=kept["evidence"],
        key=kept["key"],
    )


def _question(row: Any) -> Question:
    known = Question(row.agent, row.agent_input, row.session_id, tuple(row.options), row.k, row.threshold)
    if row.recency_minutes is None:  # from before it was kept
        return known
    return replace(known, model=row.asked_model, recency_minutes=row.recency_minutes)
