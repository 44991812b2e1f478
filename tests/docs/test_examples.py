from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from mcp import Client, StdioServerParameters

from clone_mcp.tools.registry import BY_NAME
from tests.docs.fences import DOCUMENTS, ROOT, RUNNABLE, Example, examples, name
from tests.support.postgres import Postgres, programs

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
IN_THE_DOCS = "/path/to/clone/.venv/bin"
MARKED = [path for path in DOCUMENTS if any(example.mark for example in examples(path))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_what_can_be_run_is_run(path: Path) -> None:
    assert [block.text for block in examples(path) if block.language in RUNNABLE and not block.mark] == []


@pytest.mark.parametrize("path", MARKED, ids=name)
def test_examples_work_in_their_order(path: Path, reader: Reader, request: pytest.FixtureRequest) -> None:
    for block in examples(path):
        if block.mark.split()[:1] in (["sql"], ["postgres"]):
            reader.use(request.getfixturevalue("own_postgres"))
        if block.mark:
            reader.follow(block)


def test_the_page_on_backups_works_without_a_named_home(tmp_path: Path, own_postgres: OwnPostgres) -> None:
    reader = Reader(tmp_path, names_home=False)
    reader.use(own_postgres)
    for block in examples(ROOT / "docs" / "howto" / "back-up.md"):
        if block.mark:
            reader.follow(block)
    reader.close()
    assert [path.name for path in (tmp_path / ".local/share/clone").glob("clone.db")] == ["clone.db"]
    assert not (tmp_path / "home").exists()


def test_no_line_on_backups_deletes_or_overwrites_by_a_variable_that_may_be_unset() -> None:
    text = (ROOT / "docs" / "howto" / "back-up.md").read_text(encoding="utf-8")
    assert re.findall(r"\brm\b.*|.*\$\{?CLONE_HOME.*", text) == []


class Reader:
    """Somebody who does what a document says, in a folder and a home of their own."""

    def __init__(self, folder: Path, *, names_home: bool = True) -> None:
        self._folder = folder
        self._port = str(_free_port())
        self._running: list[subprocess.Popen[str]] = []
        self._configured: list[dict[str, Any]] = []
        self._postgres: OwnPostgres | None = None
        unset = {name for name in os.environ if name.startswith(("CLONE_", "MCP_", "XDG_"))}
        self._environment = {name: value for name, value in os.environ.items() if name not in unset} | {
            **({"CLONE_HOME": str(folder / "home")} if names_home else {}),
            "HOME": str(folder),  # where a client that passes no settings on would have its server write
            "PATH": os.pathsep.join([str(BIN), str(programs()), os.environ["PATH"]]),
            "PYTHONUNBUFFERED": "1",  # so that stdout and stderr stay in order
        }

    def use(self, postgres: OwnPostgres) -> None:
        self._postgres = postgres

    def follow(self, block: Example) -> None:
        text = block.text.replace("8787", self._port).replace(IN_THE_DOCS, str(BIN))
        match block.mark.split():
            case ["console" | "postgres", *how]:
                self._console(self._postgres.instead(text) if self._postgres else text, fails=how == ["fails"])
            case ["background"]:
                self._background(text)
            case ["file", file]:
                (self._folder / file).write_text(text, encoding="utf-8")
            case ["python"]:
                (self._folder / "example.py").write_text(text, encoding="utf-8")
                self._console("$ python example.py\n…\n", fails=False)
            case ["client"]:
                for server in self._new(_servers(_parsed(block.language, text))):
                    home = {"CLONE_HOME": str(self._folder / "home")}
                    tools = _tools(server["command"], *server.get("args", []), **{**server.get("env", {}), **home})
                    assert tools == set(BY_NAME)
            case ["parse"]:
                assert _parsed(block.language, text)
            case ["sql"]:
                assert self._postgres is not None
                self._postgres.execute(text)
            case mark:
                raise AssertionError(f"no such mark: {mark}")

    def close(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait(timeout=30)

    def _new(self, servers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that this document has not configured before: the command is the same for most clients."""
        new = [server for server in servers if server not in self._configured]
        self._configured += new
        return new

    def _console(self, text: str, *, fails: bool) -> None:
        steps = [(command, expected) for command, _, expected in (part.partition("\n") for part in _commands(text))]
        between = uuid4().hex
        script = [
            "[ ! -f exported ] || . ./exported",
            *(f"{command}\necho {between} $?" for command, _ in steps),
            "export -p > exported",
        ]
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self._folder,
            env=self._environment,
            timeout=120,
            check=False,
        )
        printed = re.split(rf"{between} (\d+)\n", done.stdout)
        for number, (command, expected) in enumerate(steps):
            output, code = printed[2 * number], int(printed[2 * number + 1])
            assert _like(expected, output), f"$ {command}\n{output}"
            assert (code != 0) == (fails and number == len(steps) - 1), f"$ {command}\nexit code {code}"

    def _background(self, text: str) -> None:
        [command] = _commands(text)
        self._running.append(subprocess.Popen(shlex.split(command), cwd=self._folder, env=self._environment, text=True))
        until = time.monotonic() + 30
        while not _listens(int(self._port)):
            assert time.monotonic() < until, "it never listened"


class OwnPostgres:
    """The tests' Postgres, with roles and a database of this run's own instead of those that a document names."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._mark = f"_{uuid4().hex[:8]}"

    def instead(self, text: str) -> str:
        text = re.sub(r"\bclone_(owner|server|backup)\b", rf"clone_\1{self._mark}", text)
        text = re.sub(r"\bDATABASE clone\b", rf"DATABASE clone{self._mark}", text)
        return re.sub(r"postgresql://(\S+?):(\S+?)@localhost/clone\b", self._address, text)

    def _address(self, found: re.Match[str]) -> str:
        url = self._server.owner.set(
            drivername="postgresql", username=found[1], password=found[2], database=f"clone{self._mark}"
        )
        return shlex.quote(url.render_as_string(hide_password=False))

    def execute(self, text: str) -> None:
        for statement in filter(str.strip, self.instead(text).split(";")):
            try:
                asyncio.run(self._server.execute(statement))
            except asyncpg.DuplicateObjectError:
                assert "clone_app" in statement, "the other names are of this run's own"

    def drop(self) -> None:
        asyncio.run(
            self._server.execute(
                f"DROP DATABASE IF EXISTS clone{self._mark} WITH (FORCE)",
                f"DROP ROLE IF EXISTS clone_server{self._mark}",
                f"DROP ROLE IF EXISTS clone_owner{self._mark}",
                f"DROP ROLE IF EXISTS clone_backup{self._mark}",
            )
        )


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path)
    yield made
    made.close()


@pytest.fixture
def own_postgres(postgres: Postgres) -> Iterator[OwnPostgres]:
    made = OwnPostgres(postgres)
    yield made
    made.drop()


def _tools(command: str, *args: str, **env: str) -> set[str]:
    """What a client finds that starts the command."""

    async def ask() -> set[str]:
        async with Client(StdioServerParameters(command=command, args=list(args), env=env)) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    return asyncio.run(ask())


def _commands(text: str) -> list[str]:
    return [part.rstrip("\n") for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


def _like(expected: str, output: str) -> bool:
    whole_lines = re.sub(r"^…\n", "…", expected.strip() + "\n", flags=re.MULTILINE)
    pattern = ".*".join(re.escape(part) for part in whole_lines.split("…"))
    return re.fullmatch(pattern, output.strip() + "\n", re.DOTALL) is not None


def _parsed(language: str, text: str) -> Any:
    match language:
        case "json":
            return json.loads(text)
        case "python":
            return ast.parse(text)
        case _:
            return tomllib.loads(text)


def _servers(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    for key in ("mcpServers", "servers", "mcp_servers"):
        if key in configuration:
            return list(configuration[key].values())
    raise AssertionError("that is no client's configuration")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
