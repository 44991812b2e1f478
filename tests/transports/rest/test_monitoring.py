"""How the server is doing, over REST."""

from __future__ import annotations

import httpx2
import pytest

from clone_mcp.cli.serving import opening as opening_of
from clone_mcp.transports.http.auth import by_credential
from clone_mcp.transports.http.server import application
from tests.support.mcp import within

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def test_without_its_database_the_process_is_healthy_and_not_ready(settings):
    settings.home.write_text("a file where the folder should be")
    broken = settings.model_copy(update={"secret": "", "database_url": f"sqlite:///{settings.home}/clone.db"})
    opening = opening_of(broken)
    app = application(broken, opening, by_credential(opening, fallback=""), closing=opening.close)
    async with within(app) as transport, httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await http.get("/api/monitoring/health/")).json()["status"] == "ok"
        for path in ("monitoring/ready/", "jobs/"):
            response = await http.get(f"/api/{path}", headers={"x-clone-api-key": "clone_x"})
            assert (response.status_code, list(response.json())) == (503, ["error"])
        settings.home.unlink()
        assert (await http.get("/api/monitoring/ready/")).json()["status"] == "ready"
