"""The protocol's own conformance suite, as far as it asks for no tools of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.node import node, package

HANDSHAKE, MODERN = "0.1.16", "0.2.0-alpha.12"

SCENARIOS = [
    *(
        (HANDSHAKE, name)
        for name in (
            "server-initialize",
            "ping",
            "tools-list",
            "resources-list",
            "prompts-list",
            "dns-rebinding-protection",
        )
    ),
    *(
        (MODERN, name)
        for name in (
            "server-stateless",
            "tools-list",
            "resources-list",
            "prompts-list",
            "caching",
            "http-header-validation",
            "dns-rebinding-protection",
            "sep-2164-resource-not-found",
            "input-required-result-missing-input-response",
            "input-required-result-unsupported-methods",
            "input-required-result-ignore-extra-params",
            "input-required-result-validate-input",
        )
    ),
]

UNTESTABLE = {
    "sep-2575-server-rejects-undeclared-capability",
    "sep-2575-missing-capability-http-400",
    "sep-2575-http-server-no-independent-requests-on-stream",
    "sep-2575-server-no-log-without-loglevel",
}
"""Checks that need a diagnostic tool on the server and fail without one. A server of ours has none."""


@pytest.fixture(scope="session")
def suites() -> dict[str, Path]:
    name, otherwise = "@modelcontextprotocol/conformance", "conformance went unchecked"
    return {version: package(name, version, "dist/index.js", otherwise=otherwise) for version in (HANDSHAKE, MODERN)}


def test_the_generic_scenarios_pass(
    suites: dict[str, Path], address: str, home: dict[str, str], tmp_path: Path
) -> None:
    failures: dict[str, list[str]] = {}
    for version, scenario in SCENARIOS:
        results = tmp_path / version / scenario
        era = ("--spec-version", "2026-07-28") if version == MODERN else ()
        asked = ("server", "--url", address, "--scenario", scenario, "--output-dir", results, *era)
        run = node(suites[version], *asked, env=home)
        checks = [check for file in results.rglob("checks.json") for check in json.loads(file.read_text())]
        assert checks, f"{scenario} of {version} did not run: {run.stdout}{run.stderr}"
        failed = [
            f"{check['id']}: {check.get('errorMessage') or check['description']}"
            for check in checks
            if check["status"] == "FAILURE" and check["id"] not in UNTESTABLE
        ]
        if failed:
            failures[f"{scenario} of {version}"] = failed
    assert failures == {}
