"""Whether a permission covers what a question asks for: word for word, until acts are read for what they do.

What the permission limits must stand in the question, and what the question adds must stand in the permission. Only the
frames around an act ("Shall I …?", "… without asking me") and a closed list of reassuring statements are read past.
Everything else counts: environments, branches, names, amounts, flags, "all", "without …", and every other sentence.
Which facts are permissions at all is not decided here, but in `permission`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.replies import GO_AHEAD
from clone_mcp.language.wording import tokens


def _first(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.pattern('permissions', kind)})(?: |$)")


def _last(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^| )(?:{lexicon.pattern('permissions', kind)})$")


_ALLOWS_FIRST, _ALLOWS_LAST = _first("allows, first"), _last("allows, last")
_ASKS_FIRST, _ASKS_LAST = _first("asks, first"), _last("asks, last")
_ASKS_NOTHING = re.compile(rf"(?:{lexicon.pattern('permissions', 'asks nothing')})?")
_UNSPACED = tuple(re.compile(lexicon.pattern("permissions", kind)) for kind in ("begins, unspaced", "ends, unspaced"))
_CONDITION_WORDS = lexicon.pattern("permissions", "condition")
_CONDITION = re.compile(rf" ({_CONDITION_WORDS}) (?=.)")
_CONDITION_FIRST = re.compile(rf"\s*((?:{_CONDITION_WORDS})\b[^,]+),\s*(.+)", re.IGNORECASE)
_ASSURANCE = re.compile(lexicon.pattern("permissions", "assurance"))
_POINTERS = lexicon.words("permissions", "points elsewhere")
_AGREES = GO_AHEAD | lexicon.words("permissions", "agrees")
_LINKS = lexicon.words("permissions", "makes no difference")
_SENTENCE = re.compile(r"(?<=[.!?;…])[\"')\]]*\s+|(?<=[。！？；])|\n+")
_SPELLING = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "\u00a0": " "})
_OPENS, _CLOSES = "\"'“”«»`([¿¡", "\"'“”«»`)].,;:!?…。！？；、"
_PUNCTUATION = frozenset("?!:;,…-–—•")
"""Words of nothing else say nothing. A full stop, a star or a slash may be a path."""
_LONGEST = 2000
"""A longer message says more than any permission names."""
_LEAST_WORDS, _LEAST_UNSPACED = 2, 4
"""An act needs an object: "deploy" may mean anything."""
_EXACT = re.compile(r"[/\\._\d-]")
_CONTRACTED = re.compile(r"[A-Za-z]+'[a-z]+")
_PLAIN_OPENING = re.compile(r"\w[a-z]*(?:-[a-z]+)*")
_SPELT_EITHER_WAY = lexicon.words("permissions", "spelt either way")
"""Words that are no name, however many capitals they have."""


@dataclass(frozen=True, slots=True)
class Permission:
    """The one act that a permission names, with all its limits, and the condition it stands under."""

    act: str
    condition: str
    whole: str
    """Both, for a question that repeats both."""


def read_permission(text: str) -> Permission | None:
    """What a permission allows. None where it is no single act, or does not say which."""
    if len(text) > _LONGEST:
        return None
    acts = (_bare(sentence, _ALLOWS_FIRST, _ALLOWS_LAST).removeprefix("auto-") for sentence, _ in _sentences(text))
    said = list(filter(None, acts))
    if len(said) != 1 or not _names_something(said[0]):
        return None
    [whole] = said
    marker = _CONDITION.search(whole)
    if marker is None:
        return Permission(whole, "", whole)
    act = whole[: marker.start()]
    return Permission(act, whole[marker.end() :], whole) if _names_something(act) else None


def covered(permissions: Sequence[Permission], question: str, reply: str) -> list[Permission] | None:
    """The permissions that together allow all that the question asks for and the reply adds; None if any word is left.

    Empty where neither names an act.
    """
    if len(question) + len(reply) > _LONGEST:
        return None
    used: list[Permission] = []
    stated: set[str] = set()
    wanted: set[str] = set()
    said = [sentence for sentence, _ in _sentences(reply) if not _agrees(sentence)]
    for sentence, is_question in [*_sentences(question), *((each, True) for each in said)]:
        asked = _bare(sentence, _ASKS_FIRST, _ASKS_LAST)
        if _ASKS_NOTHING.fullmatch(asked):
            continue
        repeated = next((each for each in permissions if _same(asked, each.whole)), None)
        named = next((each for each in permissions if _same(asked, each.act)), None)
        if not is_question and _is_statement(sentence, permissions):
            stated.add(_claim(sentence))
        elif repeated:
            used.append(repeated)
        elif named:
            used.append(named)
            wanted.add(_claim(named.condition))  # some statement has to meet it
        else:
            return None
    return used if wanted <= stated else None


def _agrees(sentence: str) -> bool:
    said = tokens(sentence)
    return bool(said) and set(said) <= _AGREES


def _is_statement(sentence: str, permissions: Sequence[Permission]) -> bool:
    """Whether a sentence only reassures, or says that a condition is met."""
    if _ASSURANCE.fullmatch(_folded(sentence)):
        return True
    claim = _claim(sentence)
    return " " in claim and any(each.condition and _claim(each.condition) == claim for each in permissions)


def _claim(text: str) -> str:
    """A statement without what makes no difference to it: "all tests have passed now" says that the tests pass."""
    said = [word for word in _folded(text).split() if word not in _LINKS]
    if said[:1] == ["all"]:
        said = said[1:]
    return " ".join([*said[:-1], *map(_root, said[-1:])])


def _root(word: str) -> str:
    if word.endswith("ss"):
        return word
    return re.sub(r"(?<=\w{3})(?:ing|ed|es|s)$", "", word)


def _bare(sentence: str, first: re.Pattern[str], last: re.Pattern[str]) -> str:
    """A sentence without its frames. A condition that comes first is put behind its act."""
    condition = ""
    if turned := _CONDITION_FIRST.fullmatch(sentence):
        condition, sentence = " " + _folded(turned[1]), turned[2]
    said = _folded(sentence)
    for _ in range(len(said)):
        bare = last.sub("", first.sub("", said, count=1) if first.match(said) else said)
        if not bare.isascii():
            for frame in _UNSPACED:
                bare = frame.sub("", bare)
        if bare == said:
            break
        said = bare
    return said + condition


def _names_something(act: str) -> bool:
    said = act.split()
    if not _POINTERS.isdisjoint(said):
        return False
    return len(said) >= _LEAST_WORDS or (not act.isascii() and len(act) >= _LEAST_UNSPACED)


def _same(asked: str, allowed: str) -> bool:
    return _plain(asked) == _plain(allowed) != ()


def _plain(act: str) -> tuple[str, ...]:
    """The words of an act in their order. Its verbs may stand in the continuous form, nothing else may differ."""
    said = [word for word in act.split() if word != "the"]
    return tuple(_verb(word) if not at or said[at - 1] == "and" else word for at, word in enumerate(said))


def _verb(word: str) -> str:
    """ "Deploying", "merging" and "dropping" as "deploy", "merg" and "drop": only ever compared with each other."""
    stem = word.removesuffix("ing") if len(word) > len("bring") else word
    if stem != word and len(stem) > 1 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem[:-1]
    return stem.removesuffix("e")


def _sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Sentences, and whether each is a question."""
    for sentence in _SENTENCE.split(text.translate(_SPELLING)):
        if sentence.strip():
            yield sentence, sentence.rstrip("\"')] ").endswith(("?", "？", "吗", "か"))


def _folded(sentence: str) -> str:
    """Words with one blank between them, without what only punctuates. Flags, paths, signs and numbers stay."""
    found: list[str] = []
    in_code = False
    for token in sentence.split():
        bare = token.lstrip(_OPENS).rstrip(_CLOSES) or token
        if not _PUNCTUATION.issuperset(token):
            exact = in_code or "`" in token or _is_exact(bare, opens=not found)
            found.append(bare if exact else bare.casefold())
        in_code ^= token.count("`") % 2 == 1
    return " ".join(found)


def _is_exact(word: str, *, opens: bool) -> bool:
    """Whether capitals tell it from another: in a path, flag, branch or name. "Force-push" may open a sentence."""
    if word.casefold() in _SPELT_EITHER_WAY or _CONTRACTED.fullmatch(word):
        return False
    if opens and _PLAIN_OPENING.fullmatch(word):
        return False
    return _EXACT.search(word) is not None or word[1:] != word[1:].lower()
