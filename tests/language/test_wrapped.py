"""What an agent said is told from what its client wraps around it, and nobody's question is lost."""

from __future__ import annotations

import time

import pytest

from clone_mcp.language.wrapped import hear, said_last
from tests.support.wrapping import STYLES

SAID = (
    "I fixed the failing test in billing.\n\nShould I commit it?",
    "All 14 tests pass now. Done.",
    "Which one?\n\n1. Redis\n2. Postgres\n3. Neither",
    "Here is the diff:\n```python\ndef f():\n    return 1\n```\n\nShall I push it?",
    "Soll ich die Änderung committen?",
    "要我提交这些更改吗？",
)
PLAIN = (
    *SAID,
    "Should I save this exchange?\n\nUser: hi\nAssistant: hello",
    'The API returns:\n{"messages": [{"role": "user", "content": "a"}, {"role": "agent", "content": "b"}]}\n\nStore?',
    '[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]\n\nOK so?',
    'I changed the prompt to "Predict the user\'s next message. Answer as JSON." Shall I commit?',
    "I wrote the prompt:\n\n```\nPredict what the user says next.\nAnswer as JSON.\n```\n\nOK like that?",
    "I drafted this:\n\nUser: hi\nAssistant: hello\nPredict the user's next message.\n\nShould I commit it?",
    "The prompt now says: predict the user's next message, as JSON only.\nShould I commit?\n\nTests pass.",
    "Plan:\n1. Answer with JSON in the API\n2. Predict the user's next message in the demo\n\nGo ahead?",
    "<config>\n<user>bob</user>\n</config>\n\nShould <user> be renamed?",
    "<transcript><user>hi</user><assistant>yo</assistant></transcript>\n\nIs that the log you mean?",
    "```xml\n<user>bob</user>\n<assistant>al</assistant>\n```\nShall I parse it?",
    "Rules:\n- no tabs\n- 120 columns\n\nShall I apply them?",
    "Return only JSON from the endpoint?",
    "Answer as JSON is set. Shall I commit?",
    "",
    "\n",
)
ASKS = "All tests pass now. Shall I commit?"
SHOWN = {
    f"The log shows:\nUser: login\nAssistant: {ASKS}\n\nWhy does it say this? Shall I remove it?": "remove it?",
    f"The bug report says:\nUser: login\nAssistant: {ASKS}\nShall I close the report as invalid?": "invalid?",
    f"Im Protokoll steht:\nNutzer: hallo\nAssistent: {ASKS}\n\nSoll ich das Protokoll kürzen?": "kürzen?",
    f"Shall I remove the debug output below or keep it?\n\nUser: hi\nAssistant: {ASKS}": "keep it?",
    f"I added this:\n<example>\n<user>fix it</user>\n<assistant>{ASKS}</assistant>\n</example>\nA second one?": "one?",
    f"User: hi\nAssistant: {ASKS}\n\nShall I wipe the disk instead?": "instead?",
    f"The tool sends this:\n\nPredict the user's reply.\n\nUser: a\nAssistant: {ASKS}\n\nShall I go on?": "go on?",
    f"Shall I keep it?\n\nPredict the user's reply.\n\nUser: a\nAssistant: {ASKS}": "keep it?",
    f"```\nAssistant: {ASKS}\n```\nThe linter found two problems. What now?": "What now?",
}
"""An agent shows a conversation, and asks something of its own: with what its own words hold."""
BARE = (
    f"User: fix it\nAssistant: {ASKS}",
    f'[{{"role": "assistant", "content": "{ASKS}"}}]',
    f"The coding agent is waiting for input and its message is: {ASKS}",
)
"""A conversation and nothing else: no words tell a model what to do."""
HEAD = "[bridge v3] konteksto: la persono laboras pri programaro, kaj vi transprenas.\nKonservu la stilon."
TAIL = "---\nRespondu per unu frazo, en la lingvo de la user, sen klarigoj kaj sen citiloj, kiel kutime."


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_what_was_said_is_found_in_every_style(style):
    assert [said_last(style(each)) for each in SAID] == list(SAID)


@pytest.mark.parametrize("text", PLAIN)
def test_a_message_that_nobody_wrapped_stays_as_it_is(text):
    assert said_last(text) == text


@pytest.mark.parametrize("text", SHOWN)
def test_a_conversation_that_an_agent_shows_is_not_what_it_asks(text):
    said, beside = hear(text)
    assert said == text
    assert beside is not None
    assert SHOWN[text] in beside
    assert ASKS not in beside


@pytest.mark.parametrize("text", BARE)
def test_without_words_that_tell_a_model_what_to_do_it_is_not_certain(text):
    assert hear(text) == (ASKS, text)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_with_such_words_it_is(style):
    assert hear(style(ASKS)) == (ASKS, None)


def test_a_log_that_the_agent_quotes_last_keeps_the_question_behind_it():
    assert "Shall I add it?" in said_last("The chat log:\n\nUser: hi\nAssistant: hello\n\nShall I add it?")


def test_what_comes_with_every_question_is_not_what_was_said():
    wrapped = [f"{HEAD}\n{each}\n{TAIL}" for each in SAID]
    assert [hear(each, earlier=wrapped).text for each in wrapped] == list(SAID)
    assert hear(wrapped[0], earlier=wrapped[1:2]).text == wrapped[0], "one other is too few to tell"


def test_a_wrapper_in_an_unknown_language_is_found_by_repetition_and_is_not_certain():
    wrapped = [
        f"Bonjour collègue, ici le robot.\nVoici mes pensées du jour.\n{each}\nFin de transmission." for each in SAID
    ]
    assert [hear(each, earlier=wrapped) for each in wrapped] == list(zip(SAID, wrapped, strict=True))


def test_a_question_that_comes_every_time_is_the_agents_own():
    asked = [f"Step {n} of the plan is done, and the tests pass.\n\nShall I commit it and go on?" for n in range(6)]
    assert [hear(each, earlier=asked).text for each in asked] == asked


def test_what_was_recorded_of_the_session_is_what_was_said():
    text = f"{HEAD}\n{SAID[0]}\n\nUse the style of the user. Answer as JSON."
    assert hear(text, recorded=SAID[0]).text == SAID[0]
    assert hear(SAID[0], recorded="Something else entirely.").text == SAID[0]
    assert hear(f"{SAID[0]}\n\nOr shall I push it, too?", recorded=SAID[0]).text.endswith("push it, too?")


HOSTILE = {
    "nested tags": "<a>" * 150_000 + "</a>" * 150_000,
    "tags of speakers": "<user><assistant>" * 30_000 + "</assistant></user>" * 30_000,
    "never closed": "<user>" * 170_000,
    "turns": "User: x\nAssistant: y\n" * 50_000,
    "lists": "[{" * 500_000,
    "half a JSON": '[{"role": "user", "content": "' + "x" * 1_000_000,
    "templates": "<|im_start|>user\n" * 60_000,
    "fences": "```\n" * 250_000,
    "rules": "Rules:\n- a\n" * 90_000,
    "tasks": "Predict the user's next message.\n" * 30_000,
    "lines": "\n" * 1_000_000,
    "half a YAML": "- role: user\n  content: |\n" * 40_000,
    "rulers": "---\n" * 250_000,
    "spaces": "User:" + " \t" * 500_000,
    "one line": "given the conversation, predict " * 30_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_of_wrapper_takes_no_longer_than_its_ends(text):
    began = time.process_time()
    hear(text, earlier=[text[:8000], text[-8000:], "a", "b"], recorded=text[-2000:])
    assert time.process_time() - began < 5, "linear takes a tenth of that"


def test_a_question_is_found_below_a_megabyte_of_conversation():
    turns = "User: go on\n\nAssistant: Done, and the tests pass.\n\n" * 20_000
    asked = f"Predict the user's next message.\n\n{turns}Assistant: {SAID[0]}\n\nRules:\n- One sentence."
    assert said_last(asked) == SAID[0]
