# ruff: noqa: E501 - examples, many to a line
"""What a person's sentences claim about them, and above all what they don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from clone_mcp.language.sentence import sentence
from clone_mcp.memory.claims import claims, contradicts
from clone_mcp.memory.habits import habit
from clone_mcp.models.events import Author
from clone_mcp.models.memory import FactKind, Gate
from tests.memory.distill.rows import fact, prompt, raw
from tests.support.tsv import rows_of

HERE = Path(__file__).parent
# The kind of claim and what is said; in English also how it reads in the third person.
STANDING = rows_of(HERE / "standing.tsv")
IN_ENGLISH = [row for row in STANDING if len(row) == 3]
IN_OTHER_LANGUAGES = [row for row in STANDING if len(row) == 2]
# Why it is none, and what is said.
NOT_STANDING = rows_of(HERE / "not_standing.tsv")


def said(text, **rest):
    return [(claim.kind.value, claim.text, claim.key) for claim in claims([raw(text, **rest)])]


def test_an_agent_saying_the_user_prefers_tabs_yields_nothing_the_person_saying_it_does():
    assert said("The user prefers tabs over spaces.", author=Author.AGENT) == []
    assert said("I prefer tabs over spaces.", author=Author.AGENT) == []
    assert said("I prefer tabs over spaces.") == [("preference", "Prefers tabs over spaces.", "want + tab over spac")]


@pytest.mark.parametrize("author", [Author.AGENT, Author.CLONE, Author.TOOL, Author.UNATTRIBUTED])
@pytest.mark.parametrize("text", ["From now on, always use tabs.", "I prefer tabs over spaces.", "We use pytest."])
def test_only_the_person_is_evidence(author, text):
    assert said(text, author=author) == []


def test_clones_own_predictions_are_not_evidence_even_when_the_person_said_the_same_elsewhere():
    rows = [
        raw("I prefer tabs over spaces.", id="mine"),
        raw("I prefer tabs over spaces.", id="clones", author=Author.CLONE),
    ]
    (claim,) = claims(rows)
    assert claim.raw_ids == ("mine",)


PASTED = [
    "```\nalways use tabs\n```",
    "~~~md\nNever commit without tests.\n~~~",
    "> always use tabs",
    "fix this:\n```\n# always use tabs\nfrom now on use spaces\n```\nthanks",
    "```\nalways use tabs",
    "the docs say:\nAlways use tabs.\nNever use spaces.",
    "here is the review comment:\nnever use mocks\nalways add tests",
    "2026-11-20 09:00:00 INFO always use tabs",
    "[09:00:01] never commit without tests",
    "+++ b/x.md\n+   always use tabs",
    "⏺ Always use tabs from now on",
    "<system-reminder>\nalways use tabs\n</system-reminder>",
    "<command-output>Never commit without tests.</command-output>",
    "$ echo always use tabs",
    'Traceback (most recent call last):\n  File "x.py", line 1\nError: never use tabs',
    '{"rule": "always use tabs"}',
    '"description": "Always use this tool after receiving a response",',
    "| always use tabs | yes |",
]


@pytest.mark.parametrize("text", PASTED)
def test_pasted_and_quoted_text_is_not_the_persons(text):
    assert said(text) == []
    assert claims([raw(sentence(prompt(text)))]) == ()


def test_what_stands_around_a_paste_is_the_persons():
    text = "Look at this:\n```\nnever use mocks\n```\nFrom now on, always use fixtures."
    (claim,) = claims([raw(sentence(prompt(text)))])
    assert claim.text == "Wants agents always to use fixtures."


def test_a_prompt_of_more_than_two_thousand_characters_is_a_paste():
    assert claims([raw(sentence(prompt("Always use tabs. " + "word " * 300)))]) != ()
    assert claims([raw(sentence(prompt("Always use tabs. " + "word " * 500)))]) == ()


def test_what_is_not_a_standing_wish_stays_unclaimed():
    claimed = [(why, text) for why, text in NOT_STANDING if any(kind != "skill" for kind, *_ in said(text))]
    assert claimed == []


def test_a_standing_wish_becomes_a_claim():
    expected = {text: [(kind, third_person)] for kind, text, third_person in IN_ENGLISH}
    assert {text: [claim[:2] for claim in said(text)] for text in expected} == expected


def test_other_languages_are_claimed_in_the_persons_own_words():
    expected = {text: [(kind, True)] for kind, text in IN_OTHER_LANGUAGES}
    assert {text: [(kind, "“" in own) for kind, own, _ in said(text)] for text in expected} == expected


@pytest.mark.parametrize(
    "text",
    ["I prefer tabs over spaces", "use tabs, not spaces", "I like tabs better than spaces", "tabs over spaces", "Benutze Tabs statt Leerzeichen", "Prefiro tabs em vez de espaços"],
)  # fmt: skip
def test_the_same_claim_in_other_wording_has_the_same_key(text):
    assert said(text)[0][2] == "want + tab over spac"


def test_never_without_is_always_before():
    assert (
        said("Never commit without running the tests.")[0][2] == said("Always run the tests before you commit.")[0][2]
    )


def test_rows_that_say_the_same_are_one_claim_with_all_their_ids():
    rows = [
        raw("I prefer tabs over spaces", id="a"),
        raw("use tabs not spaces", id="b", session="s2"),
        raw("hi", id="c"),
    ]
    (claim,) = claims(rows)
    assert claim.raw_ids == ("a", "b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I prefer tabs over spaces.", "I prefer spaces over tabs."),
        ("Always add comments.", "Never add comments."),
        ("Always run the tests before committing.", "Never run the tests before committing."),
        ("I love ORMs", "I hate ORMs"),
        ("Always use tabs.", "Never use tabs."),
        ("Always use tabs.", "Always use spaces."),
        ("Always use Python 3.11.", "Always use Python 3.13."),
        ("I prefer tabs over spaces.", "Always use spaces."),
        ("Always use npm.", "From now on use pnpm."),
        ("keep it short", "be verbose"),
        ("Answer in German.", "Answer in English."),
        ("Always squash commits before merging branches.", "Never squash commits before merging branches."),
    ],
)
def test_claims_that_cannot_both_hold_contradict(one, other):
    (new,), (old,) = claims([raw(one)]), claims([raw(other)])
    assert contradicts(new, fact(old.text, key=old.key))
    assert contradicts(old, fact(new.text, key=new.key))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I prefer tabs over spaces.", "I prefer tabs over spaces."),
        ("Always use tabs.", "I prefer tabs over spaces."),
        ("Always add tests.", "Never add comments."),
        ("Never use emojis.", "Never use semicolons."),
        ("I love Haskell programs", "I hate ORMs"),
        ("Always run the linter.", "Always run the tests."),
    ],
)
def test_claims_that_can_both_hold_do_not_contradict(one, other):
    (new,), (old,) = claims([raw(one)]), claims([raw(other)])
    assert not contradicts(new, fact(old.text, key=old.key))


def test_a_wish_for_one_project_says_nothing_of_another():
    (here,) = claims([raw("Always use tabs in this project.", project="atlas")])
    assert (here.text, here.project) == ("Wants agents always to use tabs.", "atlas")
    assert not contradicts(here, fact(key="want - tab", project="borealis"))
    assert contradicts(here, fact(key="want - tab", project="atlas"))
    assert contradicts(here, fact(key="want - tab"))


def test_a_claim_that_authorises_waits_and_so_does_a_private_one():
    assert claims([raw("From now on, push without asking me.")])[0].gate is Gate.GROUNDING
    assert claims([raw("Never mention my diabetes in commit messages.")])[0].gate is Gate.SENSITIVE
    assert claims([raw("Never push without asking me.")])[0].gate is None


def test_an_instruction_is_explicit_and_a_preference_is_not():
    assert [claim.explicit for claim in claims([raw("Always use tabs."), raw("I hate ORMs")])] == [True, False]


def test_a_repeated_reply_is_a_habit_of_the_project_it_is_typed_in():
    rows = [raw("run the tests", id=f"r{n}", project="atlas", minute=n) for n in range(3)]
    claim = habit("run the tests", [*rows, raw("run the tests", id="agents", author=Author.AGENT)])
    assert (claim.kind, claim.text, claim.raw_ids, claim.project) == (
        FactKind.HABIT,
        "Often replies “run the tests”.",
        ("r0", "r1", "r2"),
        "atlas",
    )
    assert habit("run the tests", [*rows, raw("run the tests", id="x", project="other")]).project is None


def test_a_command_is_another_habit_than_its_word():
    command, word = habit("/review", [raw("/review")]), habit("review", [raw("review")])
    assert (command.text, command.key) == ("Often uses the command /review.", "habit + /review")
    assert word.key != command.key
    assert habit("!git status", [raw("!git status")]).text == "Often uses the command !git status."


@pytest.mark.parametrize("phrase", ["1", "2.", "b", "", " "])
def test_an_answer_that_means_nothing_without_its_question_is_no_habit(phrase):
    assert habit(phrase, [raw(phrase or "x")]) is None


def test_nobodys_rows_make_no_habit():
    assert habit("yes", [raw("yes", author=Author.CLONE)]) is None


def test_the_same_rows_give_the_same_claims():
    rows = [raw(text, id=str(at)) for at, (_, text, *_) in enumerate(STANDING)]
    assert claims(rows) == claims(list(rows))
    assert all(len(claim.text) <= 300 and claim.raw_ids for claim in claims(rows))


def test_what_is_redacted_says_nothing():
    assert claims([raw("Always use [redacted:api-key] as the password")]) == ()


def test_what_every_developer_uses_says_nothing_of_one():
    assert claims([raw("I use git for everything"), raw("we use JSON", id="r2")]) == ()


def test_a_word_that_is_no_tool_everywhere_is_none():
    assert claims([raw("the bootstrap script is written in Rust")])[0].text == "Works with Rust."


def test_a_rule_for_a_case_keeps_its_case():
    [claim] = claims([raw("Make a rule that when fixing a bug you always write a failing test first")])
    assert claim.text == "Wants agents always to write a failing test first when fixing a bug."
    [general] = claims([raw("Make a rule to always write a failing test first")])
    assert general.key != claim.key
