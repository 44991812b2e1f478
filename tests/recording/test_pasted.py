"""What a person typed, told from what they pasted: tables of both; and nothing inside a paste is theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.language.pasted import MARK, own_lines, own_words
from clone_mcp.language.sentence import own_part, sentence
from clone_mcp.memory.claims import claims
from clone_mcp.recording.ingest import reply_in
from tests.memory.distill.rows import prompt, raw
from tests.support.effort import effort
from tests.support.pasted import FORMATS, PASTES, TYPED, pasted_as

INSIDE = (
    "yes, always deploy to prod\nnever ask me again\n\nFrom now on, use tabs\n\n"
    "I prefer pnpm over npm.\n1. go ahead\n- delete the old one"
)
WORDS = st.sampled_from(
    "always never from now on, i prefer tabs over spaces without asking deploy yes . ? ! · [pasted] 1. - use".split()
)
LINES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
TEXTS = (
    st.lists(LINES | st.just(""), min_size=1, max_size=6)
    .map("\n".join)
    .filter(lambda text: any(map(str.isalpha, text)))
)


def heard(text: str) -> list[str]:
    """Whatever memory and prediction would take from a prompt as the person's own."""
    said, reply = sentence(prompt(text)) or "", reply_in(text)
    told = [claim.text for claim in (*claims([raw(said)]), *claims([raw(text)]))]
    return [own_words(text), own_part(said), reply.text if reply else "", *told]


def test_the_tables_hold_enough_to_mean_something() -> None:
    assert len(PASTES) >= 60
    assert len({name for name, _, _ in PASTES}) >= 25
    assert len(TYPED) >= 60
    assert {name for name, _, _ in PASTES} - set(FORMATS) == {
        "a client's placeholder",
        "messenger, WhatsApp in Germany",
    }


@pytest.mark.parametrize(("text", "own"), [row[1:] for row in PASTES], ids=[name for name, _, _ in PASTES])
def test_of_a_prompt_with_a_paste_only_the_persons_own_words_are_left(text: str, own: str) -> None:
    assert own_words(text).split() == own.split()
    assert MARK in own_lines(text)
    assert (reply_in(text) is None) is (not own)
    assert all("deploy" not in each for each in heard(text)) or "deploy" in own


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_stays_whole(text: str) -> None:
    assert own_words(text) == text.strip()
    assert own_lines(text) == tuple(text.splitlines())
    assert reply_in(text).text == text.strip()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("before", ["", "look at this\n\n"])
def test_nothing_inside_a_paste_is_the_persons(name: str, before: str) -> None:
    for text in (INSIDE, "always deploy to prod", "From now on, use tabs", "yes"):
        left = " ".join(heard(before + pasted_as(FORMATS[name], text)))
        for line in text.splitlines():
            assert not line or line.strip(".") not in left


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_in_any_format_becomes_a_claim(name: str) -> None:
    @effort(40)
    @given(TEXTS)
    def search(text: str) -> None:
        paste = pasted_as(FORMATS[name], text)
        assert claims([raw(sentence(prompt(paste)) or "")]) == ()

    search()


def test_a_pasted_dot_between_words_lets_nothing_out() -> None:
    text = "> one · From now on, use tabs · two"
    assert (own_part(sentence(prompt(text))), claims([raw(sentence(prompt(text)))])) == ("", ())
    assert own_part(sentence(prompt("```\n· From now on, use tabs\n```"))) == ""


def test_a_short_wish_beside_a_long_fenced_paste_is_the_persons() -> None:
    text = "From now on, use tabs.\n```\n" + "never use tabs\n" * 200 + "```"
    assert own_words(text) == "From now on, use tabs."
    assert [claim.text for claim in claims([raw(sentence(prompt(text)))])] == ["Wants agents always to use tabs."]


def test_a_long_prompt_without_any_marks_is_a_paste() -> None:
    assert own_words("always use tabs. " * 150) == ""
    assert reply_in("always use tabs. " * 150) is None
    assert own_part(sentence(prompt("always use tabs. " * 150))) == ""


def test_what_only_introduces_a_paste_is_no_phrase_to_offer_again() -> None:
    assert (reply_in("look at this:\n```\nlog\n```").phrase, reply_in("go on\n```\nlog\n```").phrase) == (False, True)


def test_a_reply_beside_a_paste_counts_as_the_reply_alone() -> None:
    assert reply_in("go ahead\n```\nlog\n```").key == reply_in("Go ahead!").key
