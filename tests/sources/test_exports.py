"""Exports of chat services and of messengers, as files, folders and zips."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clients.turns import Log, lines
from clone_mcp.sources import discord, imessage, signal_export, slack, telegram, whatsapp
from clone_mcp.sources.archive import Member
from clone_mcp.sources.assistants import chatgpt, claude_ai
from clone_mcp.sources.recognise import recognised
from tests.sources.reading import of, said, written

WHEN = 1793527200


def zipped(path: Path, files: Mapping[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def node(name: str, parent: str | None, role: str, words: Any, **metadata: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": words if isinstance(words, list) else [words]}
    message = {"id": name, "author": {"role": role}, "create_time": WHEN, "content": content, "metadata": metadata}
    return {"id": name, "parent": parent, "message": message}


def test_chatgpt_keeps_the_branch_that_was_seen_last(tmp_path: Path) -> None:
    nodes = [
        {"id": "root", "parent": None, "message": None},
        node("hidden", "root", "user", "my profile", is_visually_hidden_from_conversation=True),
        node("n1", "hidden", "user", [{"asset_pointer": "file"}, "plan a trip"]),
        node("n2", "n1", "assistant", "To where?"),
        node("edited", "n2", "user", "to Rome"),
        node("n3", "n2", "user", "to Oslo"),
        node("tool", "n3", "tool", "found"),
    ]
    nodes[2]["message"]["content"]["content_type"] = "multimodal_text"
    about = {**node("about", "tool", "user", "I am a nurse")}
    about["message"]["content"]["content_type"] = "user_editable_context"
    conversation = {
        "conversation_id": "c1",
        "create_time": WHEN,
        "current_node": "about",
        "mapping": {each["id"]: each for each in [*nodes, about]},
    }
    loop = {"id": "c2", "current_node": "x", "mapping": {"x": {"id": "x", "parent": "x", "message": None}}}
    files = {"conversations.json": [conversation, loop], "user.json": {}, "message_feedback.json": []}
    path = zipped(tmp_path / "export.zip", files)
    turns, log = of(chatgpt, path)
    assert said(turns) == [("person", "plan a trip"), ("agent", "To where?"), ("person", "to Oslo")]
    assert {turn.session for turn in turns} == {"c1"}
    assert log.dropped["hidden messages"] == 2
    assert recognised(path).name == "chatgpt"


def test_claude_ai_follows_the_leaf(tmp_path: Path) -> None:
    def message(name: str, parent: str, sender: str, words: str) -> dict[str, Any]:
        content = [{"type": "text", "text": words}, {"type": "tool_result", "text": "x"}]
        own = {"uuid": name, "parent_message_uuid": parent, "sender": sender, "created_at": "2026-11-01T10:00:00Z"}
        return {**own, "text": words, "content": content, "attachments": [{"extracted_content": "a file"}]}

    messages = [
        message("m1", "00000000-0000-4000-8000-000000000000", "human", "plan a trip"),
        message("m2", "m1", "assistant", "To where?"),
        message("m3", "m2", "human", "to Rome"),
        message("m4", "m2", "human", "to Oslo"),
    ]
    conversation = {"uuid": "c1", "project_uuid": "p1", "current_leaf_message_uuid": "m4", "chat_messages": messages}
    path = written(tmp_path / "conversations.json", [conversation])
    turns, _ = of(claude_ai, path)
    assert said(turns) == [("person", "plan a trip"), ("agent", "To where?"), ("person", "to Oslo")]
    assert {(turn.session, turn.project) for turn in turns} == {("c1", "p1")}
    assert recognised(path).name == "claude-ai"


ANDROID = """\
12/31/26, 9:05 PM - Messages and calls are end-to-end encrypted.
12/31/26, 9:05\u202fPM - Ann: happy new year?
12/31/26, 9:06 PM - Me Myself: not yet!
wait a bit <This message was edited>
1/1/27, 12:01 AM - Me Myself: <Media omitted>
1/1/27, 12:02 AM - Me Myself: now
"""
IOS = """\
[31.12.26, 21:05:11] Ann: \u200ehappy new year?
\u200e[31.12.26, 21:06:12] Me Myself: not yet!
wait a bit
[01.01.27, 00:01:00] Me Myself: \u200eimage omitted
[01.01.27, 00:02:00] Me Myself: now
"""


@pytest.mark.parametrize(("name", "text"), [("WhatsApp Chat with Ann.txt", ANDROID), ("_chat.txt", IOS)])
def test_whatsapp_dates_are_read_as_their_owner_writes_them(tmp_path: Path, name: str, text: str) -> None:
    path = zipped(tmp_path / "WhatsApp Chat - Ann.zip", {name: text, "photo.jpg": b"\xff"})
    assert recognised(path).name == "whatsapp"
    assert whatsapp.names(path, Log()) == {"Me Myself": 3, "Ann": 1}
    turns, log = of(whatsapp.read, path, "me myself")
    assert said(turns) == [("person", "not yet!\nwait a bit"), ("person", "now")]
    assert [turn.at.astimezone().strftime("%Y-%m-%d %H:%M") for turn in turns] == [
        "2026-12-31 21:06",
        "2027-01-01 00:02",
    ]
    assert len({turn.session for turn in turns}) == 2
    assert log.dropped == {"messages of others": 1, "messages without words": 1}


def test_whatsapp_order_of_day_and_month_shows_over_a_whole_file(tmp_path: Path) -> None:
    days = [(1, 9), (2, 9), (1, 10), (3, 10), (2, 11)]
    text = "".join(f"[{day:02}/{month:02}/26, 10:00:00] Me: day {day}\n" for day, month in days)
    turns, _ = of(whatsapp.read, written(tmp_path / "_chat.txt", text), "Me")
    assert [turn.at.astimezone().month for turn in turns] == [9, 9, 10, 10, 11]


def chat(number: int, *messages: dict[str, Any]) -> dict[str, Any]:
    base = {"type": "message", "date": "2026-11-01T10:00:00", "date_unixtime": str(WHEN)}
    return {
        "name": 'Ann "messages": [',
        "type": "personal_chat",
        "id": number,
        "messages": [{"id": place, **base, **each} for place, each in enumerate(messages)],
    }


def test_telegram_says_whose_export_it_is(tmp_path: Path) -> None:
    mine = {"from": "Me", "from_id": "user7"}
    messages = [
        {**mine, "text": ["see ", {"type": "link", "text": "https://example.org"}]},
        {"from": "Ann", "from_id": "user8", "text": "hi"},
        {**mine, "text": "not mine", "forwarded_from": "Ann"},
        {"type": "service", "action": "joined"},
    ]
    chats = {"list": [chat(1, *messages), chat(2, {**mine, "text": "later"})]}
    path = written(tmp_path / "result.json", {"personal_information": {"user_id": 7}, "chats": chats})
    turns, log = of(telegram.read, path, "")
    assert said(turns) == [("person", "see https://example.org"), ("person", "later")]
    assert len({turn.session for turn in turns}) == 2
    assert log.dropped == {"messages of others": 1, "forwarded messages": 1, "notes of the client": 1}
    assert (telegram.names(path, Log()), recognised(path).name) == ({}, "telegram")
    alone = written(tmp_path / "one.json", chat(1, *messages))
    assert telegram.names(alone, Log()) == {"Me": 2, "Ann": 1, "": 1}
    assert said(of(telegram.read, alone, "me")[0]) == [("person", "see https://example.org")]


def test_discord_comes_as_a_package_or_by_channel(tmp_path: Path) -> None:
    own = [{"ID": 1, "Timestamp": "2026-11-01 10:00:00", "Contents": "hello"}]
    package = zipped(tmp_path / "package.zip", {"messages/c12/messages.json": own, "messages/index.json": {}})
    assert said(of(discord.read, package, "")[0]) == [("person", "hello")]
    assert (discord.names(package, Log()), recognised(package).name) == ({}, "discord")
    messages = [
        {"id": "1", "type": "Default", "timestamp": "2026-11-01T10:00:00+00:00", "content": words, "author": author}
        for words, author in (
            ("hello", {"id": "7", "name": "me", "isBot": False}),
            ("hi", {"id": "8", "name": "ann"}),
            ("beep", {"id": "9", "name": "me", "isBot": True}),
        )
    ]
    channel = written(tmp_path / "channel.json", {"guild": {"id": "1"}, "channel": {}, "messages": messages})
    turns, log = of(discord.read, channel, "me")
    assert (said(turns), log.dropped) == ([("person", "hello")], {"messages of others": 1, "notes of the client": 1})
    assert recognised(channel).name == "discord"


def test_slack_knows_its_people_by_many_names(tmp_path: Path) -> None:
    day = [
        {"type": "message", "user": "U1", "text": "hello", "ts": f"{WHEN}.000100"},
        {"type": "message", "user": "U2", "text": "hi", "ts": f"{WHEN}.000200"},
        {"type": "message", "user": "U1", "subtype": "channel_join", "text": "joined", "ts": f"{WHEN}.000300"},
        {"type": "message", "user": "U1", "bot_id": "B1", "text": "beep", "ts": f"{WHEN}.000400"},
    ]
    users = [{"id": "U1", "name": "me", "profile": {"email": "me@example.org"}}, {"id": "U2", "name": "ann"}]
    files = {"users.json": users, "channels.json": [], "general/2026-11-01.json": day, "../../etc/x.json": day}
    path = zipped(tmp_path / "slack.zip", files)
    turns, log = of(slack.read, path, "ME@example.org")
    assert said(turns) == [("person", "hello")] * 2
    assert log.dropped == {"messages of others": 2, "notes of the client": 4}
    assert slack.names(path, Log()) == {"me": 6, "ann": 2}
    assert recognised(path).name == "slack"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["slack.zip"]


def test_imessage_takes_what_was_sent(tmp_path: Path) -> None:
    packed = b"\x04\x0bstreamtyped\x84\x84\x08NSString\x01\x94\x84\x01+\x81\x05\x01" + b"n" * 261 + b"\x86"
    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE message (guid, text, attributedBody, date, is_from_me, associated_message_type);"
            "CREATE TABLE chat (guid); CREATE TABLE chat_message_join (chat_id, message_id);"
        )
        nanoseconds = 783_000_000 * 10**9
        database.executemany(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("1", "hello", None, nanoseconds, 1, 0),
                ("2", "hi", None, nanoseconds, 0, 0),
                ("3", "Liked “hi”", None, nanoseconds, 1, 2001),
                ("4", None, packed, nanoseconds, 1, None),
                ("5", "\ufffc", None, nanoseconds, 1, 0),
            ],
        )
    database.close()
    turns, _ = of(imessage.read, path)
    assert said(turns) == [("person", "hello"), ("person", "n" * 261)]
    assert turns[0].at.year == 2025
    assert recognised(path).name == "imessage"


def test_signal_is_read_from_what_signal_export_wrote(tmp_path: Path) -> None:
    sent = [{"date": "2026-11-01 10:00:00", "sender": who, "body": f"hello from {who}"} for who in ("Me", "Ann")]
    written(tmp_path / "Ann" / "data.json", "\n".join(map(json.dumps, sent)))
    written(tmp_path / "Ann" / "chat.md", "[2026-11-01, 10:00] Me: said again\n")
    written(tmp_path / "Bob" / "chat.md", "[2026-11-01, 10:00] Me: one\ntwo\n\n[2026-11-01, 10:01] Bob: three\n")
    turns, log = of(signal_export.read, tmp_path, "")
    assert said(turns) == [("person", "hello from Me"), ("person", "one\ntwo")]
    assert log.dropped == {"messages of others": 2}
    assert recognised(tmp_path).name == "signal"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("conversations.json", "w") as member:
            member.write(b"[" + b" " * 80_000_000)
        archive.writestr("conversations-2.json", "[]")
    turns, log = of(chatgpt, tmp_path / "bomb.zip")
    assert turns == []
    assert log.places == [f"{tmp_path / 'bomb.zip'}!conversations.json:0: packed far denser than text can be"]
    assert log.bytes_read < 1_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('[{"id": "c1"}, {"id": ', "ends in the middle"),
        ("{}", "not a list"),
        ('[{"id": "c1"} nonsense', "ends in the middle"),
    ],
)
def test_what_is_no_export_ends_early_with_a_note(tmp_path: Path, text: str, why: str) -> None:
    path = written(tmp_path / "conversations.json", text)
    turns, log = of(chatgpt, path)
    assert turns == []
    assert [place.rpartition(": ")[2] for place in log.places] == [why]


def test_objects_are_read_one_at_a_time_wherever_the_file_is_cut() -> None:
    objects = [{"n": number, "text": "…" * (number * 40_000)} for number in range(8)]
    text = json.dumps({"a": 1, "items": objects, "more": {"items": []}}, ensure_ascii=False).encode()
    found = [each for _, each in Member("x", "x", lambda: io.BytesIO(text)).objects(Log(), key="items")]
    assert found == objects


def test_a_line_without_end_is_passed_over() -> None:
    log = Log()
    found = list(lines(io.BytesIO(b"short\n" + b"x" * 5_000_000 + b"\nlast\n"), "x", log, longest=1_000))
    assert found == [(1, b"short\n"), (3, b"last\n")]
    assert log.places == ["x:2: longer than 1,000 bytes"]
