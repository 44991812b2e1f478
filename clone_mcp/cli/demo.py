"""`clone-mcp demo`: Clone at work on a made-up history.

The real server runs as a process of its own on a temporary database, and a real MCP client talks to it. Nothing that is
shown of an answer is prepared: it is what the server said.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any, TextIO, cast

from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.stdio import get_default_environment

from clone_mcp.errors import CloneError, Unavailable, Upstream

Reply = dict[str, Any]

HABIT = "Done. Shall I run the tests?"
DATABASE = "Which database should the integration tests use: SQLite in memory, Postgres in a container, or a mock?"
DATABASES = ["SQLite in memory", "Postgres in a container", "a mock"]
PUSH = "All tests pass. Shall I push this to main?"
PUSHES = ["yes, push it", "no, not yet"]
STEP = "The second of five steps is finished. The third is to read the prices from the new table."
NEW = "Which section of the changelog does this entry belong in?"
ANSWER = "under Changed, with a link to the issue"
OTHERWISE = "leave the tests for now, I have to catch a train"
HARMLESS, CAREFUL = 0.5, 0.8  # thresholds: a test run for nothing costs a minute, a task left half done costs more
TIMES = 3  # that she answers the new question

_TRUSTED = "`clone-mcp trust on`: she trusts what her agent says she typed. Hooks need no such word."
_EXPECT_LESS = "She repeats herself. Most of what real people type can't be foreseen: docs/explanation/calibration.md"
_ANSWER_SECONDS = 15.0
"""For a server to start and to answer, on a slow machine, too."""
_WIDTH = 88
_BAR = 20
_BOLD, _DIM, _GREEN, _YELLOW = "1", "2", "32", "33"


def run(python: str = sys.executable) -> int:
    """Show it. Raises Unavailable when the server can't be started; leaves nothing behind either way."""
    screen = Screen(sys.stdout)
    history = json.loads(resources.files("clone_mcp.cli").joinpath("demo_history.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="clone-demo-", ignore_cleanup_errors=True) as folder:
        try:
            asyncio.run(_show(screen, history, python, Path(folder)))
            _what_next(screen)
        except BrokenPipeError:  # whoever was reading has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
    return 0


class Screen:
    """Prints for people; in colour where the terminal takes it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        plain = not out.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self._colour = not plain
        self._width = min(_WIDTH, max(40, shutil.get_terminal_size((_WIDTH, 24)).columns))
        self._block = "█" if "utf" in (out.encoding or "").lower() else "#"

    def line(self, text: str = "", style: str = "") -> None:
        """One line as it is."""
        painted = f"\x1b[{style}m{text}\x1b[0m" if style and self._colour else text
        encoding = self._out.encoding or "utf-8"
        print(painted.encode(encoding, "replace").decode(encoding), file=self._out, flush=True)

    def title(self, text: str) -> None:
        """What comes next."""
        self.line()
        self.line(text, _BOLD)

    def text(self, label: str, text: str, style: str = "") -> None:
        """A labelled text, wrapped under itself."""
        margin = f"  {label:<15}"
        for line in textwrap.wrap(text, self._width, initial_indent=margin, subsequent_indent=" " * len(margin)):
            self.line(line, style)

    def bar(self, label: str, confidence: float, text: str) -> None:
        """A confidence, drawn."""
        drawn = self._block * round(confidence * _BAR)
        self.text(label, f"{confidence:.2f} {drawn or '.':<{_BAR}} {text}")


class Server:
    """A running server's tools."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __call__(self, tool: str, **arguments: Any) -> Reply:
        """Call a tool. Raises Upstream with what it says when it fails."""
        result = await self._client.call_tool(tool, arguments)
        if result.is_error or result.structured_content is None:
            raise Upstream(f"{tool} failed: {' '.join(getattr(part, 'text', '') for part in result.content)}")
        return result.structured_content


@asynccontextmanager
async def _serving(python: str, home: Path) -> AsyncGenerator[Server]:
    """The real server over stdio, on a database in `home`, knowing no setting of whoever runs the demonstration."""
    command = StdioServerParameters(
        command=python, args=["-m", "clone_mcp"], env={"CLONE_HOME": str(home)}, cwd=str(home)
    )
    log = home / "server.log"
    with log.open("w", encoding="utf-8") as errors:
        try:
            async with Client(stdio_client(command, errors), read_timeout_seconds=_ANSWER_SECONDS) as client:
                yield Server(client)
        except Exception as exc:
            cause = _innermost(exc)
            if isinstance(cause, CloneError | BrokenPipeError) or not isinstance(cause, MCPError | OSError):
                raise cause from None
            said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2].rstrip(".")
            raise Unavailable(
                f"The server that the demonstration started does not answer: {said or cause}.",
                hint="`clone-mcp doctor` says more.",
            ) from exc


async def _trust(python: str, home: Path) -> None:
    """What the person would type once."""
    command = [python, "-m", "clone_mcp", "trust", "on", "--yes"]
    told = {**get_default_environment(), "CLONE_HOME": str(home)}
    done = await asyncio.to_thread(subprocess.run, command, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Upstream(f"clone-mcp trust failed: {done.stderr.strip()}")


def _innermost(exc: Exception) -> Exception:
    """What went wrong, out of the groups that the client's tasks wrap it in."""
    if isinstance(exc, ExceptionGroup):
        return _innermost(cast("ExceptionGroup[Exception]", exc).exceptions[0])
    return exc


async def _show(screen: Screen, history: Any, python: str, home: Path) -> None:
    person, agent = history["person"], history["agent"]
    screen.title(f"Clone learns how {person} answers her agents. {person} is made up; the server is not.")
    screen.text("expect less", _EXPECT_LESS)
    async with _serving(python, home) as server:
        demo = Demonstration(screen, server, agent)
        screen.title("1  Before anything is known")
        empty = await demo.ask(HABIT)
        screen.title(f"2  {person}'s last weeks are recorded")
        await demo.record(history["sessions"])
        await _trust(python, home)
        screen.text("trusted", _TRUSTED)
        screen.title("3  The first question again: by now, a habit")
        habit = await demo.ask(HABIT)
        screen.text("so", _change(empty, habit))
        screen.title("4  A question with options")
        await demo.ask(DATABASE, k=3, options=DATABASES)
        screen.title("5  A question whose answer has consequences")
        await demo.ask(PUSH, k=2, options=PUSHES)
        screen.title(f"6  In the middle of a long task: would {person} have the agent go on?")
        await demo.ask_whether_to_go_on(STEP)
        screen.title("7  A question nobody asked before")
        new = await demo.ask(NEW)
        screen.title(f"8  {person} answers it herself, {TIMES} times in all")
        await demo.teach(new)
        screen.title("9  And once she departs from her habit")
        await demo.contradict(habit)


class Demonstration:
    """What happens on the screen, over one running server."""

    def __init__(self, screen: Screen, server: Server, agent: str) -> None:
        self._screen = screen
        self._server = server
        self._agent = {"agent": agent}
        self._detail = {"source_detail": agent}

    async def record(self, sessions: Any) -> None:
        """Replay every session through the recording tools, as a client would."""
        began, messages = time.perf_counter(), 0
        for session in sessions:
            await self._record_session(session["project"], session["opening"], session["turns"])
            messages += 1 + 2 * len(session["turns"])
        seconds = time.perf_counter() - began
        projects = " and ".join(sorted({session["project"] for session in sessions}))
        self._screen.text("recorded", f"{messages} messages in {len(sessions)} sessions on {projects}")
        self._screen.text("took", f"{seconds:.2f} s, {seconds / messages * 1000:.1f} ms a message, no model called")

    async def _record_session(self, project: str, opening: str, turns: Any) -> None:
        started = await self._server("start_session", source="integration", project=project, **self._detail)
        here = {"session_id": started["session_id"], **self._detail}
        who = {**here, **self._agent}
        if opening:
            await self._server("record_agent_prompt", prompt=opening, source="user", **who)
        for said, typed in turns:
            await self._server("record_agent_response", response=said, source="integration", **who)
            await self._server("record_agent_prompt", prompt=typed, source="user", **who)
        await self._server("stop_session", source="integration", **here)

    async def ask(self, question: str, **arguments: Any) -> Reply:
        """Ask for the person's reply, and show the question, the candidates and the decision."""
        answer = await self._predict(question, **arguments)
        self._screen.text("agent asks", f'"{question}"')
        label = "Clone guesses"
        for candidate in answer["candidates"]:
            self._screen.bar(label, candidate["calibrated_confidence"], candidate["response"])
            label = ""
        self._decision(answer)
        return answer

    async def ask_whether_to_go_on(self, said: str) -> None:
        """Ask whether the person would have the agent go on, and show the answer."""
        answer = await self._server("predict_continuation", agent_input=said, threshold=CAREFUL, **self._agent)
        self._screen.text("agent says", f'"{said}"')
        guess = "she would go on" if answer["should_continue"] else "she would stop here"
        self._screen.bar("Clone guesses", answer["calibrated_confidence"], guess)
        self._decision(answer)

    async def teach(self, first: Reply) -> None:
        """The person answers a question herself: as feedback first, then in recorded sessions."""
        self._screen.text("she types", f'"{ANSWER}"')
        await self._report(first, "rejected", ANSWER)
        after = await self._again(NEW, "asked again")
        for time_ in range(2, TIMES + 1):
            await self._record_session("harbour", "", [(NEW, ANSWER)])
            after = await self._again(NEW, f"after {time_} times")
        self._screen.text("so", _change(first, after))

    async def contradict(self, habit: Reply) -> None:
        """The person does something else than a confident guess said."""
        self._screen.text("agent asks", f'"{HABIT}"')
        self._screen.text("she types", f'"{OTHERWISE}"')
        await self._report(habit, "rejected", OTHERWISE)
        after = await self._again(HABIT, "asked again")
        self._screen.text("so", _change(habit, after))

    async def _again(self, question: str, label: str) -> Reply:
        answer = await self._predict(question)
        self._screen.bar(label, answer["calibrated_confidence"], answer["predicted_response"])
        return answer

    async def _predict(self, question: str, **arguments: Any) -> Reply:
        given = {"agent_input": question, "threshold": HARMLESS, **self._agent, **arguments}
        return await self._server("predict_next_prompt", **given)

    async def _report(self, prediction: Reply, outcome: str, actual: str) -> None:
        told = {"prediction_id": prediction["id"], "status": outcome, "actual_response": actual}
        await self._server("submit_feedback", **told)
        self._screen.text("feedback", f'{outcome}: she did not type "{prediction["predicted_response"]}"')

    def _decision(self, answer: Reply) -> None:
        """What the answer means for the agent, and why."""
        sure, threshold = answer["calibrated_confidence"], answer["threshold"]
        if answer["status"] == "auto":
            said = f"{sure:.2f} reaches {threshold:.2f}: the agent acts on it and interrupts nobody"
        elif sure < threshold:
            said = f"{sure:.2f} is below {threshold:.2f}: the agent asks the person"
        else:
            said = f"{sure:.2f} would reach {threshold:.2f}, but Clone abstains: the agent asks the person"
        self._screen.text(answer["status"], said, _GREEN if answer["status"] == "auto" else _YELLOW)
        self._screen.text("why", answer["abstained"] or answer["reasoning"], _DIM)


def _change(before: Reply, after: Reply) -> str:
    said = f"confidence {before['calibrated_confidence']:.2f} -> {after['calibrated_confidence']:.2f}"
    for field in ("predicted_response", "status"):
        was, is_now = before[field], after[field]
        said += f", still {is_now}" if was == is_now else f", {was} -> {is_now}"
    return said


def _what_next(screen: Screen) -> None:
    command = _command()
    screen.title("The database of this demonstration is gone. To connect Clone to an agent of yours:")
    screen.line(f"  Claude Code    claude mcp add --scope user clone -- {shlex.join(command)}")
    screen.line(f"  Codex          codex mcp add clone -- {shlex.join(command)}")
    screen.line("  Cursor, Claude Desktop (~/.cursor/mcp.json, claude_desktop_config.json)")
    entry = {"mcpServers": {"clone": {"command": command[0], "args": command[1:]}}}
    for line in json.dumps(entry, indent=2).splitlines():
        screen.line(f"    {line}")
    screen.text("more", "docs/quickstart.md; `clone-mcp doctor` checks the set-up")


def _command() -> Sequence[str]:
    """What starts this very installation, from wherever a client is."""
    script = Path(sys.executable).with_name("clone-mcp")
    return [str(script)] if script.exists() else [sys.executable, "-m", "clone_mcp"]
