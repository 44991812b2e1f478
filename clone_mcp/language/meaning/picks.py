"""Which options a reply takes, where it does nothing else.

It sees the reply alone. Which offered option such a label stands for is found in answer.py.
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon
from clone_mcp.language.meaning.vocabulary import AIMS, ASSENT, CARRIES_OUT, EMPTY, OWN_NOTHING, sense

_NUMBERED = {
    word: row.form
    for kind in ("ordinal", "digit")
    for row in lexicon.rows("choices", kind)
    for word in row.word.split()
}
_OPTION = re.compile(rf"(?:{lexicon.pattern('choices', 'choice noun')}|{lexicon.pattern('choices', 'option noun')})$")
_BOTH = frozenset(
    ("both", "beide", "beides", "ambas", "ambos", "entrambe", "entrambi", "obie", "оба", "обе", "allebei")
)
ALL = "all"
"""Stands among the picks for every option."""
_LETTERS = frozenset("abcdefgh")
_HIGHEST = 30
_WORDS_OF_A_PICK = 10
_BOUNDS = frozenset(("after", "before", "from", "over", "than", "under", "until", "up"))
"""Of "up to 5", which is an amount."""
_AND, _BOTH_AGREED = frozenset(("and", "und", "et", "y", "e")), 3
"""Of "yes and yes", which agrees to two things."""


def picks_in(said: list[str]) -> frozenset[str]:
    """Labels of options, where the text says nothing else."""
    if not said or len(said) > _WORDS_OF_A_PICK or not _BOUNDS.isdisjoint(said):
        return frozenset()
    if len(said) <= _BOTH_AGREED and _AND.intersection(said) and said[0] in ASSENT and said[0] == said[-1]:
        return frozenset((ALL,))
    aimed = not AIMS.isdisjoint(said)
    said = [word for word, after in zip(said, [*said[1:], ""], strict=True) if _counts(word, after)] or said
    found: set[str] = set()
    after_noun = False
    every = "all" in said
    for place, word in enumerate(said):
        label = (
            ""
            if word == "one" and place and not after_noun
            else _label(word, alone=len(said) == 1 or after_noun or (len(said) <= 3 and place == len(said) - 1))
        )
        if label:
            found.add(label)
        elif not _OPTION.match(word) and word not in OWN_NOTHING and sense(word) not in CARRIES_OUT:
            return frozenset()
        after_noun = bool(_OPTION.match(word)) or (after_noun and word in ("and", "und", "y", "et", "e"))
    if aimed and len(found) > 1:  # "Change 3 to 5" picks nothing.
        return frozenset()
    return frozenset((ALL,)) if every and len(found) == 1 else frozenset(found)


def _counts(word: str, after: str) -> bool:
    """ "First" in "the first one" picks, and says nothing in "do that first"."""
    return (
        word not in EMPTY or word in _LETTERS or (word in _NUMBERED and (after == "one" or bool(_OPTION.match(after))))
    )


def _label(word: str, *, alone: bool) -> str:
    if word in _BOTH:
        return ALL
    if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= _HIGHEST:
        return str(int(word))
    if not alone:
        return _NUMBERED.get(word, "") if len(word) > 3 else ""
    return word if word in _LETTERS else _NUMBERED.get(word, "")
