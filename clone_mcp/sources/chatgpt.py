"""Reads ChatGPT's export: conversations as trees of messages, of which one branch is what was seen last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.lines import items, record, text
from clone_mcp.clients.turns import Log, Turn, moment
from clone_mcp.models.events import Author
from clone_mcp.sources.archive import members
from clone_mcp.sources.json_stream import objects

_LONGEST_BRANCH = 100_000


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of every conversation."""
    for member in members(path, log):
        if (member.base.startswith("conversations") and member.base.endswith(".json")) or path.suffix == ".json":
            with member.opened(log) as file:
                for _, conversation in objects(file, member.place, log) if file else ():
                    yield from _conversation(conversation, log)


def _conversation(conversation: dict[str, Any], log: Log) -> Iterator[Turn]:
    session = text(conversation.get("conversation_id")) or text(conversation.get("id"))
    begun, said = moment(conversation.get("create_time")), None
    if not session:
        log.drop("conversations without a name")
        return
    for message in _branch(conversation):
        author = _author(message, log)
        words, at = _words(message), moment(message.get("create_time")) or begun
        if author is None or not words or at is None:
            continue
        turn = Turn(session, author, words, at, text(message.get("id")))
        if author is Author.AGENT:
            said = turn
            continue
        if said:
            yield said
        said = None
        yield turn
    if said:
        yield said


def _branch(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages from the root to where the conversation stands. Other branches were edited away."""
    mapping = record(conversation.get("mapping"))
    node, found, met = text(conversation.get("current_node")), list[dict[str, Any]](), set[str]()
    while node and node not in met and len(found) < _LONGEST_BRANCH:
        met.add(node)
        held = record(mapping.get(node))
        found.append(record(held.get("message")))
        node = text(held.get("parent"))
    return found[::-1]


def _author(message: dict[str, Any], log: Log) -> Author | None:
    role, about = text(record(message.get("author")).get("role")), record(message.get("metadata"))
    if role not in ("user", "assistant"):
        return None
    if about.get("is_visually_hidden_from_conversation") or about.get("is_user_system_message"):
        log.drop("hidden messages")
        return None
    kind = text(record(message.get("content")).get("content_type"))
    if kind and kind not in ("text", "multimodal_text"):
        log.drop("hidden messages" if kind == "user_editable_context" else "code and thoughts of the model")
        return None
    return Author.PERSON if role == "user" else Author.AGENT


def _words(message: dict[str, Any]) -> str:
    parts: list[str] = []
    for part in items(record(message.get("content")).get("parts")):
        parts.append(part if isinstance(part, str) else text(record(part).get("text")))
    return "\n".join(part for part in parts if part).strip()
