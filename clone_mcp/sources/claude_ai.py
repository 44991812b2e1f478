"""Reads Claude.ai's export: conversations whose messages name what they follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.lines import items, record, spoken, text
from clone_mcp.clients.turns import Log, Turn, moment
from clone_mcp.models.events import Author
from clone_mcp.sources.archive import members
from clone_mcp.sources.json_stream import objects

_ROOT = "00000000-0000-4000-8000-000000000000"


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of every conversation."""
    for member in members(path, log):
        if (member.base.startswith("conversations") and member.base.endswith(".json")) or path.suffix == ".json":
            with member.opened(log) as file:
                for _, conversation in objects(file, member.place, log) if file else ():
                    yield from _conversation(conversation, log)


def _conversation(conversation: dict[str, Any], log: Log) -> Iterator[Turn]:
    session, project, said = text(conversation.get("uuid")), text(conversation.get("project_uuid")) or None, None
    if not session:
        log.drop("conversations without a name")
        return
    for message in _branch(conversation):
        at, words = moment(message.get("created_at")), _words(message)
        if at is None or not words:
            continue
        if message.get("sender") == "human":
            if said:
                yield said
            said = None
            yield Turn(session, Author.PERSON, words, at, text(message.get("uuid")), project)
        elif message.get("sender") == "assistant":
            said = Turn(session, Author.AGENT, words, at, text(message.get("uuid")), project)
    if said:
        yield said


def _words(message: dict[str, Any]) -> str:
    """Attachments stand apart from the text, so what is left was typed."""
    return (spoken(message.get("content"), kinds=("text",)) or text(message.get("text"))).strip()


def _branch(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages that lead to the leaf. Without a leaf, all of them: that is how older exports come."""
    listed = [record(message) for message in items(conversation.get("chat_messages"))]
    by_name = {text(message.get("uuid")): message for message in listed}
    node, found, met = text(conversation.get("current_leaf_message_uuid")), list[dict[str, Any]](), set[str]()
    if node not in by_name:
        return listed
    while node in by_name and node not in met and node != _ROOT:
        met.add(node)
        found.append(by_name[node])
        node = text(by_name[node].get("parent_message_uuid"))
    return found[::-1]
