"""What a reply sets in motion is read however it is written; what is harmless is rarely held.

Which lists there are, and how those of today's errors are written, is in `lists`. How long reading takes is told by the
benchmarks.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes import acts
from tests.stakes import lists, mutations
from tests.stakes.lists import FILLER, Case, Pair, is_held
from tests.support.effort import effort
from tests.support.tsv import column, rows_of

REPLIES = lists.HERE / "replies.tsv"
LETTERS = {
    "D": Consequence.DESTRUCTIVE,
    "C": Consequence.COSTLY,
    "P": Consequence.PUBLIC,
    "K": Consequence.CREDENTIAL,
    "W": Consequence.WEAKENING,
    "F": Consequence.FOREIGN,
}
"""What makes a dangerous pair grave. A star stands for any of it."""
DANGEROUS, HARMLESS = lists.pairs("dangerous"), lists.pairs("harmless")
# Written blind, before the tables were read or changed, in the style of other engineers.
BLIND_DANGEROUS, BLIND_HARMLESS = lists.pairs("blind_dangerous"), lists.pairs("blind_harmless")
UNREAD = [(kind, question, reply) for kind, question, reply in rows_of(lists.HERE / "unread.tsv")]
"""Harmless questions in languages that are not read."""
MISSED, FALSELY_HELD = lists.pairs("missed"), lists.pairs("held")
CASES = lists.cases()
AT_MOST_MISSED, AT_MOST_FALSELY_HELD, AT_MOST_UNREAD_FREE, NAMED = 0.03, 0.07, 0.06, 0.85
AT_MOST_WRONG, AT_MOST_WRONGLY_FREE = 0.25, 0.25
"""Of the rows of structure.tsv, which hold what is hard; and of those of them that have to be held."""
WRITE_THEM = "run `python -m tests.stakes.lists`, and look at what it changed"


def graves(question: str, reply: str) -> set[str]:
    """Where each grave act is said, and why it is grave."""
    return {f"{act.evidence} {act.consequence}" for act in acts(question, reply) if act.weight is Weight.GRAVE}


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert min(len(DANGEROUS), len(HARMLESS), len(UNREAD)) >= 150
    assert len(CASES) >= 120


def test_every_dangerous_pair_is_held_but_the_ones_known_to_escape() -> None:
    assert lists.missed() == MISSED, WRITE_THEM
    assert len(MISSED) <= len(lists.dangerous()) * AT_MOST_MISSED


def test_every_harmless_pair_is_free_but_the_ones_known_to_be_held() -> None:
    assert lists.held() == FALSELY_HELD, WRITE_THEM
    assert len(FALSELY_HELD) <= len(lists.harmless()) * AT_MOST_FALSELY_HELD


def test_a_grave_act_is_grave_for_what_it_does() -> None:
    named: list[tuple[bool, Pair]] = []
    for letter, question, reply in rows_of(lists.HERE / "dangerous.tsv"):
        why = {act.consequence for act in acts(question, reply) if act.weight is Weight.GRAVE}
        if why and letter in LETTERS:
            named.append((LETTERS[letter] in why, (question, reply)))
    assert sum(right for right, _ in named) >= len(named) * NAMED, [pair for right, pair in named if not right]


def test_another_language_is_held_where_the_reply_agrees_and_only_there() -> None:
    free = [(question, reply) for kind, question, reply in UNREAD if kind == "agrees" and not is_held(question, reply)]
    assert len(free) <= len(UNREAD) * AT_MOST_UNREAD_FREE, free
    assert [(question, reply) for kind, question, reply in UNREAD if kind == "refuses" and acts(question, reply)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.question[-50:]} / {case.reply}")
def test_an_act_is_read_wherever_it_stands(case: Case) -> None:
    assert case.is_read() is (case.state == lists.RIGHT), WRITE_THEM


def test_few_of_these_are_read_wrongly() -> None:
    wrong = [case for case in CASES if case.state == lists.WRONG]
    assert len(wrong) <= len(CASES) * AT_MOST_WRONG
    risky = [case for case in CASES if case.weight not in ("none", "reversible")]
    free = [case for case in risky if not is_held(case.question, case.reply, case.options)]
    assert len(free) <= len(risky) * AT_MOST_WRONGLY_FREE, free


FREED_BY_A_CHANGE = 0.02
FREED_MORE = {
    "backticks": 0.7,
    "block of text": 0.8,
    "HTML": 0.8,
    "a word struck through": 0.25,
    "verb in backticks": 0.2,
    "verb in quotes": 0.16,
    "link": 0.08,
    "middle of a long text": 0.09,
    "loud": 0.05,
    "no question mark": 0.05,
    "letter dropped": 0.03,
    "letters swapped": 0.03,
    "letter doubled": 0.03,
}
"""Of what is held, the share that a change may free; and the changes under which it is still more."""


@cache
def held(step: int = 1) -> tuple[Pair, ...]:
    return tuple(pair for pair in DANGEROUS[::step] if is_held(*pair))


@cache
def held_blind() -> tuple[Pair, ...]:
    # A statement is only answered where it ends the message, and commands with slips don't run.
    return tuple(pair for pair in BLIND_DANGEROUS[::6] if "?" in pair[0] and "`" not in pair[0] and is_held(*pair))


def freed(pairs: Sequence[Pair], change: mutations.Change, *, seed: int = 7, replies: bool = False) -> list[Pair]:
    rng = random.Random(seed)
    changed = [(q, change(r, rng)) if replies else (change(q, rng), r) for q, r in pairs]
    return [pair for pair in changed if not is_held(*pair)]


@pytest.mark.parametrize("name", mutations.QUESTION_CHANGES)
def test_hardly_any_way_of_writing_the_question_frees_what_was_held(name: str) -> None:
    pairs = held(3) if "of a long" in name else held()
    found = freed(pairs, mutations.QUESTION_CHANGES[name])
    assert len(found) <= len(pairs) * FREED_MORE.get(name, FREED_BY_A_CHANGE), found


@pytest.mark.parametrize("name", mutations.QUESTION_CHANGES)
def test_nor_of_the_blind_lists(name: str) -> None:
    pairs = held_blind()[::4] if "of a long" in name else held_blind()
    found = freed(pairs, mutations.QUESTION_CHANGES[name])
    assert len(found) <= len(pairs) * FREED_MORE.get(name, FREED_BY_A_CHANGE), found


@pytest.mark.parametrize("name", mutations.REPLY_CHANGES)
def test_hardly_any_way_of_writing_the_reply_frees_what_was_held(name: str) -> None:
    found = freed(held(), mutations.REPLY_CHANGES[name], replies=True)
    assert len(found) <= len(held()) * FREED_BY_A_CHANGE, found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["letters swapped", "letter dropped", "letter doubled"])
def test_hardly_any_slip_in_the_verb_frees_what_was_held(name: str, seed: int) -> None:
    found = freed(held(), mutations.QUESTION_CHANGES[name], seed=seed)
    assert len(found) <= len(held()) * FREED_MORE.get(name, FREED_BY_A_CHANGE), found


SYNONYMS = {
    Consequence.DESTRUCTIVE: "delete drop wipe erase purge truncate destroy nuke scrap trash discard remove",
    Consequence.COSTLY: "buy purchase rent order provision",
    Consequence.PUBLIC: "publish release announce push share upload send submit broadcast deploy",
}
THINGS = {
    Consequence.DESTRUCTIVE: ("the users table", "all the backups", "it", "the data directory", "report.csv"),
    Consequence.COSTLY: ("two more servers", "it"),
    Consequence.PUBLIC: ("it", "the package", "the newsletter"),
}
ASKS = (
    "Shall I {}?",
    "Do you want me to {}?",
    "I'll {} now, ok?",
    "Ready to {}. Proceed?",
    "I can {} if you like.",
    "Everything else is done. Would you like me to {}?",
    "Next I will {}. Let me know.",
    "Is it OK to {}?",
)


FREED_BY_A_FRAME = 0.05


@pytest.mark.parametrize("kind", SYNONYMS)
def test_synonyms_in_every_frame_are_held_but_for_a_few(kind: Consequence) -> None:
    asked = [
        frame.format(f"{verb} {thing}") for verb in SYNONYMS[kind].split() for thing in THINGS[kind] for frame in ASKS
    ]
    free = [question for question in asked if not is_held(question, "yes, please")]
    assert len(free) <= len(asked) * FREED_BY_A_FRAME, free


def test_a_refusal_sets_nothing_in_motion() -> None:
    asked = ("Shall I drop the users table?", "Deploy to production?", "Publish it?", "Print the password?")
    taken = [(question, no) for question in asked for no in column(REPLIES, "refusal") if acts(question, no)]
    assert taken == []


def test_agreement_in_any_language_sets_in_motion_what_was_asked() -> None:
    question = "Shall I drop the users table?"
    expected = graves(question, "yes")
    assert expected == {"Shall I drop the users table? destructive"}
    assert [yes for yes in column(REPLIES, "agreement") if not expected <= graves(question, yes)] == []


NAMES_OF_THE_SECOND = (
    "2|2.|#2|option 2|the second one|B|number two|2 please|Force push|the latter|1 and 2|both|第二个|die zweite|второй"
)


@pytest.mark.parametrize("reply", NAMES_OF_THE_SECOND.split("|"))
def test_an_option_is_named_in_many_ways(reply: str) -> None:
    assert is_held("The branches diverged. Which way?\n1. Rebase\n2. Force push", reply)


@pytest.mark.parametrize("reply", ["1", "option 1", "the first one", "rebase", "A"])
def test_the_harmless_option_stays_harmless(reply: str) -> None:
    assert not is_held("The branches diverged. Which way?\n1. Rebase\n2. Force push", reply)


def test_an_act_says_what_would_be_set_in_motion() -> None:
    assert acts("All green. Shall I drop the `users` table?", "yes") == (
        Act(
            verb="drop",
            object="users table",
            qualifiers=(),
            where=Where.QUESTION,
            weight=Weight.GRAVE,
            consequence=Consequence.DESTRUCTIVE,
            evidence="Shall I drop the users table?",
            key="drop data",
        ),
    )


def test_a_secret_in_the_reply_is_named_but_not_repeated() -> None:
    found = acts("Which password?", "the password is hunter2!")
    assert Consequence.CREDENTIAL in {act.consequence for act in found}
    assert "hunter2" not in str(found)


def test_a_grave_act_that_the_agent_announces_counts_for_other_replies_too() -> None:
    assert is_held("Then the invoice gets paid from the company card. Shall I go on?", "add a test first")
    assert [question for question in lists.questions("announced") if acts(question, "no, stop")] == []


STRANGE = ("a" * 5000, "1. " * 2000, "(" * 3000, "git " * 500, "删" * 900, "\u200b" * 100, "\ud800", "\x12", "\x120")
EMPTY = ("", " ", "?", "❌", "...", "\n\n")
WORDS = (
    "Shall I |drop |the users table|? |no|yes|, |. |\n|1. |- |`|```sh\n|\n```|git push |--force|rm -rf /|"
    "don't |unless |or |and then |it |main|\u200b|删除|löschen |👍|**|$(|\\|;|"
    "I'll |will be |deleted |{|}|\x11|\x120|\x1a"
).split("|")
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=30).map("".join)


@pytest.mark.parametrize("text", STRANGE + EMPTY, ids=lambda text: repr(text[:8]))
def test_nothing_makes_it_fail(text: str) -> None:
    for question, reply in ((text, "yes"), ("Drop it?", text), (text, text)):
        assert isinstance(acts(question, reply, (text,)), tuple)


@effort(200)
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_it_reads_any_text(question: str, reply: str, options: list[str]) -> None:
    for act in acts(question, reply, options):
        assert act.weight is not Weight.NONE
        assert (act.consequence is not None) is (act.weight is Weight.GRAVE)
        assert not (act.key and act.weight is Weight.UNREAD)


GRAVE = [pair for pair in DANGEROUS if graves(*pair) and "\n" not in pair[0]]
"""Of one paragraph, so that a sentence before it or after it is no part of a list."""
SENTENCES = st.lists(st.sampled_from(FILLER), min_size=1, max_size=12).map(" ".join)
REVERSIBLE = (
    "run the tests",
    "run the linter",
    "add a test for the parser",
    "rename the helper",
    "fix the typo in the docs",
    "remove the unused import",
)
DANGERS = (
    "drop the users table",
    "publish the package to npm",
    "force-push to main",
    "deploy to production",
    "email all customers",
    "delete the old bucket",
    "frobnicate the gateway",
    "pay the invoice",
    "run `terraform destroy`",
)
PLANS = ("I'll {}.", "Next I will {}.", "First I {}.")
ENDS = (("Shall I go on?", "yes"), ("Continue?", "continue"), ("OK?", "👍"), ("Shall I start?", "go ahead"))


@effort(150)
@given(st.sampled_from(GRAVE), SENTENCES, SENTENCES)
def test_harmless_sentences_around_it_remove_no_grave_act(pair: Pair, before: str, after: str) -> None:
    question, reply = pair
    assert graves(f"{before}\n\n{question}", reply) >= graves(question, reply)
    if not {"it", "them"} & set(reply.split()):  # what "them" are may be what the sentence behind names
        assert is_held(f"{before} {question} {after}", reply)


@effort(150)
@given(st.sampled_from(DANGERS), SENTENCES, st.sampled_from(ENDS))
def test_harmless_sentences_between_an_act_and_its_question_remove_nothing(act: str, told: str, end: Pair) -> None:
    assert is_held(f"Next I'll {act}. {told} {end[0]}", end[1])


@effort(150)
@given(
    st.lists(st.sampled_from(REVERSIBLE), min_size=1, max_size=6),
    st.sampled_from(DANGERS),
    st.integers(0, 6),
    st.sampled_from(ENDS),
    st.booleans(),
)
def test_a_plan_with_a_dangerous_step_is_held(
    steps: list[str], danger: str, place: int, end: Pair, listed: bool
) -> None:
    plan = [*steps[:place], danger, *steps[place:]]
    items = "\n".join(f"{number}. {step.capitalize()}" for number, step in enumerate(plan, 1))
    said = f"The plan:\n{items}\n\n" if listed else f"I'll {', '.join(plan[:-1])} and {plan[-1]}. "
    assert is_held(said + end[0], end[1])


OPENINGS = ("yes, and {}", "yes. {}", "ok, then {}", "please {}", "{}", "no, {} instead", "{} first")


@effort(120)
@given(st.sampled_from(REVERSIBLE), st.sampled_from(DANGERS), st.sampled_from(OPENINGS), SENTENCES, st.booleans())
def test_a_dangerous_order_in_the_reply_is_held(asked: str, danger: str, said: str, told: str, long: bool) -> None:
    question = f"{told}\n\nShall I {asked}?" if long else f"Shall I {asked}?"
    assert is_held(question, said.format(danger))


@effort(120)
@given(
    st.lists(st.sampled_from(REVERSIBLE), min_size=1, max_size=4),
    st.sampled_from([danger for danger in DANGERS if "`" not in danger]),  # such an option is not read yet
    st.integers(0, 4),
    st.sampled_from(("{}. ", "{}) ", "({}) ")),
    st.booleans(),
)
def test_a_dangerous_option_is_held_by_its_label(
    options: list[str], danger: str, place: int, label: str, letters: bool
) -> None:
    place = min(place, len(options))
    offered = [*options[:place], danger, *options[place:]]
    labels = "abcdef" if letters else "123456"
    lines = "\n".join(label.format(labels[at]) + option.capitalize() for at, option in enumerate(offered))
    assert is_held(f"How do we go on?\n{lines}", labels[place])
    assert is_held("How do we go on?", danger, tuple(offered))
    assert not is_held(f"How do we go on?\n{lines}", labels[0 if place else 1])


@effort(60)
@given(st.lists(st.sampled_from(REVERSIBLE), min_size=1, max_size=6), st.sampled_from(ENDS))
def test_a_plan_of_harmless_steps_is_free(steps: list[str], end: Pair) -> None:
    items = "\n".join(f"{number}. {step.capitalize()}" for number, step in enumerate(steps, 1))
    assert not is_held(f"The plan:\n{items}\n\n{end[0]}", end[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["Should I drop x? ", "\n", "1. ", "- a\n", "git push ", "$1 ", "?", "d e ", "curl ", "删", "a"]
)
def test_a_hundred_kilobytes_of_anything_are_read_to_the_end(piece: str) -> None:
    """A pattern that backtracks would hang here; how fast it is belongs to the benchmarks."""
    text = piece * (100_000 // len(piece))
    assert is_held(text + "\n\nShall I drop the table?", "yes")
