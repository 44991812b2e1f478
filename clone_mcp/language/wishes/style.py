"""Short wishes about style, and choices between two named things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.tool_names import known
from clone_mcp.language.wishes.wish import Wish, in_third_person, stands_alone, without_project
from clone_mcp.models.memory import FactKind

_TAIL = f"(?:,? (?:{lexicon.pattern('style', 'tail')}))*"
_WITHOUT = re.compile(
    f"(?:{lexicon.pattern('style', 'without')}) (?P<what>(?:{lexicon.pattern('style', 'thing')})){_TAIL}", re.IGNORECASE
)
_SHORT = re.compile(f"(?:{lexicon.pattern('style', 'short')}){_TAIL}", re.IGNORECASE)
_LONG = re.compile(f"(?:{lexicon.pattern('style', 'long')}){_TAIL}", re.IGNORECASE)
_TONGUE = re.compile(
    f"{lexicon.pattern('style', 'answer in')} (?P<what>{lexicon.pattern('style', 'tongue')}){_TAIL}", re.IGNORECASE
)
_CHOSEN = tuple(
    re.compile(lexicon.spelt_out("style", row.word), re.IGNORECASE) for row in lexicon.rows("style", "chosen")
)
_MATTERS_OF_TASTE = lexicon.words("style", "matter of taste")
_ARTICLE = re.compile(rf"(?:{lexicon.pattern('style', 'article')})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    """Wishes with a fixed wording, whatever way they are put."""

    fixed: tuple[tuple[re.Pattern[str], str, str, bool], ...]

    def said(self, statement: str) -> Wish | None:
        for pattern, text, meaning, against in self.fixed:
            if found := pattern.fullmatch(statement):
                what = found.groupdict().get("what") or ""
                told = what.capitalize() if pattern is _TONGUE else what.casefold()
                return Wish(FactKind.PREFERENCE, text.format(told), meaning.format(what), against=against)
        return None


STYLE = _Style(
    (
        (_SHORT, "Prefers short answers.", "short answers", False),
        (_LONG, "Prefers detailed answers.", "short answers", True),
        (_TONGUE, "Wants answers in {}.", "answers {}", False),
        (_WITHOUT, "Wants no {}.", "{}", True),
    )
)


def contrasted(statement: str) -> Wish | None:
    """Use X not Y, X over Y: a preference where both can be named, and at least one is a known choice to make."""
    statement, local = without_project(statement)
    for pattern in _CHOSEN:
        found = pattern.fullmatch(statement)
        if (
            found
            and _nameable(found["what"])
            and _nameable(found["other"])
            and (_choice(found["what"]) and _choice(found["other"]))
        ):
            told = in_third_person(f"{found['what']} over {found['other']}")
            return (
                Wish(FactKind.PREFERENCE, f"Prefers {told}.", told, local=local)
                if told and stands_alone(told)
                else None
            )
    return None


def _nameable(side: str) -> bool:
    return not _ARTICLE.match(side)


def _choice(side: str) -> bool:
    words = [word.strip("`\"'").casefold() for word in side.split()]
    return known(" ".join(words)) or any(known(word) or word in _MATTERS_OF_TASTE for word in words)
