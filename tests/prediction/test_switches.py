"""Pause, shadow mode and trust: everywhere or for a project, in every process at once."""

from __future__ import annotations

import pytest

from clone_mcp.app import wire
from clone_mcp.errors import Forbidden
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, Question
from clone_mcp.prediction.decision import PAUSED, SHADOW, Switched
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.predictors.cascade import Predictors
from clone_mcp.recording.sessions import Origin
from tests.support.predictor import Scripted
from tests.support.sql import rows
from tests.support.storage import storage_of

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ASKED = "Should the variable be called total?"
"""An answer to it sets nothing in motion: only switches are at stake here."""


@pytest.fixture
def owner(me) -> Caller:
    return Caller(me.tenant, Scope.OWNER)


@pytest.fixture
async def sure(clone, me, clock):
    """Asks a predictor that is sure enough to answer automatically."""
    for project in ("home", "work"):
        await clone.recording.turns.start(me, Origin("cli"), session_id=project, project=project)

    async def sure(session: str | None = None, *, storage=None, shadow=False, threshold=0.8):
        predict = Predict(storage or storage_of(clone), clock, Scripted(), redact=True, shadow=shadow)
        return await predict(me, Question("codex", ASKED, session, threshold=threshold))

    return sure


async def test_a_pause_is_seen_by_every_process_and_ends_when_the_owner_says_so(clone, second, me, owner, sure):
    assert await clone.prediction.switches.pause(Caller(me.tenant, Scope.AGENT)) == Switched(("",), (), ())
    paused = await sure(storage=second)
    assert (paused.decision, paused.abstained, paused.top.response) == (Decision.ESCALATED, PAUSED, "yes")
    assert paused.top.confidence.sent < 0.8 < paused.top.confidence.calibrated
    assert (await clone.prediction.continuation(me, Question("codex", "Done."))).abstained == PAUSED
    for caller in (me, Caller(me.tenant, Scope.AGENT)):
        with pytest.raises(Forbidden):
            await clone.prediction.switches.resume(caller)
    assert await clone.prediction.switches.resume(owner) == Switched((), (), ())
    assert (await sure(storage=second)).decision is Decision.AUTO


async def test_a_project_is_paused_alone(clone, me, owner, sure):
    await clone.prediction.switches.pause(me, project="work")
    decisions = {session: (await sure(session)).decision for session in ("home", "work", "unknown", None)}
    auto, escalated = Decision.AUTO, Decision.ESCALATED
    assert decisions == {"home": auto, "work": escalated, "unknown": auto, None: auto}
    assert await clone.prediction.switches.now(me) == Switched(("work",), (), ())


@on_sqlite
async def test_nobody_outside_is_asked_while_clone_is_paused(clone, me, clock):
    class Outside(Scripted):
        async def propose(self, question, history, *, now):
            raise AssertionError("asked")

    await clone.prediction.switches.pause(me)
    predict = Predict(
        storage_of(clone), clock, Predictors(Outside(), by_name=Outside(), paused=Scripted()), redact=True
    )
    for model in (None, "claude-sonnet-4-6"):
        assert (await predict(me, Question("codex", ASKED, model=model))).abstained == PAUSED


@pytest.mark.parametrize("how", ["setting", "everywhere", "project"])
async def test_in_shadow_mode_nothing_is_automatic_and_everything_is_kept(clone, me, sure, how, settings):
    if how != "setting":
        await clone.prediction.switches.watch(me, project="work" if how == "project" else None)
    watched = await sure("work", shadow=how == "setting")
    assert (watched.decision, watched.abstained) == (Decision.ESCALATED, SHADOW)
    assert watched.top.confidence.sent < 0.8 <= watched.top.confidence.calibrated
    assert (await sure("work", shadow=how == "setting", threshold=0.95)).abstained is None  # would be asked anyway
    assert (await sure("home", shadow=how == "setting")).decision is (
        Decision.AUTO if how == "project" else Decision.ESCALATED
    )
    assert await rows(settings, "SELECT count(*) FROM predictions WHERE session_id = 'work'") == [(2,)]


@on_sqlite
async def test_leaving_shadow_mode_is_the_owners_to_say(clone, me, owner, sure):
    await clone.prediction.switches.watch(me)
    with pytest.raises(Forbidden):
        await clone.prediction.switches.act(me)
    assert await clone.prediction.switches.act(owner) == Switched((), (), ())
    assert (await sure()).decision is Decision.AUTO


@on_sqlite
async def test_whether_agents_are_trusted_is_the_owners_to_say(clone, me, owner):
    for caller in (me, Caller(me.tenant, Scope.AGENT)):
        for turn in (clone.prediction.switches.trust, clone.prediction.switches.distrust):
            with pytest.raises(Forbidden):
                await turn(caller)
    assert await clone.prediction.switches.trust(owner, project="work") == Switched((), (), ("work",))
    assert await clone.prediction.switches.distrust(owner, project="work") == Switched((), (), ())


@on_sqlite
async def test_the_setting_reaches_both_predictions(settings, storage, clock, me):
    shadowed = wire(settings.model_copy(update={"shadow": True}), storage, clock, b"test")
    for _ in range(30):
        await shadowed.recording.turns.response(
            me, Origin("agent"), session_id="s", agent="a", text=ASKED, in_response_to=None, client_id=None
        )
        await shadowed.recording.turns.prompt(me, Origin("user"), session_id="s", agent="a", text="yes", client_id=None)
    prediction = await shadowed.prediction.predict(me, Question("a", ASKED, threshold=0.4))
    assert (prediction.decision, prediction.abstained) == (Decision.ESCALATED, SHADOW)
