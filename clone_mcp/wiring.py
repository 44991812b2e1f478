"""Use cases put together over the ports. Which adapters stand behind those is `app.py`'s to say."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from clone_mcp.access.spending import PaidModel
from clone_mcp.clone import Memory
from clone_mcp.evaluation.backtest import Backtest
from clone_mcp.jobs.handlers import Handler, handlers
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
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.embedder import Embedder
from clone_mcp.prediction.calibrate import Calibrate
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.predictors.chosen import PREDICTORS, chosen
from clone_mcp.prediction.predictors.model import ModelPredictor
from clone_mcp.prediction.settle import Settle
from clone_mcp.settings import Settings


def work_of(memory: Memory, settle: Settle, calibrate: Calibrate) -> Mapping[str, Handler]:
    """What is done later, by kind."""
    return handlers(
        settle=settle,
        calibrate=calibrate,
        sync=memory.sync,
        episodes=memory.promote_episodes,
        facts=memory.promote_facts,
        profile=memory.compile_profile,
        model=memory.read_daily,
        embed=memory.embed,
        purge=memory.purge,
    )


def predict_over(settings: Settings, storage: Storage, clock: Clock, gather: Gather) -> Predict:
    """Prediction, by the predictor that the settings choose."""
    asked = ModelPredictor(settings.model, nonce=_nonce, redact=settings.redact)
    predictors, usual = chosen(settings.predictor, asked), settings.usual_threshold
    return Predict(
        storage, clock, predictors, redact=settings.redact, gather=gather, shadow=settings.shadow, threshold=usual
    )


def backtest_over(settings: Settings, storage: Storage, paid: PaidModel | None) -> Backtest:
    """Backtests, by any predictor."""
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
    return Memory(
        sync=sync,
        promote_episodes=episodes,
        promote_facts=facts,
        summarise_episodes=summaries,
        distil_facts=distil,
        read_daily=ReadDaily(storage, clock, summaries, distil) if paid else None,
        compile_profile=profile,
        promote=Promote(sync, episodes, facts, profile, WithModel(paid, summaries, distil)),
        promote_on_demand=PromoteOnDemand(
            sync, episodes, summaries, facts, distil, profile, model_allowed=paid is not None
        ),
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
