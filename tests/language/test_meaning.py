"""What counts as the same: rules on small examples, rates on lists of pairs, and what holds for any text."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning import manner, vocabulary
from clone_mcp.language.meaning.answer import answer
from clone_mcp.language.meaning.compare import compare, compare_answers, same_reply
from clone_mcp.language.meaning.cut import cut
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.meaning.readings import EACH, Readings
from clone_mcp.language.meaning.traits import NAMES, traits
from clone_mcp.language.meaning.weights import parsed, shipped

HERE = Path(__file__).parent
MENU = "Which one?\n\n1. Redis for the cache\n2. Postgres for everything\n3. Files on disk"
TEXTS = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.sampled_from(["no", "don't", "push", "1", "option b", "，不要", "@a.py", "??", "yes", "it"])).map(
        " ".join
    ),
)
OFFER = "The fix is ready. Would you like me to commit it?"


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


@pytest.mark.parametrize(
    ("a", "b", "question", "sameness"),
    [
        ("yes", "yes, commit it", OFFER, "same"),
        ("yes", "yes, commit it", "", "part"),
        ("yes", "yes, commit and push", OFFER, "part"),
        ("yes", "yes, do B", "Shall I implement option B?", "same"),
        ("yes", "yes, do B", "Shall I do A or option B?", "part"),
        ("yes", "yes, commit", "Shall I commit and push?", "part"),
        ("yes, delete the cache", "yes, push the branch", "Shall I delete the cache and push the branch?", "different"),
        ("push but don't commit", "commit but don't push", "", "different"),
        ("run the tests", "skip the tests", "", "different"),
        ("use pnpm", "use npm", "", "different"),
        ("set the timeout to 30", "set the timeout to 60", "", "different"),
        ("fix src/app.py", "fix src/main.py", "", "different"),
        ("did you add a test?", "add a test", "", "part"),
        ("commit", "Commit the changes, please.", "", "same"),
        ("commit", "commit and push", "", "part"),
        ("/review", "okay, now /review", "", "same"),
        ("thanks!", "Thank you", "", "same"),
        ("continue", "keep going", "", "same"),
        ("stop", "continue", "", "different"),
        ("go ahead", "go ahead if the tests pass", "", "part"),
        ("delete the cache", "add the cache", "", "different"),
        ("yep, now it works", "ok, let's implement this", "", "part"),
        ("show the title of the page under the header", "show the number of the page under the header", "", "part"),
        ("start on task 002", "start on task 011", "", "different"),
        ("rename foo to bar", "rename bar to foo", "", "different"),
        ("the second one", "the first one", "", "different"),
        ("yes", "👎", "Shall I push?", "different"),
        ("👍🏽", "push", "Shall I push?", "same"),
        ("use C++", "use C#", "", "different"),
        ("x < 5", "x > 5", "", "different"),
        ("yes", "continue", "Do you want me to stop?", "different"),
        ("yes", "skip the tests", "Shall I skip the tests?", "same"),
        ("yes", "run the tests", "Shall I skip the tests?", "different"),
        ("fix the parser", "fix the parser module", "", "same"),
        ("fix the parser", "fix the parser tests", "", "part"),
        ("fix the tests", "error the tests", "", "part"),
        ("run teh tests", "run the tests", "", "same"),
    ],
)
def test_two_replies_to_one_question(a: str, b: str, question: str, sameness: str) -> None:
    assert compare(a, b, question).sameness == sameness


@pytest.mark.parametrize(
    ("a", "b", "sameness"),
    [
        ("1", "option 1", "same"),
        ("1", "Redis", "same"),
        ("a", "the first one", "same"),
        ("use Redis for the cache", "1", "same"),
        ("1", "2", "different"),
        ("Redis", "Postgres", "different"),
        ("1", "1 and 3", "part"),
        ("both", "1", "part"),
        ("2", "Files on disk", "different"),
    ],
)
def test_an_option_is_taken_by_number_letter_order_or_name(a: str, b: str, sameness: str) -> None:
    assert compare(a, b, MENU).sameness == sameness


def test_options_given_apart_from_the_question_count_instead() -> None:
    options: list[Choice] = [("1", "Keep the old API"), ("2", "Write a new one")]
    assert compare("2", "write a new one", "How should it go on?", options).sameness == "same"


def test_the_same_reply_to_another_question_is_another_answer() -> None:
    mine, theirs = answer("yes", "Should I push the branch?"), answer("yes", "Should I delete the database?")
    assert same_reply("yes", "Yes!")
    assert compare_answers(mine, theirs).sameness == "different"
    assert compare_answers(mine, answer("yes please", "Shall I push the branch?")).sameness == "same"
    assert compare_answers(answer("1", MENU), answer("1", "Which?\n\n1. Tabs\n2. Spaces")).sameness == "different"


def test_a_reply_that_says_all_itself_needs_no_question() -> None:
    mine, theirs = answer("run the linter", "All done."), answer("run the linter please", "What now?")
    assert compare_answers(mine, theirs).sameness == "same"


def test_a_verdict_says_what_decided_it() -> None:
    said = [
        compare(a, b, question).reason
        for a, b, question in (
            ("yes", "Yes.", ""), ("yes", "no", ""), ("use npm", "use yarn", ""), ("1", "2", MENU), ("yes", "do it", ""),
            ("yes", "yes, commit it", OFFER), ("wait 5 minutes", "wait 9 minutes", ""),
        )
    ]  # fmt: skip
    assert said == ["equal", "polarity", "rival", "option", "go-ahead", "asked", "number"]


def test_pairs_in_six_languages() -> None:
    found = Counter((label, compare(a, b, question).sameness) for _, question, a, b, label in rows("meaning_pairs.tsv"))
    said = {said: sum(n for (_, verdict), n in found.items() if verdict == said) for said in ("same", "part")}
    # Measured when written: 60 of 60 called the same are, 60 of 60 that are were found; 28 of 29 parts were found.
    assert found["same", "same"] >= 0.95 * said["same"]
    assert found["same", "same"] >= 58
    assert found["part", "part"] >= 28
    assert found["different", "same"] == 0


def test_opposites_in_nine_languages_are_different() -> None:
    said = [
        (language, a, b) for language, a, b in rows("meaning_opposites.tsv") if compare(a, b).sameness != "different"
    ]
    assert said == []


def test_the_same_words_turned_round_are_never_the_same() -> None:
    found = [(a, b, question) for question, a, b in rows("meaning_turned.tsv") if same(a, b, question)]
    assert found == []


def same(a: str, b: str, question: str) -> bool:
    return "same" in (compare(a, b, question).sameness, compare(b, a, question).sameness)


@pytest.mark.parametrize(
    ("a", "b", "question"),
    [
        ("skip the tests", "yes, skip the tests", "Shall I skip the tests?"),
        ("yes", "yes, skip the tests", "Shall I skip the tests?"),
        ("no", "don't skip the tests", "Shall I skip the tests?"),
        ("no", "no, run the tests", "Shall I skip the tests?"),
        ("no", "don't stop", "Shall I stop?"),
        ("yes", "yes, stop", "Shall I stop?"),
        ("no", "go on", "Shall I stop?"),
        ("no", "keep it", "Should I delete it?"),
        ("no", "no, keep it", "Should I delete it?"),
        ("ja", "überspring die Tests", "Soll ich die Tests überspringen?"),
        ("nein", "überspring die Tests nicht", "Soll ich die Tests überspringen?"),
        ("nein", "behalte es", "Soll ich es löschen?"),
        ("yes", "yes, do B", "Shall I do B?"),
        ("ja", "ja, B", "Soll ich B machen?"),
        ("skip the tests", "yes, skip the tests", ""),
        ("don't skip the tests", "please don't skip the tests", ""),
        ("don't stop", "continue", ""),
        ("move A to B", "please move A to B", ""),
        ("use 5 GB", "use 5GB", ""),
        ("I want you to run the tests", "run the tests", ""),
    ],
)
def test_what_says_yes_or_no_to_its_question_is_that(a: str, b: str, question: str) -> None:
    assert compare(a, b, question).sameness == "same"


@given(TEXTS, TEXTS, st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_texts_compare_alike_both_ways(a: str, b: str, question: str) -> None:
    assert compare(a, b, question) == compare(b, a, question)
    assert compare(a, a, question).sameness == "same"


@given(st.sampled_from([row[2] for row in rows("meaning_pairs.tsv") if row[0] in ("de", "fr", "es", "pt")]))
def test_case_and_marks_change_nothing(text: str) -> None:
    assert compare(text, f"  {text.upper()}!! ").sameness == "same"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("add the debugg print", "add the debug print"),
        ("fix the pagnation bug", "fix the pagination bug"),
        ("open the dashbord", "open the dashboard"),
    ],
)
def test_a_slip_changes_nothing(typed: str, meant: str) -> None:
    assert compare(typed, meant).sameness == "same"


@pytest.mark.parametrize("piece", ["don't ", "a.b/", "1,2 ", "好", "`x` ", "@", "\u202e\ud800", "-", "no, ", "'n"])
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        began = time.process_time()
        compare(text, text + "!", text, [("1", text)])
        return time.process_time() - began

    seconds(100)
    assert seconds(100_000) < 0.5


def test_a_long_paste_is_the_same_only_when_all_of_it_is() -> None:
    paste = "Fix this: " + "line of a log\n" * 1000
    assert compare(paste, paste).sameness == "same"
    assert compare(paste, paste + "and then push").sameness == "different"


def test_what_is_kept_stays_within_its_room() -> None:
    kept = Readings[str](room=4 * (EACH + 2))
    for number in range(10, 15):
        kept.keep(str(number), "read")
    assert [kept.get(str(number)) for number in (10, 13, 14)] == [None, None, "read"]
    assert kept.keep("x" * 2000, "read") == "read"
    assert kept.get("x" * 2000) is None


def test_traits_are_as_many_as_their_names_and_lie_between_0_and_1() -> None:
    for _, question, a, b, _ in rows("meaning_pairs.tsv"):
        row = traits(answer(a, question), answer(b, question))
        assert len(row) == len(NAMES)
        assert min(row) >= 0
        assert max(row) <= 1


def test_weights_for_other_traits_are_refused() -> None:
    with pytest.raises(Invalid):
        parsed({"same": {"bias": 0, "weights": {"other": 1}}, "part": {}, "least_same": 0.5, "least_part": 0.5})
    assert 0.5 <= shipped().least_same < 1


WORDS = [
    (row, word)
    for kind in ("assent", "refusal", "go on", "stop", "ends", "deed", "pointer", "empty", "adds", "limits", "sense")
    for row in lexicon.rows("meaning", kind)
    for word in row.word.split()
]


def test_every_word_is_cut_as_it_is_written() -> None:
    # Elisions, phrases and denials are put together before words are cut.
    missed = [
        (row.kind, word)
        for row, word in WORDS
        if word not in cut(word).words and tuple(word.split("_")) not in vocabulary.PHRASES and len(word) > 1
    ]
    assert missed == []


def test_every_other_word_stands_for_its_form() -> None:
    assert [word for row, word in WORDS if row.kind == "sense" and vocabulary.sense(word) != row.form] == []


def test_every_verb_begins_an_order() -> None:
    assert [word for word in lexicon.words("meaning", "verb") if not manner.verb([word])] == []


def test_every_rival_is_found() -> None:
    assert [word for word in lexicon.words("meaning", "rivals") if not read(f"x {word} x").rivals] == []
