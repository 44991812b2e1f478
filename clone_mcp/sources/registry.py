"""Every source of history: what it is, where it lies, how it is read, and how sure that reading is.

The reading itself is in the module of each client or service. cli/finding.py looks for the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clone_mcp.clients import aider, codex, cursor, gemini_cli, specstory, vscode
from clone_mcp.clients.claude_code import history as claude_code
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log, Turn
from clone_mcp.models import events
from clone_mcp.sources import discord, imessage, signal_export, slack, telegram, whatsapp
from clone_mcp.sources.assistants import chatgpt, claude_ai

Read = Callable[[Path, Log, str], Iterator[Turn]]


class Sure(StrEnum):
    """How the reading of a format is known to be right."""

    SEEN = "seen"
    """After files that the program itself wrote."""
    DESCRIBED = "described"
    """After descriptions by its maker or others. A version may differ."""


@dataclass(frozen=True, slots=True)
class Source:
    """Somewhere a person's history can come from."""

    name: str
    title: str
    what: str
    where: str
    sure: Sure
    read: Read
    """The turns of one file or export. The text is the person's own name there, where that can't be told."""
    locate: Callable[[Machine], Iterator[Path]]
    """Its files on this machine."""
    within: Callable[[Path], Iterator[Path]]
    """Its files in a folder that the person names."""
    via: events.Source = events.Source.DESKTOP
    names: Callable[[Path, Log], Counter[str]] | None = None
    """Who speaks, where the person has to say which of them they are."""
    exact: bool = True
    """Whether turns come with the times at which they were taken. Else the same words at any time of a day are one."""
    to_people: bool = False
    """Messages to people: they tell of style and habits, not of how agents are answered."""
    in_projects: bool = False
    """Whether its files lie inside project folders, where a clone of somebody else's repository may bring them."""
    keeps_in: tuple[str, ...] = ()
    """The folders in a client's own that hold its files. Outside its usual place anybody can have written them."""


def _own(read: Callable[[Path, Log], Iterator[Turn]]) -> Read:
    return lambda path, log, _me: read(path, log)


def _nowhere(_machine: Machine) -> Iterator[Path]:
    return iter(())


def _whole(path: Path) -> Iterator[Path]:
    yield path


_CLI = events.Source.CLI

CLIENTS = (
    Source(
        "claude-code", "Claude Code", "transcripts and the list of prompts",
        "~/.claude/projects, ~/.claude/history.jsonl",
        Sure.SEEN, _own(claude_code.read), claude_code.history, claude_code.within, _CLI,
        keeps_in=("projects",),
    ),
    Source(
        "codex", "Codex", "rollouts and the list of prompts", "~/.codex/sessions, ~/.codex/history.jsonl",
        Sure.SEEN, _own(codex.read), codex.history, codex.within, _CLI,
        keeps_in=("sessions", "archived_sessions"),
    ),
    Source(
        "cursor", "Cursor", "conversations in its databases and transcripts",
        "User/globalStorage/state.vscdb, User/workspaceStorage, ~/.cursor/projects",
        Sure.DESCRIBED, _own(cursor.read), cursor.history, cursor.within,
        keeps_in=("globalStorage", "workspaceStorage", "projects"),
    ),
    Source(
        "gemini-cli", "Gemini CLI", "sessions", "~/.gemini/tmp/*/chats",
        Sure.SEEN, _own(gemini_cli.read), gemini_cli.history, gemini_cli.within, _CLI,
        keeps_in=("tmp",),
    ),
    Source(
        "vscode", "Copilot in VS Code", "chats", "User/workspaceStorage/*/chatSessions",
        Sure.DESCRIBED, _own(vscode.read), vscode.history, vscode.within,
        keeps_in=("globalStorage", "workspaceStorage"),
    ),
    Source(
        "aider", "Aider", "chats", ".aider.chat.history.md in repositories below the home",
        Sure.DESCRIBED, _own(aider.read), aider.history, aider.within, _CLI,
        in_projects=True,
    ),
    Source(
        "specstory", "SpecStory", "conversations of other clients, as Markdown", ".specstory/history in projects",
        Sure.DESCRIBED, _own(specstory.read), specstory.history, specstory.within, exact=False,
        in_projects=True,
    ),
)  # fmt: skip
EXPORTS = (
    Source(
        "chatgpt", "ChatGPT", "the export", "the zip you are mailed, or its conversations.json",
        Sure.DESCRIBED, _own(chatgpt), _nowhere, _whole,
    ),
    Source(
        "claude-ai", "Claude.ai", "the export", "the zip you are mailed, or its conversations.json",
        Sure.DESCRIBED, _own(claude_ai), _nowhere, _whole,
    ),
)  # fmt: skip
MESSAGES = (
    Source(
        "whatsapp", "WhatsApp", "a chat's export, without media", "the zip or text that “Export chat” makes",
        Sure.DESCRIBED, whatsapp.read, _nowhere, _whole, events.Source.INTEGRATION, whatsapp.names, to_people=True,
    ),
    Source(
        "telegram", "Telegram", "the export of Telegram Desktop, as JSON", "its result.json",
        Sure.DESCRIBED, telegram.read, _nowhere, _whole, events.Source.INTEGRATION, telegram.names, to_people=True,
    ),
    Source(
        "discord", "Discord", "its data package, or JSON by DiscordChatExporter", "the zip, the folder or the file",
        Sure.DESCRIBED, discord.read, _nowhere, _whole, events.Source.INTEGRATION, discord.names, to_people=True,
    ),
    Source(
        "slack", "Slack", "a workspace's export", "the zip or the folder",
        Sure.DESCRIBED, slack.read, _nowhere, _whole, events.Source.INTEGRATION, slack.names, to_people=True,
    ),
    Source(
        "imessage", "Messages on a Mac", "its database", "~/Library/Messages/chat.db (needs Full Disk Access)",
        Sure.DESCRIBED, _own(imessage.read), imessage.databases, _whole, events.Source.INTEGRATION, to_people=True,
    ),
    Source(
        "signal", "Signal", "what the tool signal-export wrote", "its folder",
        Sure.DESCRIBED, signal_export.read, _nowhere, _whole, events.Source.INTEGRATION, to_people=True,
    ),
)  # fmt: skip

SOURCES = (*CLIENTS, *EXPORTS, *MESSAGES)
BY_NAME = {source.name: source for source in SOURCES}
