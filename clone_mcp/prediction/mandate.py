"""What the person has confirmed that agents may do without asking them, and whether it covers an answer.

The only thing that lifts the consequence gate. It errs on the side of asking: every word that counts, of every sentence
that would authorise something grave, has to stand in a fact that the person confirmed and that allows the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clone_mcp.language.wording import words
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.models.memory import Fact, Gate
from clone_mcp.models.prediction import Question
from clone_mcp.stakes import consequences
from clone_mcp.stakes.findings import Finding

_LEAST = 2
"""Words that count, such as a verb and its object: "delete it" may point at anything."""
_ROUNDS = 8
_SENTENCE = re.compile(r"[^.!?;\n。！？；]+")
_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_BESIDE = frozenset("shall should want may ok okay please go ahead proceed yes sure yep ready just right".split())
_EXCEPT = re.compile(
    r"\b(?:but|except|unless|never|only|other than|aber|außer|ausser|nur|sauf|mais|jamais|excepto|pero|nunca|solo|mai|"
    r"tranne|exceto|mas|behalve|maar|nooit|кроме|никогда|только)\b|除|但|不要|以外",
    re.IGNORECASE,
)


def mandates(facts: Iterable[Fact], project: str | None) -> list[Fact]:
    """Those of the facts that allow something without asking, here. One with an exception is left to the person."""
    return [
        fact
        for fact in facts
        if fact.confirmed_at is not None
        and fact.usable
        and fact.project in (None, project)
        and gate_of(fact.text) is Gate.GROUNDING
        and not _EXCEPT.search(fact.text)
    ]


def covering(allowed: Sequence[Fact], question: Question, reply: str) -> list[Fact] | None:
    """The facts that allow all that the reply would authorise; None where something is not allowed."""
    asked, said, used = question.agent_input, reply, list[Fact]()
    for _ in range(_ROUNDS):
        found = consequences(asked, said, question.options)
        if not found:
            return used
        sentence = _sentence(asked, found[0]) or _sentence(said, found[0])
        fact = next((each for each in allowed if sentence and _allows(each, sentence, found[0])), None)
        if fact is None or sentence is None:
            return None
        used.append(fact)
        asked, said = asked.replace(sentence, " "), said.replace(sentence, " ") or "yes"
    return None


def _sentence(text: str, finding: Finding) -> str | None:
    """The one that the finding was made in."""
    evidence = finding.evidence.casefold().strip(" .!?;…")
    return next((each for each in _SENTENCE.findall(text) if evidence in each.casefold()), None)


def _allows(fact: Fact, sentence: str, finding: Finding) -> bool:
    wanted = {_stem(word) for word in words(sentence)} - _BESIDE
    kinds = {each.consequence for each in consequences("", fact.text)}
    known = {_stem(word) for word in words(fact.text)}
    return len(wanted) >= _LEAST and wanted <= known and finding.consequence in kinds


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > 4 else word
