"""One event, one line."""

from __future__ import annotations

import pytest

from clone_mcp.language.sentence import LONGEST, sentence
from tests.memory.distill.rows import event, prompt


@pytest.mark.parametrize(
    ("kind", "payload", "said"),
    [
        ("agent.prompt", {"agent": "x", "prompt": "  fix   the\tlogin "}, "fix the login"),
        (
            "agent.prompt",
            {"agent": "x", "prompt": "fix it\n\n- **first** the login\n- then the logout"},
            "fix it · first the login · then the logout",
        ),
        ("agent.prompt", {"agent": "x", "prompt": "# Plan\nuse `uv`"}, "Plan · use `uv`"),
        ("agent.prompt", {"agent": "x", "prompt": "look:\n```\nx = 1\n```\nwhy?"}, "look: · [pasted] · why?"),
        ("agent.prompt", {"agent": "x", "prompt": "> quoted\n> lines"}, "[pasted] > quoted > lines"),
        ("agent.prompt", {"agent": "x", "prompt": " \n\x00"}, None),
        ("agent.prompt", {}, None),
        ("agent.response", {"agent": "x", "response": "Done.\nShall I push?"}, "Done. · Shall I push?"),
        ("app.focused", {"app": "Editor", "window_title": "main.py"}, "Switched to Editor: main.py"),
        ("app.focused", {"app": "Editor", "window_title": None}, "Switched to Editor."),
        ("session.started", {}, "A session started in claude-code."),
        ("session.stopped", {}, "The session ended."),
        ("input.keystroke", {"event_type": "press"}, None),
        ("input.click", {"x": 1, "y": 2}, None),
        ("input.scroll", {"dx": 1.0, "dy": 2.0}, None),
        ("capture.frame", {"uri": "file:frame.png"}, None),
        ("something.new", {}, None),
    ],
)
def test_each_type_of_event_says_what_it_says(kind, payload, said):
    assert sentence(event(kind, payload)) == said


def test_a_long_prompt_keeps_its_beginning_and_is_cut_at_a_word():
    said = sentence(prompt("please " + "refactor everything " * 60))
    assert said.startswith("please refactor")
    assert said.endswith((" refactor…", " everything…"))
    assert len(said) <= LONGEST


def test_a_prompt_that_is_a_paste_says_so_at_its_end():
    said = sentence(prompt("always use tabs\n" * 200))
    assert said.endswith(" […]")
    assert len(said) <= LONGEST


def test_a_long_response_keeps_its_end_where_the_question_is():
    said = sentence(event("agent.response", {"response": "I changed a file. " * 90 + "Shall I push?"}))
    assert said.startswith("…")
    assert said.endswith("Shall I push?")
    assert len(said) <= LONGEST


def test_scripts_without_spaces_are_cut_all_the_same():
    assert len(sentence(prompt("字" * 900))) == LONGEST
