"""/api/predictions/: questions, answers, and what became of them.

Whether Clone may answer at all is switched in switches.py. The bodies are in wire/rest_predictions.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError, Invalid, TooLarge
from clone_mcp.models.access import Caller
from clone_mcp.models.prediction import Outcome, Prediction, Question
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import bodies
from clone_mcp.wire import rest_predictions as wire
from clone_mcp.wire.bodies import Page, page
from clone_mcp.wire.errors import status_of
from clone_mcp.wire.predictions import ContinuationReply, FeedbackReply, continuation_reply
from clone_mcp.wire.statistics import StatisticsReply, statistics_reply


async def predict(clone: Clone, caller: Caller, body: wire.PredictBody, own_id: str | None) -> wire.PredictedReply:
    """Predict what the person would type now.

    `status` is `auto` when the confidence reaches the threshold: go on with `predicted_response` as if they had typed
    it. Otherwise it is `escalated`: ask them.
    """
    return wire.predicted_reply(await clone.prediction.predict(caller, body.question(), own_id=own_id))


async def predict_batch(clone: Clone, caller: Caller, body: wire.BatchBody) -> wire.BatchReply:
    """Answer up to a hundred questions over one bundle of memory."""
    if len(body.prompts) > wire.MOST_AT_ONCE:
        raise TooLarge(f"A batch holds at most {wire.MOST_AT_ONCE} questions.", hint="Send several batches.")
    asked = [_question(each) for each in body.prompts]
    answers = iter(await clone.prediction.batch(caller, [each for each, _ in asked if isinstance(each, Question)]))
    told = [(each if isinstance(each, CloneError) else next(answers), ignored) for each, ignored in asked]
    return wire.BatchReply(
        results=[
            _item(index, each if isinstance(each, Prediction | CloneError) else each.error, ignored)
            for index, (each, ignored) in enumerate(told)
        ]
    )


_REFUSED = bodies.unsettable(wire.PredictBody, wire.PredictedReply)


def _question(value: object) -> tuple[Question | CloneError, list[str]]:
    """A question of a batch, and the names in it that were ignored."""
    try:
        body, ignored = bodies.checked(wire.PredictBody, value, _REFUSED)
        return body.question(), ignored
    except Invalid as exc:
        return exc, []


def _item(index: int, answer: Prediction | CloneError, ignored: list[str]) -> wire.BatchItem:
    if isinstance(answer, CloneError):
        return wire.BatchItem(index=index, status=status_of(answer), error=str(answer))
    prediction = wire.predicted_reply(answer).model_copy(update={"ignored_arguments": ignored})
    return wire.BatchItem(index=index, status=200, prediction=prediction)


async def predict_continuation(clone: Clone, caller: Caller, body: wire.ContinuationBody) -> ContinuationReply:
    """Tell how likely the person goes on or is satisfied now. It never says what they would say."""
    return continuation_reply(await clone.prediction.continuation(caller, body.question()))


async def give_feedback(clone: Clone, caller: Caller, prediction_id: str, body: wire.FeedbackBody) -> FeedbackReply:
    """Tell what the person did with a prediction. Saying it again changes nothing."""
    settled = await clone.prediction.feedback(caller, prediction_id, Outcome(body.status), body.actual_response)
    return FeedbackReply(
        prediction_id=settled.prediction_id, status=settled.outcome, changed=settled.changed, learned=settled.learned
    )


async def show_prediction(clone: Clone, caller: Caller, prediction_id: str) -> wire.PredictionDetail:
    """One prediction with its audit trail: what it was asked, shown and paid, and every report of its outcome.

    What its cited facts rest on is told by `/api/memory/why/prediction/{id}/`.
    """
    prediction, outcome, reports = await clone.prediction.read.audited(caller.tenant, prediction_id)
    return wire.prediction_detail(prediction, outcome, list(reports))


async def list_predictions(clone: Clone, caller: Caller, query: wire.PredictionsQuery) -> Page[wire.KeptPrediction]:
    """Predictions, newest first."""
    found = await clone.prediction.read.listed(
        caller.tenant, query.sought(), limit=query.limit + 1, offset=query.offset
    )
    return page(query, [wire.kept_prediction(prediction, outcome) for prediction, outcome in found])


async def show_prediction_stats(clone: Clone, caller: Caller, query: wire.StatsQuery) -> StatisticsReply:
    """How many were answered automatically, how many of those were right, and what the confidences were worth."""
    return statistics_reply(await clone.prediction.stats(caller, since=query.since))


ENDPOINTS = (
    Endpoint("POST", "/api/predictions/predict/", predict, Needs.WRITER, given_up_with_caller=True),
    Endpoint("POST", "/api/predictions/predict/batch/", predict_batch, Needs.WRITER, given_up_with_caller=True),
    Endpoint("POST", "/api/predictions/continuation/", predict_continuation, Needs.WRITER),
    Endpoint("GET", "/api/predictions/", list_predictions),
    Endpoint("GET", "/api/predictions/stats/", show_prediction_stats),
    Endpoint("GET", "/api/predictions/{prediction_id}/", show_prediction),
    Endpoint("POST", "/api/predictions/{prediction_id}/feedback/", give_feedback, Needs.WRITER),
)
