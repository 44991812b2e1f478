"""The files that a Clone is deployed with: that they fit the code, and each other."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from clone_mcp import __version__
from clone_mcp.cli.parser import parse
from clone_mcp.settings import from_env, variables
from tests.support.postgres import Postgres, dsn, programs

ROOT = Path(__file__).parents[2]
FILES = [ROOT / name for name in ("Dockerfile", "docker-compose.yml", "smithery.yaml", "server.json")]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


@pytest.mark.parametrize("path", [*FILES, *(ROOT / "deploy").iterdir()], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\b(?:CLONE|MCP)_[A-Z][A-Z_]*[A-Z]\b", path.read_text()))
    assert named - set(variables()) == set()


def test_the_image_runs_as_nobody_in_particular_and_is_watched() -> None:
    build, final = DOCKERFILE.split("\nFROM ")[1:]
    assert " AS build" in build
    assert re.search(r"^USER (\d+)$", final, re.MULTILINE)[1] != "0"
    assert "HEALTHCHECK" in final
    assert "COPY --from=build" in final
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.search(r":\d", base) for base in bases)
    kept = (ROOT / ".dockerignore").read_text()
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", build, re.MULTILINE):
        for name in copied.split():
            assert (ROOT / name).exists()
            assert f"!{name}" in kept


@pytest.mark.parametrize("name", ["migrate", "server", "worker"])
def test_each_container_runs_a_command_there_is_with_settings_that_hold(name: str) -> None:
    service = SERVICES[name]
    assert parse(service["command"]).function.__name__.lstrip("_") in ("upgrade", "serve", "worker")
    sample = {"SERVER_PASSWORD": "a", "OWNER_PASSWORD": "b", "DOMAIN": "clone.example.com", "CLONE_SECRET": "s"}

    def filled(text: str) -> str:
        return re.sub(r"\$\{(\w+)(?::[?-]([^}]*))?\}", lambda it: sample.get(it[1], it[2] or ""), text)

    read = from_env({key: filled(value) for key, value in service["environment"].items()})
    assert read.url.startswith("postgresql://clone_")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_services_start_in_order_and_only_the_proxy_is_reachable() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("server", "worker"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert all(re.search(r":\d", service["image"]) for service in SERVICES.values() if "build" not in service)
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists()


def test_everything_that_has_to_be_filled_in_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert wanted == set(re.findall(r"^(\w+)=", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE))


def test_the_proxy_hands_events_on_at_once() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    assert re.search(r"^\s*flush_interval -1$", caddy, re.MULTILINE)
    assert caddy.count("{") == caddy.count("}")
    assert f"port {SERVICES['server']['environment'].get('CLONE_PORT', 8787)}" in caddy


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_a_command_there_is_with_few_rights(path: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    service = unit["Service"]
    _, *arguments = service["ExecStart"].split()
    assert parse(arguments).function.__name__.lstrip("_") in ("serve", "worker")
    assert from_env(dict(pair.split("=", 1) for pair in service["Environment"].split())).log_format == "json"
    rights = [service[key] for key in ("DynamicUser", "NoNewPrivileges", "ProtectSystem")]
    assert rights == ["yes", "yes", "strict"]


def test_the_registrys_entry_keeps_the_registrys_rules() -> None:
    """Those of its schema of 2025-12-11 that concern us; and the version is ours."""
    entry = json.loads((ROOT / "server.json").read_text())
    assert entry["$schema"].endswith("/schemas/2025-12-11/server.schema.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert 1 <= len(entry["description"]) <= 100
    [package] = entry["packages"]
    assert (package["registryType"], package["identifier"]) == ("pypi", "clone-mcp")
    assert entry["version"] == package["version"] == __version__
    assert package["transport"] == {"type": "stdio"}
    assert all(each.keys() <= {"name", "description", "format", "isSecret"} for each in package["environmentVariables"])


def test_smithery_starts_what_the_package_installs() -> None:
    start = yaml.safe_load((ROOT / "smithery.yaml").read_text())["startCommand"]
    assert start["type"] == "stdio"
    assert start["configSchema"]["type"] == "object"
    assert all(f"config.{name}" in start["commandFunction"] for name in start["configSchema"]["properties"])


async def test_the_roles_of_the_container_are_what_the_upgrade_needs(postgres: Postgres) -> None:
    from clone_mcp.storage import migrate

    query, where = postgres.owner.query, postgres.owner
    env = {
        **os.environ,
        "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}",
        "POSTGRES_USER": where.username or "postgres",
        "PGHOST": str(query.get("host") or where.host or "localhost"),
        "OWNER_PASSWORD": "it's",
        "SERVER_PASSWORD": "b",
    }
    await postgres.execute("ALTER ROLE clone_app RENAME TO clone_app_aside")  # the tests have one already
    try:
        subprocess.run(["bash", ROOT / "deploy" / "postgres-roles.sh"], env=env, check=True, capture_output=True)
        url = dsn(where.set(username="clone_owner", password="it's", database="clone"))
        assert await migrate.upgrade_postgres(url)
    finally:
        await postgres.execute(
            "DROP DATABASE IF EXISTS clone WITH (FORCE)",
            "DROP ROLE IF EXISTS clone_server, clone_owner, clone_app",
        )
        await postgres.execute("ALTER ROLE clone_app_aside RENAME TO clone_app")
