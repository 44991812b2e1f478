"""Who made an event: the table of the design, row by row."""

from __future__ import annotations

import pytest

from clone_mcp.models.access import Scope
from clone_mcp.models.events import Author, Channel, Source
from clone_mcp.recording.authorship import author_of, channel_of, legal_source

PERSON, AGENT, CLONE, TOOL, NOBODY = Author.PERSON, Author.AGENT, Author.CLONE, Author.TOOL, Author.UNATTRIBUTED


@pytest.mark.parametrize(
    ("source", "author"),
    [
        (Source.CLI, PERSON),
        (Source.DESKTOP, PERSON),
        (Source.MOBILE, PERSON),
        (Source.SMARTGLASS, NOBODY),
        (Source.AGENT, NOBODY),
        (Source.INTEGRATION, NOBODY),
    ],
)
@pytest.mark.parametrize("label", [None, "", "integration", "some-label", "USER"])
def test_a_prompt_without_a_label_we_know_is_the_persons_when_only_their_hands_feed_its_source(source, label, author):
    assert author_of("agent.prompt", source, label) is author


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(
    ("label", "author"),
    [("user", PERSON), ("clone-prediction", CLONE), ("auto-answer", CLONE), ("tool-use", TOOL)],
)
def test_a_label_we_know_decides_who_made_a_prompt(source, label, author):
    assert author_of("agent.prompt", source, label) is author


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(
    ("label", "author"),
    [(None, AGENT), ("", AGENT), ("user", AGENT), ("whatever", AGENT), ("tool-use", TOOL), ("clone-prediction", CLONE)],
)
def test_a_response_is_the_agents_or_a_machines_and_never_the_persons(source, label, author):
    assert author_of("agent.response", source, label) is author


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(
    ("kind", "author"),
    [
        ("app.focused", PERSON),
        ("input.keystroke", PERSON),
        ("input.click", PERSON),
        ("input.scroll", PERSON),
        ("capture.frame", NOBODY),
        ("session.started", NOBODY),
        ("session.stopped", NOBODY),
    ],
)
def test_hands_move_keys_and_pointers_and_nobody_makes_the_rest(source, kind, author):
    assert author_of(kind, source, None) is author


def test_an_agents_credential_merely_claims():
    assert {scope: channel_of(scope) for scope in Scope} == {
        Scope.VIEWER: Channel.CLAIMED,  # which may record nothing anyway
        Scope.AGENT: Channel.CLAIMED,
        Scope.RECORDER: Channel.ATTESTED,
        Scope.OWNER: Channel.ATTESTED,
    }


@pytest.mark.parametrize(
    ("named", "detail", "source", "label"),
    [
        ("cli", "", Source.CLI, None),
        ("agent", "codex", Source.AGENT, None),
        ("integration", "clone:loop", Source.INTEGRATION, None),
        ("integration", "", Source.AGENT, "integration"),
        ("user", "clone-loop:iteration-1", Source.INTEGRATION, "user"),
        ("user", "", Source.AGENT, "user"),
        ("clone-prediction", "clone-loop:iteration-2", Source.INTEGRATION, "clone-prediction"),
        ("auto-answer", "", Source.AGENT, "auto-answer"),
        ("tool-use", "x", Source.INTEGRATION, "tool-use"),
        ("never heard of", "x", Source.INTEGRATION, "never heard of"),
        ("", "x", Source.INTEGRATION, None),
        ("", "", Source.AGENT, None),
    ],
)
def test_whatever_a_client_calls_its_source_is_stored_under_a_legal_one(named, detail, source, label):
    assert legal_source(named, detail) == (source, label)
