"""The word tables: no row stands there for nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import key_of, stem
from clone_mcp.language.lexicon import Row
from clone_mcp.language.tool_names import known
from clone_mcp.language.wording import tokens, words
from clone_mcp.stakes.languages import stem_acts, unspaced_acts
from clone_mcp.stakes.sentences import sentences
from clone_mcp.stakes.spelling import clean, fold
from clone_mcp.stakes.tables import kinds
from clone_mcp.stakes.vocabulary import is_known, uses

PACKAGE = Path(lexicon.__file__).parents[2]
TABLES = sorted(path.stem for path in lexicon.FOLDER.glob("*.tsv"))

AS_PARTS = {"verb", "stem", "clitic", "elision", "ending", "past ending", "stem ending", "stem past ending"}
"""Kinds of the tables below whose words are parts of words; what they make is tested by itself."""
WHOLE = {"command", "phrase", "offer", "intent", "first person", "choice"}
"""Kinds whose rows are patterns with a form of their own, or groups."""
IN_SENTENCES = {"acts", "commands", "grammar", "inflections", "negations", "objects", "ordinary", "phrases"}
"""Tables that are read by the words of a sentence."""


def lines(table: str) -> list[str]:
    return (lexicon.FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()


def rows(table: str) -> list[Row]:
    return [Row(*line.split("\t")) for line in lines(table) if not line.startswith("#")][1:]


def words_of(row: Row) -> list[str]:
    return re.split(r"\|", row.word) if row.form == "pattern" else row.word.split()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_columns_and_says_what_it_is_for(table: str) -> None:
    head = next(line for line in lines(table) if not line.startswith("#"))
    assert (lines(table)[0][:2], tuple(head.split("\t"))) == ("# ", lexicon.COLUMNS)
    assert [line for line in lines(table) if not line.strip() or line != line.rstrip()] == []
    assert [row for row in rows(table) if not row.kind or not row.language or not row.word] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_word_stands_twice_in_a_list(table: str) -> None:
    said = Counter(
        (row.kind, row.language, word, row.form, row.needs, row.spares)
        for row in rows(table)
        for word in ([row.word] if row.form == "pattern" or row.kind in WHOLE else row.word.split())
    )
    assert [word for word, times in said.items() if times > 1] == []


READS = """
import importlib
from clone_mcp.language import lexicon
asked, rows = set(), lexicon.rows
def seen(table, kind, form=""):
    found = rows(table, kind, form)
    asked.update((table, *row) for row in found)
    return found
lexicon.rows = seen
for module in {modules!r}:
    importlib.import_module(module)
for table in {tables!r}:
    for row in (row for found in lexicon._table(table).values() for row in found):
        if (table, *row) not in asked:
            print(table, *row)
"""


def test_every_row_is_asked_for_by_a_reader() -> None:
    readers = [path for path in PACKAGE.rglob("*.py") if re.search("lexicon|tables import", path.read_text("utf-8"))]
    modules = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in readers]
    names = [module.removesuffix(".__init__") for module in modules]
    script = READS.format(modules=names, tables=TABLES)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == []


@pytest.mark.parametrize("table", sorted(IN_SENTENCES))
def test_a_sentence_can_hold_every_word_that_is_looked_for_in_sentences(table: str) -> None:
    looked_for = {
        word
        for row in rows(table)
        for column in (row.word if row.form != "pattern" and row.kind not in AS_PARTS else "", row.needs, row.spares)
        for word in ("" if column is row.word and row.kind in ("command", "phrase") else column).split()
        if not word.isupper() and row.kind not in ("pair", "refusal", "act of refusal, unspaced")
    }
    assert sorted(word for word in looked_for if not in_sentence(fold(word).rstrip("*/"))) == []


def in_sentence(word: str) -> bool:
    texts = (word, f"x {word} x", word.replace("-", " "), f"x {word.replace('-', ' ')} x")
    return any(word in sentence.words for text in texts for sentence in sentences(text))


def test_every_act_is_read_from_its_words() -> None:
    missed = [
        (row.form, word)
        for row in lexicon.rows("acts", "verb") + lexicon.rows("acts", "noun") + lexicon.rows("acts", "past")
        for word in row.word.split()
        if "-" not in word or row.language == "en"
        if not any((use.consequence, use.language) == (row.form, row.language) for use in uses(fold(word)))
    ]
    assert missed == []


def test_every_class_of_a_foreign_verb_has_endings() -> None:
    known_classes = {(row.language, row.word) for row in lexicon.rows("inflections", "ending")}
    used = {
        (row.language, word.partition("-")[2])
        for row in lexicon.rows("acts", "verb")
        for word in row.word.split()
        if row.language != "en" and "-" in word
    }
    assert known_classes - used == set()


def test_every_turkish_stem_is_read_at_the_start_of_a_word() -> None:
    missed = [
        word
        for row in lexicon.rows("acts", "stem")
        for word in row.word.split()
        if row.form not in consequences_of(fold(word.replace("-", "")), ("", "in", "e"))
    ]
    assert missed == []


def consequences_of(stem: str, endings: tuple[str, ...]) -> set[str]:
    return {use.consequence.value for ending in endings for use in uses(stem + ending)}


def test_every_object_is_of_its_kind() -> None:
    missed = [
        (row.form, word)
        for row in lexicon.rows("objects", "object")
        for word in row.word.split()
        if row.form not in kinds(fold(word).replace("*", "qq" if word.endswith("*") else ""))
    ]
    assert missed == []


def test_every_stem_stands_once_and_every_stem_of_an_act_or_thing_is_found() -> None:
    stems = [fold(word.replace("_", " ")) for row in rows("stems") for word in row.word.split()]
    assert [each for each, times in Counter(stems).items() if times > 1] == []
    missed = [
        (row.form, word)
        for row in rows("stems")
        for word in row.word.split()
        if row.form and not is_known(fold(word).split("_")[0].split("-")[0])
        if row.form not in {found for found, _ in stem_acts(fold(word.replace("_", " ")), (), short=True)}
    ]
    assert missed == []


def test_every_act_of_a_script_without_spaces_is_found() -> None:
    # On something live: elsewhere a word of writing inside the act would make it an edit.
    missed = [
        (row.form, word)
        for row in lexicon.rows("unspaced", "act")
        for word in row.word.split()
        if row.form not in {found for found, _ in unspaced_acts(fold(clean(f"{word.replace('_', ' ')} 生产?")))}
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("replies", "polite"),
        ("replies", "go ahead"),
        ("messages", "cue"),
    ],
)
def test_words_of_replies_and_messages_are_words_as_texts_are_cut(table: str, kind: str) -> None:
    assert [word for word in lexicon.words(table, kind) if tokens(word) != [word]] == []


def test_common_words_and_silent_words_say_nothing() -> None:
    assert words(" ".join(lexicon.words("replies", "common"))) == []
    assert key_of("want", " ".join(lexicon.words("keys", "silent"))) == "want +"


def test_every_spelling_is_read_as_its_word() -> None:
    missed = [
        (row.form, word)
        for kind in ("alias", "inflected")
        for row in lexicon.rows("keys", kind)
        for word in row.word.split()
        if stem(word) != stem(row.form)
    ]
    assert missed == []


def test_every_tool_is_known() -> None:
    named = [row for row in rows("tools") if row.form != "pattern" and row.kind != "everybody's"]
    spellings = [word.replace("_", " ") for row in named for word in row.word.split()]
    assert [spelling for spelling in spellings if not known(spelling)] == []
    assert [each for each, times in Counter(spellings).items() if times > 1] == []


def test_a_pattern_takes_in_what_it_refers_to() -> None:
    assert lexicon.spelt_out("statements", "x {says} y") == f"x (?:{lexicon.pattern('statements', 'says')}) y"


def test_a_kind_that_no_row_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        lexicon.rows("grammar", "no such kind")
