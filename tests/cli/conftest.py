from __future__ import annotations

import pytest

from clone_mcp.cli import run
from clone_mcp.settings import Settings
from tests.support.command import Command, Ran
from tests.support.stdio import environment


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `clone-mcp` with arguments, on the database at hand."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)

    def ran(*arguments: str) -> Ran:
        try:
            code = run(arguments)
        except SystemExit as exc:  # argparse's way out
            code = int(exc.code or 0)
        return Ran(code, *capsys.readouterr())

    return ran
