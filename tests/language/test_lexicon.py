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
from clone_mcp.stakes.frames import frame_at, frames
from clone_mcp.stakes.text import Sentence, pieces
from clone_mcp.stakes.things import head_kind
from clone_mcp.stakes.verbs import class_of, verb_at

PACKAGE = Path(lexicon.__file__).parents[2]
TABLES = sorted(path.stem for path in lexicon.FOLDER.glob("*.tsv"))

WHOLE = {"command", "danger", "phrase", "offer", "intent", "first person", "choice"}
"""Kinds whose rows are patterns with a form of their own, or groups."""
FRAMES = ("asks", "plans", "offers", "reports", "wishes", "filler", "negator", "preposition", "subordinator")
"""Kinds of frames.tsv whose words follow one another."""


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
    readers = [
        path for path in PACKAGE.rglob("*.py") if re.search("lexicon|(tables|frames) import", path.read_text("utf-8"))
    ]
    modules = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in readers]
    names = [module.removesuffix(".__init__") for module in modules]
    script = READS.format(modules=names, tables=TABLES)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == []


def said(text: str) -> tuple[str, ...]:
    return tuple(word for piece in pieces(text) if isinstance(piece, Sentence) for word in piece.tokens)


@pytest.mark.parametrize("kind", FRAMES)
def test_a_sentence_can_hold_every_frame(kind: str) -> None:
    known = frames(kind)
    written = [words for alike in known.values() for words in alike]
    held = [(words, said(f"{' '.join(words)} x")) for words in written]
    assert [words for words, tokens in held if not frame_at(known, tokens, 0)] == []


def test_every_deed_is_read_as_a_verb_of_its_class() -> None:
    last = {word: row.form for row in lexicon.rows("deeds", "deed") for word in row.word.split()}
    read = {word: verb_at(said(word.replace("_", " ")), 0) for word in last}
    assert [
        word for word, found in read.items() if found is None or class_of(found[0].lemma, (), ()) != last[word]
    ] == []


def test_every_thing_is_of_its_kind() -> None:
    last = {word: row.form for row in lexicon.rows("things", "thing") for word in row.word.split()}
    read = {word: head_kind(said(word.replace("_", " "))) for word in last}
    beside = {word for row in lexicon.rows("things", "thing with") for word in row.word.split()}
    assert [(word, kind) for word, kind in read.items() if kind != last[word] and word not in beside] == []


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
