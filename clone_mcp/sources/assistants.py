"""Reads the exports of AI assistants, ChatGPT and Claude.ai: conversations as trees of messages.

Only the branch that the person saw last is taken, and of several answers in a row the last one. How the files of an
export are opened is in archive.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, Turn, items, moment, record, spoken, text
from clone_mcp.models.events import Author
from clone_mcp.sources.archive import members


def chatgpt(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of every conversation in ChatGPT's export."""
    for conversation in _conversations(path, log):
        session = text(conversation.get("conversation_id")) or text(conversation.get("id"))
        if session:
            yield from _answered(_of_chatgpt(session, conversation, log))
        else:
            log.drop("conversations without a name")


def claude_ai(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of every conversation in Claude.ai's export."""
    for conversation in _conversations(path, log):
        session = text(conversation.get("uuid"))
        if session:
            yield from _answered(_of_claude_ai(session, conversation))
        else:
            log.drop("conversations without a name")


def _conversations(path: Path, log: Log) -> Iterator[dict[str, Any]]:
    for member in members(path, log):
        if (member.base.startswith("conversations") and member.base.endswith(".json")) or path.suffix == ".json":
            for _, conversation in member.objects(log):
                yield conversation


def _answered(turns: Iterable[Turn]) -> Iterator[Turn]:
    """Of what the assistant said in a row only the last, which is what the person answers."""
    said: Turn | None = None
    for turn in turns:
        if turn.author is Author.AGENT:
            said = turn
            continue
        if said:
            yield said
        said = None
        yield turn
    if said:
        yield said


def _branch(leaf: str, nodes: Mapping[str, Any], parent: str) -> list[dict[str, Any]]:
    """The nodes from the root to the leaf. Other branches were edited away."""
    found, met = list[dict[str, Any]](), set[str]()
    while leaf in nodes and leaf not in met:
        met.add(leaf)
        found.append(record(nodes[leaf]))
        leaf = text(found[-1].get(parent))
    return found[::-1]


def _of_chatgpt(session: str, conversation: dict[str, Any], log: Log) -> Iterator[Turn]:
    begun = moment(conversation.get("create_time"))
    for node in _branch(text(conversation.get("current_node")), record(conversation.get("mapping")), "parent"):
        message = record(node.get("message"))
        author, words = _author(message, log), _words(message)
        at = moment(message.get("create_time")) or begun
        if author and words and at:
            yield Turn(session, author, words, at, text(message.get("id")))


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
    parts = items(record(message.get("content")).get("parts"))
    texts = (part if isinstance(part, str) else text(record(part).get("text")) for part in parts)
    return "\n".join(filter(None, texts)).strip()


def _of_claude_ai(session: str, conversation: dict[str, Any]) -> Iterator[Turn]:
    project = text(conversation.get("project_uuid")) or None
    for message in _seen_last(conversation):
        author = {"human": Author.PERSON, "assistant": Author.AGENT}.get(text(message.get("sender")))
        at = moment(message.get("created_at"))
        # Attachments stand apart from the text, so what is left was typed.
        words = (spoken(message.get("content"), kinds=("text",)) or text(message.get("text"))).strip()
        if author and words and at:
            yield Turn(session, author, words, at, text(message.get("uuid")), project)


def _seen_last(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages that lead to the leaf. Without a leaf, all of them: that is how older exports come."""
    listed = [record(message) for message in items(conversation.get("chat_messages"))]
    by_name = {text(message.get("uuid")): message for message in listed}
    leaf = text(conversation.get("current_leaf_message_uuid"))
    return _branch(leaf, by_name, "parent_message_uuid") if leaf in by_name else listed
