"""Dangerous answers are always caught, however they are written; ordinary ones rarely raise an alarm."""

import random
from pathlib import Path

import pytest
from clone_mcp.stakes.findings import Consequence, Finding

from clone_mcp.stakes import consequences
from tests.support.tsv import column, rows_of

from . import mutations

HERE = Path(__file__).parent
REPLIES = HERE / "replies.tsv"
LETTERS = {
    "D": Consequence.DESTRUCTIVE,
    "C": Consequence.COSTLY,
    "P": Consequence.PUBLIC,
    "K": Consequence.CREDENTIAL,
}


# A star stands for any kind: there it matters only that something is reported.
# Written blind, before the tables were read or changed, in the style of other engineers; what escaped is in missed.tsv.
BLIND_DANGEROUS = [(question, reply) for question, reply in rows_of(HERE / "blind_dangerous.tsv")]
BLIND_HARMLESS = [(question, reply) for question, reply in rows_of(HERE / "blind_harmless.tsv")]
MISSED = [(question, reply) for question, reply in rows_of(HERE / "missed.tsv")]
DANGEROUS = [(LETTERS.get(letter), question, reply) for letter, question, reply in rows_of(HERE / "dangerous.tsv")]
HARMLESS = [(question, reply) for question, reply in rows_of(HERE / "harmless.tsv")]


def found(question: str, reply: str, options: tuple[str, ...] = ()) -> set[Consequence]:
    return {finding.consequence for finding in consequences(question, reply, options)}


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(DANGEROUS) >= 150
    assert len(HARMLESS) >= 150


def test_every_dangerous_pair_is_caught_for_what_it_is() -> None:
    missed = [
        (kind, question, reply)
        for kind, question, reply in DANGEROUS
        if not found(question, reply) & ({kind} if kind else set(Consequence))
    ]
    assert missed == []


def test_at_most_one_harmless_pair_in_twenty_raises_an_alarm() -> None:
    alarms = [pair for pair in HARMLESS if found(*pair)]
    assert len(alarms) <= len(HARMLESS) * 0.05, alarms


def test_every_pair_of_the_blind_lists_is_caught_but_the_ones_known_to_escape() -> None:
    assert [pair for pair in BLIND_DANGEROUS if not found(*pair)] == []
    assert len(MISSED) <= len(BLIND_DANGEROUS) * 0.02


def test_at_most_one_harmless_blind_pair_in_fifty_raises_an_alarm() -> None:
    alarms = [pair for pair in BLIND_HARMLESS if found(*pair)]
    assert len(alarms) <= len(BLIND_HARMLESS) * 0.02, alarms


@pytest.mark.parametrize("name", mutations.QUESTION_CHANGES)
def test_hardly_any_way_of_writing_hides_a_danger_of_the_blind_lists(name: str) -> None:
    change, rng = mutations.QUESTION_CHANGES[name], random.Random(7)
    # A statement is only answered where it ends the message, and commands with slips don't run.
    asked = [pair for pair in BLIND_DANGEROUS[::3] if "?" in pair[0] and "`" not in pair[0]]
    changed = [(change(question, rng), reply) for question, reply in asked]
    assert len([pair for pair in changed if not found(*pair)]) <= len(changed) * 0.02


@pytest.mark.parametrize("name", mutations.QUESTION_CHANGES)
def test_no_way_of_writing_the_question_hides_the_danger(name: str) -> None:
    change, rng = mutations.QUESTION_CHANGES[name], random.Random(7)
    changed = [(change(question, rng), reply) for _, question, reply in DANGEROUS]
    assert [pair for pair in changed if not found(*pair)] == []


@pytest.mark.parametrize("name", mutations.REPLY_CHANGES)
def test_no_way_of_writing_the_reply_hides_the_danger(name: str) -> None:
    change, rng = mutations.REPLY_CHANGES[name], random.Random(7)
    changed = [(question, change(reply, rng)) for _, question, reply in DANGEROUS]
    assert [pair for pair in changed if not found(*pair)] == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["letters swapped", "letter dropped", "letter doubled"])
def test_a_slip_in_the_verb_hides_nothing(name: str, seed: int) -> None:
    change, rng = mutations.QUESTION_CHANGES[name], random.Random(seed)
    changed = [(change(question, rng), reply) for _, question, reply in DANGEROUS]
    assert [pair for pair in changed if not found(*pair)] == []


SYNONYMS = {
    Consequence.DESTRUCTIVE: "delete drop wipe erase purge truncate destroy nuke scrap trash discard remove",
    Consequence.COSTLY: "buy purchase rent deploy order provision",
    Consequence.PUBLIC: "publish release announce push share upload send submit broadcast",
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


@pytest.mark.parametrize("kind", SYNONYMS)
def test_synonyms_in_every_frame_are_caught(kind: Consequence) -> None:
    asked = [
        frame.format(f"{verb} {thing}") for verb in SYNONYMS[kind].split() for thing in THINGS[kind] for frame in ASKS
    ]
    assert [question for question in asked if kind not in found(question, "yes, please")] == []


def test_a_refusal_authorises_nothing() -> None:
    asked = ("Shall I drop the users table?", "Deploy to production?", "Publish it?", "Print the password?")
    taken = [(question, no) for question in asked for no in column(REPLIES, "refusal") if consequences(question, no)]
    assert taken == []


def test_agreement_in_any_language_authorises_what_was_asked() -> None:
    question, destructive = "Shall I drop the users table?", {Consequence.DESTRUCTIVE}
    assert [yes for yes in column(REPLIES, "agreement") if found(question, yes) != destructive] == []


@pytest.mark.parametrize(
    "reply",
    [
        "2",
        "2.",
        "#2",
        "option 2",
        "the second one",
        "B",
        "number two",
        "2 please",
        "Force push",
        "the latter",
        "1 and 2",
        "both",
        "第二个",
        "die zweite",
        "второй",
    ],
)
def test_an_option_is_named_in_many_ways(reply: str) -> None:
    assert Consequence.DESTRUCTIVE in found("The branches diverged. Which way?\n1. Rebase\n2. Force push", reply)


@pytest.mark.parametrize("reply", ["1", "option 1", "the first one", "rebase", "A"])
def test_the_harmless_option_stays_harmless(reply: str) -> None:
    assert consequences("The branches diverged. Which way?\n1. Rebase\n2. Force push", reply) == ()


def test_options_offered_beside_the_question_count_too() -> None:
    options = ("Keep the backup", "Delete the backup")
    assert found("What about the backup?", "Delete the backup", options) == {Consequence.DESTRUCTIVE}
    assert found("What about the backup?", "2", options) == {Consequence.DESTRUCTIVE}
    assert consequences("What about the backup?", "1", options) == ()


def test_a_finding_quotes_what_would_be_authorised() -> None:
    assert consequences("All green. Shall I drop the `users` table?", "yes") == (
        Finding(Consequence.DESTRUCTIVE, "Shall I drop the users table?"),
    )


def test_a_secret_in_the_reply_is_named_but_not_repeated() -> None:
    (finding,) = consequences("Which password?", "the password is hunter2!")
    assert finding.consequence is Consequence.CREDENTIAL
    assert "hunter2" not in finding.evidence


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "❌",
        "...",
        "\n\n",
        "a" * 5000,
        "1. " * 2000,
        "(" * 3000,
        "\u200b" * 100,
        "\ud800",
        "git " * 500,
        "删" * 900,
    ],
)
def test_nothing_makes_it_fail(text: str) -> None:
    for question, reply in ((text, "yes"), ("Drop it?", text), (text, text)):
        assert isinstance(consequences(question, reply, (text,)), tuple)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["Should I drop x? ", "\n", "1. ", "- a\n", "git push ", "$1 ", "?", "d e ", "curl ", "删", "a"]
)
def test_a_hundred_kilobytes_of_anything_are_read_to_the_end(piece: str) -> None:
    """A pattern that backtracks would hang here; how fast it is belongs to the benchmarks."""
    text = piece * (100_000 // len(piece))
    assert found(text + "\n\nShall I drop the table?", "yes") >= {Consequence.DESTRUCTIVE}


YES = ("yes", "continue", "go ahead")
ANNOUNCED = [question for (question,) in rows_of(HERE / "announced.tsv")]
TOLD = [question for (question,) in rows_of(HERE / "told.tsv")]


def test_a_grave_act_that_the_agent_announces_counts_for_every_reply_but_a_refusal() -> None:
    missed = [(question, reply) for question in ANNOUNCED for reply in YES if not found(question, reply)]
    assert missed == []
    assert found("Then the invoice gets paid from the company card. Shall I go on?", "add a test first")
    assert [question for question in ANNOUNCED if found(question, "no, stop")] == []


def test_what_a_step_does_to_code_and_what_programs_are_said_to_do_is_no_announcement() -> None:
    assert [question for question in TOLD if found(question, "yes")] == []
