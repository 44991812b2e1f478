from __future__ import annotations

import inspect
import re
import subprocess
import sys
from typing import get_args

from pydantic import BaseModel

from clone_mcp.cli.parser import parser
from clone_mcp.language import wording
from clone_mcp.models import events
from clone_mcp.ports.language_model import Unusable
from clone_mcp.recording import ingest
from clone_mcp.settings import FOREIGN, FOREIGN_PREFIXES, variables
from clone_mcp.tools.registry import TOOLS
from clone_mcp.transports.http import server as http
from clone_mcp.wire.errors import STATUS
from tests.docs.fences import DOCUMENTS, ROOT

MISSPELT = {"CLONE_PROT"}  # an example of a mistake


def test_generated_pages_say_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_tool_is_in_the_docs() -> None:
    page = _page("tools.md")
    assert [tool.name for tool in TOOLS if f"\n## {tool.name}\n" not in page] == []
    assert [tool.name for tool in TOOLS if tool.name not in (ROOT / "README.md").read_text(encoding="utf-8")] == []


def test_every_setting_is_in_the_docs() -> None:
    assert [name for name in variables() if f"| `{name}` |" not in _page("settings.md")] == []


def test_every_setting_in_the_docs_exists() -> None:
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"\b(?:CLONE|MCP)_[A-Z][A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
        if not name.startswith(FOREIGN_PREFIXES)
    }
    foreign = {*FOREIGN, *(prefix.rstrip("_") for prefix in FOREIGN_PREFIXES)}
    assert named - set(variables()) - foreign == MISSPELT


def test_every_kind_of_error_is_in_the_docs() -> None:
    assert [kind.code for kind in (*STATUS, Unusable) if f"| `{kind.code}` |" not in _page("errors.md")] == []


def test_every_command_is_in_the_docs() -> None:
    commands = re.findall(r"\{([\w,]+)\}|^    (\w+) ", parser().format_help(), re.MULTILINE)
    names = {name for group in commands for part in group for name in part.split(",") if name}
    assert {"serve", "doctor", "keys", "db"} <= names
    assert [name for name in names if f"\n## clone-mcp {name}" not in _page("cli.md")] == []


def test_every_event_and_every_field_is_in_the_docs() -> None:
    page = _page("events.md")
    variants = get_args(get_args(events.CloneEvent)[0])
    models: list[type[BaseModel]] = [events.BaseEvent, events.Modifiers, *variants]
    fields = {field for model in models for field in model.model_fields}
    types = {get_args(variant.model_fields["type"].annotation)[0] for variant in variants}
    assert len(types) == 9
    assert [name for name in types | fields | set(events.Source) | set(events.Author) if f"`{name}`" not in page] == []


def test_limits_in_the_docs_are_those_of_the_code() -> None:
    assert f"1 to {ingest.MAX_BATCH:,};" in _page("events.md")
    assert ingest.MAX_TEXT == 1024**2
    assert "| text in one event | 1 MiB |" in _page("events.md")
    assert f"| {wording.PASTED:,} characters;" in _page("events.md")
    assert f"| {wording.PHRASE:,} characters;" in _page("events.md")
    assert f"({http.MAX_BODY:,} bytes)" in _page("http.md")


def test_every_http_path_is_in_the_docs() -> None:
    paths = re.findall(r'Route\("([^"]+)"', inspect.getsource(http))
    assert "/mcp" in paths
    assert [path for path in paths if f"`{path}`" not in _page("http.md")] == []


def _page(name: str) -> str:
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
