"""Short wishes about style, and choices between two named things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language.tool_names import known
from clone_mcp.language.wishes.wish import Wish, in_third_person, stands_alone, without_project
from clone_mcp.models.memory import FactKind

_THING = (
    r"(?:emojis?|emoticons?|docstrings|semicolons|boilerplate|fillers?|filler words|preambles?|pleasantries|"
    r"apologies|summaries|fluff|yapping|jargon|bullet points|mocks|type hints|trailing whitespace|"
    r"console\.logs?|"
    r"print statements|abbreviations|em[- ]dashes|buzzwords|marketing (?:speak|language)|small talk|"
    r"co-authored-by(?: lines| trailers)?|force pushes|magic numbers|exclamation marks|one-letter variables)"
)
_TAIL = (
    r"(?:,? (?:please|pls|anywhere|ever|at all|in (?:the )?(?:code|commits?|commit messages|comments|answers|"
    r"replies|responses|docs)))*"
)
_WITHOUT = re.compile(
    r"(?:no(?: more)?|zero|avoid|skip(?: the)?|without|drop the|less|(?:don't|dont|do not) (?:use|add|write|"
    rf"include|put)(?: any)?) (?P<what>{_THING}){_TAIL}",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?:keep (?:it|your (?:answers|replies|responses|messages)|answers|replies|responses|explanations|things|"
    r"everything) (?:very |nice and )?(?:short|brief|concise|succinct|terse)(?: and \w+)?"
    r"|be (?:more |very )?(?:concise|brief|succinct|terse)|(?:be )?less verbose|(?:short|shorter|concise|"
    r"brief) (?:answers|replies|responses)(?: only)?|answer (?:briefly|concisely|shortly)|no yapping)" + _TAIL,
    re.IGNORECASE,
)
_LONG = re.compile(
    r"(?:be (?:more |very )?verbose|(?:longer|long|detailed|more detailed) (?:answers|explanations|replies|"
    r"responses)|explain (?:in detail|everything in detail))" + _TAIL,
    re.IGNORECASE,
)
_TONGUE = re.compile(
    r"(?:always )?(?:answer|reply|respond|speak|talk)(?: to me)?(?: only)? in (?P<what>english|german|french|"
    r"spanish|portuguese|italian|russian|chinese|japanese|korean|dutch|polish|turkish|hindi|arabic|swedish|"
    r"ukrainian)" + _TAIL,
    re.IGNORECASE,
)

_SIDE = r"[`\"']?[\w+#.@-]+[`\"']?(?: [`\"']?[\w+#.-]+[`\"']?){0,2}"
_CHOSEN = (
    re.compile(
        rf"(?:always )?use (?P<what>{_SIDE}?)(?: instead of | rather than | over |,? and not |,? not |"
        rf", never )(?P<other>{_SIDE})",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<what>{_SIDE}?)(?: over |, not | instead of )(?P<other>{_SIDE})", re.IGNORECASE),
)
_MATTERS_OF_TASTE = frozenset(
    (
        "tab tabs space spaces snake_case camelcase kebab-case pascalcase rebase rebasing merge merging "
        "squash merges rebases composition inheritance functions classes dataclasses protocols generators "
        "async sync "
        "spelling english typed untyped immutable mutable explicit implicit simple clever readability "
        "performance monorepo polyrepo rest graphql grpc json yaml toml xml markdown rst semicolons promises "
        "callbacks "
        "await then hooks dark light unittest doctest fixtures mocks fakes stubs enums literals constants "
        "monolith microservices bash sh zsh main master dependency-injection globals interfaces types const "
        "let var "
        "quotes double single ssh https utc localtime px rem em flexbox grid css"
    ).split()
)
_ARTICLE = re.compile(r"(?:the|a|an|this|that|these|those|it|them|my|your|our|his|its|one|two|\d+)\b", re.IGNORECASE)


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
