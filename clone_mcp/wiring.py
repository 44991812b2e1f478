"""Use cases put together over the ports. Which adapters stand behind those is `app.py`'s to say."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypedDict

from clone_mcp.access.access import Access, access_by
from clone_mcp.access.keys import Keys
from clone_mcp.access.limits import Quota
from clone_mcp.access.model_keys import ModelKeys
from clone_mcp.access.passwords import Hasher
from clone_mcp.access.spending import PaidModel
from clone_mcp.access.tenants import Tenants
from clone_mcp.access.usage import ReadUsage
from clone_mcp.clone import Hosting, Memory
from clone_mcp.evaluation.backtest import Backtest
from clone_mcp.hooks.hook_call import SPOOL
from clone_mcp.hooks.spool import Spool
from clone_mcp.jobs.deliver import Deliver
from clone_mcp.jobs.handlers import handlers
from clone_mcp.jobs.schedule import with_daily
from clone_mcp.jobs.worker import Worker, worker_for
from clone_mcp.memory.archive import Archive
from clone_mcp.memory.context import Context
from clone_mcp.memory.correct import Correct
from clone_mcp.memory.embed import Embed
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.forget import Forget
from clone_mcp.memory.markdown.apply import Markdown
from clone_mcp.memory.markdown.restore import Restore
from clone_mcp.memory.model.daily import ReadDaily
from clone_mcp.memory.model.facts import DistilFacts
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.on_demand import PromoteOnDemand
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.promote import Promote, WithModel
from clone_mcp.memory.purge import Purge
from clone_mcp.memory.review import Reviews
from clone_mcp.memory.search import Search
from clone_mcp.memory.statements import Append, State
from clone_mcp.memory.stats import Count
from clone_mcp.memory.sync import Sync
from clone_mcp.memory.trace import Trace
from clone_mcp.models.access import Limits
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.embedder import Embedder
from clone_mcp.ports.hosting import Sealing
from clone_mcp.prediction.batch import PredictBatch
from clone_mcp.prediction.calibrate import Calibrate
from clone_mcp.prediction.continuation import PredictContinuation
from clone_mcp.prediction.feedback import SubmitFeedback
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.predictors.chosen import PREDICTORS, chosen
from clone_mcp.prediction.predictors.model import ModelPredictor
from clone_mcp.prediction.settle import Settle
from clone_mcp.prediction.stats import Stats
from clone_mcp.prediction.switches import Switches
from clone_mcp.recording.ingest import Ingest
from clone_mcp.settings import Settings, listed


class Predicting(TypedDict):
    """Clone's use cases around predictions."""

    predict: Predict
    predict_batch: PredictBatch
    continuation: PredictContinuation
    feedback: SubmitFeedback
    settle: Settle
    calibrate: Calibrate
    switches: Switches
    stats: Stats
    backtest: Backtest


def predicting_over(
    settings: Settings, storage: Storage, clock: Clock, context: Context, paid: PaidModel | None
) -> Predicting:
    """All that can be asked, and what becomes of it."""
    gather, settle = Gather(storage, clock, context, paid), Settle(storage, clock)
    predict = _predict(settings, storage, clock, gather)
    return Predicting(
        predict=predict,
        predict_batch=PredictBatch(clock, predict),
        continuation=PredictContinuation(storage, clock, redact=settings.redact, gather=gather, shadow=settings.shadow),
        feedback=SubmitFeedback(storage, clock, redact=settings.redact),
        settle=settle,
        calibrate=Calibrate(storage, clock, settle, promise=settings.promised),
        switches=Switches(storage, clock),
        stats=Stats(storage, clock, settle, promise=settings.promised),
        backtest=_backtest(settings, storage, paid),
    )


def worker_over(storage: Storage, clock: Clock, memory: Memory, predicting: Predicting, quota: Quota) -> Worker:
    """What works off what is done later."""
    kinds = handlers(
        settle=predicting["settle"],
        calibrate=predicting["calibrate"],
        sync=memory.sync,
        episodes=memory.promote_episodes,
        facts=memory.promote_facts,
        profile=memory.compile_profile,
        model=memory.read_daily,
        embed=memory.embed,
        purge=memory.purge,
    )
    daily = with_daily(kinds, storage, clock, model=memory.read_daily is not None, quota=quota)
    return worker_for(storage.work, clock, daily)


def deliver_over(settings: Settings, ingest: Ingest, predicting: Predicting) -> Deliver:
    """What takes in what hooks left."""
    return Deliver(Spool(str(settings.home / SPOOL)), ingest, predicting["feedback"])


def quota_over(settings: Settings, storage: Storage, clock: Clock) -> Quota:
    """How much everybody may ask and keep."""
    return Quota(storage, clock, Limits(settings.requests_per_minute, settings.tokens_per_day, settings.stored_bytes))


def hosting_over(storage: Storage, clock: Clock, quota: Quota, sealing: Sealing | None, memory: Memory) -> Hosting:
    """What a server of many tenants does besides."""
    return Hosting(
        quota=quota,
        usage=ReadUsage(storage, clock, quota),
        tenants=Tenants(storage, clock),
        model_keys=ModelKeys(storage, sealing),
        archive=Archive(storage, clock, memory.markdown),
    )


def access_over(
    settings: Settings, storage: Storage, clock: Clock, keys: Keys, secret: bytes, hasher: Callable[[], Hasher]
) -> Access:
    """Who may sign in, and with what."""
    return access_by(
        storage.directory,
        clock,
        keys,
        secret=secret,
        token_secrets=listed(settings.token_secrets),
        hasher=hasher,
        mode=settings.signup,
    )


def _predict(settings: Settings, storage: Storage, clock: Clock, gather: Gather) -> Predict:
    asked = ModelPredictor(settings.model, nonce=_nonce, redact=settings.redact)
    predictors, usual = chosen(settings.predictor, asked), settings.usual_threshold
    return Predict(
        storage, clock, predictors, redact=settings.redact, gather=gather, shadow=settings.shadow, threshold=usual
    )


def _backtest(settings: Settings, storage: Storage, paid: PaidModel | None) -> Backtest:
    asked = ModelPredictor(settings.model, nonce=_nonce, redact=settings.redact)
    predictors = {name: chosen(name, asked).usual for name in PREDICTORS}
    return Backtest(storage, predictors, paid, model=settings.model, folder=settings.home / "backtests")


def _nonce() -> str:
    return secrets.token_hex(16)


def memory_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    paid: PaidModel | None,
    embedder: Embedder | None,
) -> Memory:
    """All that can be done with memory."""
    state, purge = State(clock, redact=settings.redact), Purge(storage, clock)
    sync, episodes = Sync(storage), PromoteEpisodes(storage, clock)
    facts, profile = PromoteFacts(storage, clock), CompileProfile(storage, clock)
    summaries = SummariseEpisodes(storage, clock, paid, settings.model, _nonce)
    distil = DistilFacts(storage, clock, paid, settings.model, _nonce)
    model = WithModel(paid, summaries, distil)
    return Memory(
        sync=sync,
        promote_episodes=episodes,
        promote_facts=facts,
        summarise_episodes=summaries,
        distil_facts=distil,
        read_daily=ReadDaily(storage, clock, summaries, distil) if paid else None,
        compile_profile=profile,
        promote=Promote(sync, episodes, facts, profile, model),
        promote_on_demand=PromoteOnDemand(sync, episodes, facts, profile, model),
        context=Context(storage, clock, embedder),
        embed=Embed(storage, clock, embedder) if embedder else None,
        trace=Trace(storage),
        search=Search(storage),
        stats=Count(storage),
        correct=Correct(purge, clock, state),
        append=Append(storage, state),
        reviews=Reviews(storage, clock, purge),
        forget=Forget(storage, clock, purge),
        purge=purge,
        markdown=Markdown(storage, clock, state, purge),
        restore=Restore(storage, clock),
    )
