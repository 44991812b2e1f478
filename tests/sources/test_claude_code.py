from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.clients.claude_code.history import history, read
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log
from tests.sources.reading import jsonl, of, said

COMMON = {"sessionId": "s1", "cwd": "/work/shop", "isSidechain": False, "entrypoint": "cli"}


def at(minute: int) -> str:
    return f"2026-11-01T10:{minute:02}:00.000Z"


def typed(words: Any, minute: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "type": "user",
        "uuid": f"u{minute}",
        "promptId": f"p{minute}",
        "promptSource": "typed",
        "timestamp": at(minute),
        "message": {"role": "user", "content": words},
        **COMMON,
        **more,
    }


def answered(*blocks: dict[str, Any], minute: int = 1, message: str = "", **more: Any) -> dict[str, Any]:
    content = {"id": message or f"m{minute}", "role": "assistant", "content": list(blocks)}
    return {"type": "assistant", "uuid": f"a{minute}", "timestamp": at(minute), "message": content, **COMMON, **more}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def used(call: str, result: Any, minute: int, **more: Any) -> dict[str, Any]:
    """What a tool gave back, as a record of its own."""
    block = {"type": "tool_result", "tool_use_id": call, "content": "…"}
    return typed([block], minute, promptId="p0", toolUseResult=result, **more)


def test_each_prompt_stands_between_the_agents_last_words(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            typed("rename the function", 0),
            answered(text("I will look first."), minute=1, message="m1"),
            answered({"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}, message="m1"),
            used("toolu_1", {"stdout": "x"}, 2),
            answered(text("Renamed."), minute=3, message="m3"),
            answered(text("Shall I run the tests?"), minute=3, message="m3"),
            typed("yes <system-reminder>be brief</system-reminder>", 4, promptSource="queued"),
            answered(text("They pass."), minute=5),
        ],
    )
    turns, log = of(read, path)
    assert said(turns) == [
        ("person", "rename the function"),
        ("agent", "Renamed.\n\nShall I run the tests?"),
        ("person", "yes"),
        ("agent", "They pass."),
    ]
    assert [turn.own_id for turn in turns] == ["p0", "p0", "p4", "p4"]
    assert {(turn.session, turn.project) for turn in turns} == {("s1", "/work/shop")}
    assert (log.dropped, log.malformed) == ({"tool results": 1}, 0)


def test_what_no_person_typed_is_left_out_with_a_reason(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            typed("from an SDK", 1, promptSource="sdk"),
            typed("of a program, in an older version", 2, promptSource=None, entrypoint="sdk-py"),
            typed("by another origin", 3, origin={"kind": "task-notification"}),
            typed("to a sub-agent", 4, isSidechain=True),
            typed("what was said so far", 5, isCompactSummary=True),
            typed("a note", 6, isMeta=True),
            typed("<command-name>/clear</command-name>", 7),
            typed("<local-command-stdout>done</local-command-stdout>", 8),
            typed("<task-notification>x</task-notification>", 9),
            typed("[Request interrupted by user]", 10),
            answered(text("API Error: overloaded"), minute=11, isApiErrorMessage=True),
            answered(text("of a sub-agent"), minute=12, isSidechain=True),
            {"type": "api-request-blob", "message": {"role": "user", "content": "said again"}},
            {"type": "last-prompt", "lastPrompt": "said again"},
            typed("mine", 13, promptSource=None),
        ],
    )
    turns, log = of(read, path)
    assert said(turns) == [("person", "mine")]
    assert log.dropped == {
        "prompts of programs": 3,
        "turns of sub-agents": 2,
        "summaries": 1,
        "notes of the client": 1,
        "commands and notes of the client": 4,
    }


def test_what_a_client_adds_to_a_prompt_is_taken_away(tmp_path: Path) -> None:
    words = "<ide_selection>x = 1</ide_selection>rename <system-reminder>a</system-reminder>it"
    hostile = "<system-reminder>" * 20_000 + "still mine"
    turns, _ = of(read, jsonl(tmp_path / "s1.jsonl", [typed(words, 0), typed(hostile, 1)]))
    assert [turn.text for turn in turns] == ["rename it", hostile]


def test_a_suggestion_that_was_taken_is_clones(tmp_path: Path) -> None:
    turns, _ = of(read, jsonl(tmp_path / "s1.jsonl", [typed("run the tests", promptSource="suggestion_accepted")]))
    assert said(turns) == [("clone", "run the tests")]


def test_an_agent_that_is_sent_back_speaks_under_the_same_prompt(tmp_path: Path) -> None:
    stop = {"type": "system", "subtype": "stop_hook_summary", "hookAdditionalContext": ["go on"], **COMMON}
    feedback = typed("Stop hook feedback:\ngo on", 4, isMeta=True, promptId="p0")
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            typed("do it", 0),
            answered(text("First half done. Go on?"), minute=1),
            stop,
            answered(text("Second half done. Go on?"), minute=3),
            stop,
            feedback,
            answered(text("All done."), minute=5),
        ],
    )
    turns, _ = of(read, path)
    assert [(turn.own_id, turn.text) for turn in turns[1:]] == [
        ("p0", "First half done. Go on?"),
        ("p0#1", "Second half done. Go on?"),
        ("p0#2", "All done."),
    ]


def test_choices_are_the_persons_when_the_person_chose(tmp_path: Path) -> None:
    question = {"question": "Which database?", "options": [{"label": "SQLite"}, {"label": "Postgres"}]}
    result = {"questions": [question], "answers": {"Which database?": "Postgres"}}
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            used("toolu_1", result, 1, permissionDecision={"decision": "accept", "source": "user_temporary"}),
            used("toolu_2", result, 2, permissionDecision={"decision": "accept", "source": "hook"}),
            used("toolu_3", result, 3, permissionDecision={"decision": "accept", "source": "timeout"}),
        ],
    )
    turns, log = of(read, path)
    asked = ("agent", "Which database?\n( ) SQLite\n( ) Postgres")
    assert said(turns) == [asked, ("person", "Postgres"), asked, ("clone", "Postgres")]
    assert [turn.own_id for turn in turns] == ["toolu_1:0", "toolu_1:0", "toolu_2:0", "toolu_2:0"]
    assert log.dropped == {"answers nobody typed": 1}


def test_permissions_are_told_when_the_person_was_asked(tmp_path: Path) -> None:
    call = {"type": "tool_use", "id": "toolu_9", "name": "Bash", "input": {"command": "rm -r build"}}
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            answered(call, minute=1),
            used("toolu_9", "x", 2, permissionDecision={"decision": "accept", "source": "user_temporary"}),
            used("toolu_8", "x", 3, permissionDecision={"decision": "accept", "source": "config"}),
            used("toolu_7", "x", 4, toolDenialKind="user-rejected"),
        ],
    )
    turns, log = of(read, path)
    assert said(turns) == [
        ("agent", "May I use Bash: rm -r build?"),
        ("person", "allow"),
        ("agent", "May I use a tool?"),
        ("person", "deny"),
    ]
    assert all(turn.decision for turn in turns)
    assert log.dropped["permissions nobody was asked for"] == 1


def test_a_forked_session_repeats_nothing(tmp_path: Path) -> None:
    first = [typed("begin", 0), answered(text("Done."), minute=1)]
    copy = [{**record, "sessionId": "s2"} for record in first]
    log = Log()
    for path in (
        jsonl(tmp_path / "s1.jsonl", first),
        jsonl(tmp_path / "s2.jsonl", [*copy, typed("go on", 2, sessionId="s2")]),
    ):
        turns = said(read(path, log))
    assert turns == [("person", "go on")]


def test_the_list_of_prompts_knows_what_was_pasted(tmp_path: Path) -> None:
    home, trace = tmp_path / ".claude", "Traceback\n" + "boom\n" * 20
    prompt = {
        "display": "why? [Pasted text #1 +21 lines]and how?",
        "pastedContents": {"1": {"id": 1, "type": "text", "content": trace}},
        "timestamp": 1793527200000,
        "project": "/work/shop",
        "sessionId": "s1",
    }
    jsonl(home / "history.jsonl", [prompt, {**prompt, "display": "/clear", "pastedContents": {}}])
    jsonl(home / "projects" / "-work-shop" / "s1.jsonl", [typed(f"why? {trace}and how?")])
    jsonl(home / "projects" / "-work-shop" / "s1" / "subagents" / "agent-1.jsonl", [typed("to a sub-agent")])
    transcript, prompts = history(Machine("linux", tmp_path))
    for path in (transcript, prompts):
        [turn], _ = of(read, path)
        assert (turn.text, turn.pasted) == (f"why? {trace}and how?", (trace,))


def test_bad_lines_are_counted_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    good = json.dumps(typed("fine")).encode()
    deep = b'{"type":"user","message":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    broken = [b"not json", deep, b'["user"]']
    path.write_bytes(b"\n".join([*broken, b"", b'{"type":"user"}', good]) + b'\n{"type":"user","mess')
    turns, log = of(read, path)
    assert said(turns) == [("person", "fine")]
    assert log.places == [
        f"{path}:1: not JSON",
        f"{path}:2: nested too deeply",
        f"{path}:3: not an object",
    ]
    assert log.dropped["lines that were still being written"] == 1
    turns, log = of(read, tmp_path / "gone.jsonl")
    assert (turns, log.malformed) == ([], 1)


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "type message content uuid timestamp sessionId toolUseResult answers questions".split()
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_record_of_any_shape_stops_the_reading(value: Any) -> None:
    shaped = [{**value, "type": kind} for kind in ("user", "assistant")] if isinstance(value, dict) else [value]
    with TemporaryDirectory() as folder:
        path = jsonl(Path(folder, "s.jsonl"), [*shaped, typed("fine", 7)])
        assert ("person", "fine") in said(of(read, path)[0])


def test_a_large_transcript_is_read_a_little_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "s1.jsonl"
    with path.open("w") as file:
        for minute in range(20):
            file.write(json.dumps(typed(f"step {minute}", minute)) + "\n")
            file.write(json.dumps(used("toolu_1", "x" * 1_000_000, minute)) + "\n")
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(path, Log()))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20
    assert most < 8_000_000 < path.stat().st_size
