"""The person's switches over REST: anybody who writes makes Clone careful, the owner alone makes it less so."""

from __future__ import annotations

import pytest

from clone_mcp.models.access import Caller, Scope

QUESTION = {"agent": "a", "agent_input": "All tests pass. Shall I commit?", "session_id": "s"}
NOTHING = {"paused": [], "shadow": [], "trusted": []}

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def test_an_agent_pauses_clone_and_the_owner_has_it_answer_again(http_as, me):
    async with http_as(Caller(me.tenant, Scope.AGENT)) as agent, http_as(Caller(me.tenant, Scope.OWNER)) as owner:
        assert (await agent.get("/api/switches/")).json() == NOTHING
        assert (await agent.post("/api/switches/pause/")).json() == {**NOTHING, "paused": [""]}
        asked = (await agent.post("/api/predictions/predict/", json=QUESTION)).json()
        assert asked["status"] == "escalated"
        assert asked["abstained"].startswith("Clone is paused")
        assert (await agent.delete("/api/switches/pause/")).status_code == 403
        assert (await owner.delete("/api/switches/pause/")).json() == NOTHING


async def test_each_switch_is_for_one_project_or_for_all(http_as, me):
    async with http_as(Caller(me.tenant, Scope.OWNER)) as owner:
        for switch, told in (("pause", "paused"), ("shadow", "shadow"), ("trust", "trusted")):
            for project in ("website", ""):
                at = f"/api/switches/{switch}/"
                on = await owner.post(at, params={"project": project} if project else {})
                assert on.json() == {**NOTHING, told: [project]}
                off = await owner.delete(at, params={"project": project} if project else {})
                assert off.json() == NOTHING


async def test_a_project_that_is_none_is_told(http_as, me):
    async with http_as(Caller(me.tenant, Scope.OWNER)) as owner:
        refused = await owner.post("/api/switches/pause/", params={"project": "x" * 2000})
        assert refused.status_code in (400, 422)
        assert "project" in refused.text
        assert (await owner.get("/api/switches/")).json() == NOTHING
