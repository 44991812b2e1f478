"""The acts of one sentence or block: its clauses, its commands, its dangers, as the person will read them.

Which sentences of a message a reply answers is decided in `reader`, which words of a reply are an order in `orders`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes.alarms import alarms, in_code
from clone_mcp.stakes.clauses import Clause, clauses, form_at
from clone_mcp.stakes.commands import command_acts, is_command
from clone_mcp.stakes.doubts import is_of_code
from clone_mcp.stakes.frames import ACT_NOUNS, Words, small
from clone_mcp.stakes.rulings import NOTHING, Antecedent, key, rule
from clone_mcp.stakes.text import MARKS, Code, Piece, Sentence
from clone_mcp.stakes.things import SENSITIVE, TEXTS, gravest, kind_of
from clone_mcp.stakes.verbs import Form, class_of, verb_at

_SHOWN = 120
_COSTS = re.compile(r"^[$€£]\d|[\U0001f300-\U0001faff]")
"""A price, and a picture that stands for a word: neither belongs to an act that is known."""
_REMEMBERED = 2
"""Sentences before the last that a pronoun may still reach."""
_CARRIES_OUT = small("carries out")
_TAKES_NOUN = frozenset(("go", "light", "run", "choose", "grant"))
"""Classes of verbs that may only carry out what a noun names: "proceed with the deletion"."""
_GENTLE = frozenset(("look", "edit", "test", "build"))
_TAKES_COMMAND = frozenset(("run", "test", "build", "go", "light", "choose", "install", "grant", "publish"))
"""And of those that do no more than the command behind them."""


def clause_acts(
    sentence: Sentence, start: int, where: Where, before: Antecedent = NOTHING, asked: Words = ()
) -> Iterator[Act]:
    """What the clauses of a directed sentence set in motion, from a token on, and to what is `asked` for."""
    before = spoken_of(sentence, before, until=start)
    for clause in clauses(sentence, start):
        if asked and not clause.objects and not clause.pronoun:
            clause = replace(clause, objects=(asked,))
        elif len(sentence.tokens) == 1 and rule(clause).weight is Weight.NONE:
            clause = replace(clause, pronoun=True)
        yield from clause_act(clause, sentence, where, before)


def clause_act(clause: Clause, sentence: Sentence, where: Where, before: Antecedent) -> Iterator[Act]:
    """What one clause sets in motion, and what hangs on it."""
    runs = rule(clause).name == "run"
    spans = (sentence.span(token) for token in clause.tokens if token[0] in MARKS)
    commands = [code for span in spans if (code := _is_run(span, runs))]
    written = " ".join(map(sentence.span, clause.tokens[1:]))
    if runs and not commands and " " in written and is_command(written):
        commands = [written]
    for command in commands:
        yield from command_acts(command, Where.COMMAND)
    ruling = rule(_of_noun(clause), before, in_code=is_of_code(sentence))
    if commands and (clause.verb is None or ruling.name in _TAKES_COMMAND):
        return
    verb = clause.verb.lemma.replace("_", " ") if clause.verb else clause.word
    qualifiers = tuple(f"{first} {_spoken(sentence, phrase)}" for first, phrase in clause.qualifiers)
    said = " ".join(_spoken(sentence, phrase) for phrase in clause.objects)[:_SHOWN]
    if ruling.weight is Weight.REVERSIBLE and any(map(_COSTS.search, clause.tokens)):
        ruling = replace(ruling, weight=Weight.UNREAD)
    evidence = excerpt(sentence)
    yield Act(verb, said, qualifiers, where, ruling.weight, ruling.consequence, evidence, key(clause, ruling))
    yield from _purposes(clause, sentence, where, before)
    if clause.loose:
        loose = replace(sentence, tokens=clause.loose, words=frozenset(clause.loose))
        yield from alarm_acts(loose, wide=True)


def _purposes(clause: Clause, sentence: Sentence, where: Where, before: Antecedent) -> Iterator[Act]:
    """ "Edit the config to allow all origins": what is grave about what it is done for."""
    words = clause.purpose
    for inner in clauses(replace(sentence, tokens=words, words=frozenset(words))):
        ruling = rule(inner, before, in_code=is_of_code(sentence))
        counts = ruling.consequence is Consequence.WEAKENING or (clause.loose and ruling.weight is Weight.GRAVE)
        if inner.verb and counts:
            said = " ".join(_spoken(sentence, phrase) for phrase in inner.objects)[:_SHOWN]
            verb = inner.verb.lemma.replace("_", " ")
            yield Act(verb, said, (), where, ruling.weight, ruling.consequence, excerpt(sentence), key(inner, ruling))


def as_command(code: str) -> str:
    """The command that a text is, in whatever letters; empty where it is none."""
    code = code.replace("\u00a0", " ")
    first = code.split(" ", 1)[0]
    if first[:1].isupper() and not first.isupper():
        return ""  # "Next steps": no command begins so
    code = code.lower() if code.isupper() else code
    return code if is_command(code.partition("\n")[0]) else ""


def _is_run(code: str, runs: bool) -> str:
    return as_command(code) if " " in code.replace("\u00a0", " ") or runs else ""


def _of_noun(clause: Clause) -> Clause:
    """ "Proceed with the deletion of the users" as the act that its noun names."""
    if clause.verb is None or (name := rule(clause).name) not in _TAKES_NOUN:
        return clause
    runs = name == "run"
    for phrase in clause.phrases:
        does = clause.verb.lemma in _CARRIES_OUT and phrase in clause.objects
        does = does or (("with", phrase) in clause.qualifiers and form_at(phrase, 0) is Form.GERUND)
        lemma = ACT_NOUNS.get(phrase[-1]) or (phrase[-1] if does else "")
        found = verb_at((lemma,), 0) if lemma else None
        if found and not (runs and class_of(found[0].lemma) in _GENTLE):
            others = tuple(each for each in clause.objects if each is not phrase) or (
                (phrase[:-1],) if phrase[1:] else ()
            )
            of = tuple(each for first, each in clause.qualifiers if first == "of" and each is not phrase)
            kept = tuple(each for each in clause.qualifiers if each[1] is not phrase and each[0] != "of")
            return replace(clause, verb=found[0], objects=others + of, qualifiers=kept)
    return clause


def _spoken(sentence: Sentence, phrase: tuple[str, ...]) -> str:
    return " ".join(map(sentence.span, phrase))


def alarm_acts(sentence: Sentence, *, wide: bool, idioms: bool = True, read: Collection[str] = ()) -> Iterator[Act]:
    """The dangers it tells of; idioms of verbs in `read` are weighed already."""
    for why, word, clause in alarms(sentence, wide=wide, idioms=idioms, read=read):
        said = " ".join(_spoken(sentence, phrase) for phrase in clause.objects)[:_SHOWN] if clause else ""
        yield Act(word, said, (), Where.QUESTION, Weight.GRAVE, why, excerpt(sentence), f"{word} {why}")


def unread_act(sentence: Sentence, where: Where = Where.QUESTION) -> Act:
    """An act that nobody can judge."""
    return Act("", "", (), where, Weight.UNREAD, None, excerpt(sentence), "")


def secret_act() -> Act:
    """A secret that the reply hands over; it is never shown."""
    evidence = "the reply contains a secret"
    return Act(
        "hand over", "a secret", (), Where.REPLY, Weight.GRAVE, Consequence.CREDENTIAL, evidence, "hand over secret"
    )


def go_on_act(message: str, weight: Weight) -> Act:
    """Whatever the agent does next."""
    evidence = " ".join(message[-_SHOWN:].split())
    return Act("go on", "", (), Where.QUESTION, weight, None, evidence, "go on" if weight is Weight.REVERSIBLE else "")


def block_acts(code: Code, *, directed: bool, runs: bool) -> Iterator[Act]:
    """A block of commands is run where the message asks for that, or plans to. What a program does is unread."""
    if code.program and (runs or in_code(code.text)):
        yield Act("run", "code", (), Where.COMMAND, Weight.UNREAD, None, " ".join(code.text.split())[:_SHOWN], "")
    if not runs and not directed:
        return
    if code.named:
        yield from command_acts(code.text, Where.COMMAND)
        return
    lines = [line for line in code.text.splitlines() if line.strip()]
    if not code.language and lines and is_command(lines[0]):
        for line in filter(is_command, lines):
            yield from command_acts(line, Where.COMMAND)


def excerpt(sentence: Sentence) -> str:
    """What the person is shown of it."""
    text = " ".join(sentence.written.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def spoken_of(piece: Piece, before: Antecedent, until: int | None = None) -> Antecedent:
    """What "it" may stand for after a sentence, or a part of it: what it names last, or the gravest of all it names."""
    words = () if isinstance(piece, Code) else piece.tokens[:until]
    kinds = [kind for word in words if (kind := kind_of(word)) and kind != "THING"]
    if not kinds:
        return before
    if until is not None and before.gravest:
        kinds.insert(0, before.gravest)
    named = set(kinds)
    earlier = before.earlier if until is not None else (*before.earlier, before.gravest)[-_REMEMBERED:]
    return Antecedent(
        kinds[-1], gravest(named & (SENSITIVE | {"SCHEMA", "PACKAGE"}) or named & TEXTS or named), earlier
    )
