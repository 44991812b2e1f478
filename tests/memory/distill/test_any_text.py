# ruff: noqa: E501 - examples, many to a line
"""Whatever people paste, nothing here fails or stalls."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clone_mcp.language.claim_keys import key_of, opposite, parsed
from clone_mcp.language.sentence import LONGEST, sentence
from clone_mcp.memory.claims import claims, contradicts, gate_of
from clone_mcp.memory.episodes import episodes
from clone_mcp.memory.habits import habit
from clone_mcp.memory.merge import same_claim
from clone_mcp.memory.profile import compile_profile
from tests.memory.distill.rows import START, event, fact, prompt, raw

PIECES = st.sampled_from(
    "always never from now on, i prefer use tabs over spaces without asking when you if ` ``` ~~~ > | <a> </a> · \n . ? ! “ \" ' ( ) 从现在开始 永远 今後は всегда nie jamais 3.11 - + / # […] [pasted] …".split(
        " "
    )
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map(" ".join))


@given(TEXTS)
@example("从现在开始OVER:0")
def test_no_text_makes_it_fail(text):
    said = sentence(prompt(text))
    assert said is None or (len(said) <= LONGEST and "\n" not in said)
    sentence(event("agent.response", {"response": text}))
    for claim in claims([raw(text), raw(said or "", id="r2")]):
        assert len(claim.text) <= 300
        assert str(parsed(claim.key)) == claim.key
        contradicts(claim, fact(key=claim.key))
    habit(text, [raw(text)])
    gate_of(text)
    episodes([raw(text)])
    compile_profile([fact(text)], now=START)


@given(TEXTS, TEXTS)
def test_no_key_makes_it_fail(one, other):
    for key in (one, key_of("want", one)):
        opposite(key)
        same_claim(key, [other, key_of("want", other)])


@given(TEXTS)
def test_a_key_is_the_same_as_itself(text):
    key = key_of("want", text)
    assert same_claim(key, [key]) == key


SIZE = 100_000
HOSTILE = [
    "a", " ", "\n", "a ", "always ", "never use ", "i prefer ", "when you ", "from now on ", "over ", "`", "```\n", "<a ", "<a>\n", "(", "{", "\"", ".", "? ", ", ", "-", "you can ", "without ", "without a ",
    "approve ", "my ", "my own ", "their bad ", "ask me ", "\u200d", "总是", "ずに", "не ", "auto", "auto-reply ", "the auto", "a.b", "1.1.", "+", "/", "whenever you a ", "stop adding ", "consider ", "yes and ", "·", " · ", "> ", "a:\n", "docs: ",
    "update rule to ", "wife", "is ok with a ",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_costs_time_in_proportion(piece, cpu_limit):
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    with cpu_limit():
        sentence(prompt(text))
        sentence(event("agent.response", {"response": text}))
        gate_of(text)
        claims([raw(text), raw(text[:2000]), raw(sentence(prompt(text)) or "")])
        habit(text, [raw(text)])
        same_claim(text, [text[1:], key_of("want", text)])
