"""Words that keys treat specially: what says nothing, what divides, what is another spelling of the same."""

from __future__ import annotations

import re


def _table(text: str) -> dict[str, str]:
    """Lines of `word: other spelling, other spelling`."""
    pairs = (line.split(":") for line in text.strip().splitlines())
    return {other.strip(): word.strip() for word, others in pairs for other in others.split(",")}


DIVIDERS = frozenset({"over", "before", "after", "without", "unless", "until", "when", "from", "into", "for"})

NEGATIONS = frozenset(
    {"not", "never", "no", "dont", "nicht", "nie", "niemals", "kein", "keine", "jamais", "nunca", "mai", "никогда"}
)

PHRASES = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (
            r"\b(?:instead of|rather than|in place of|as opposed to|better than|more than|and not|but not|"
            r", ?not|anstatt|anstelle von|statt|plutôt que|au lieu de|en lugar de|en vez de|em vez de|"
            r"ao invés de|piuttosto che|invece di|вместо)\b",
            " over ",
        ),
        (r"\bprior to\b|\bahead of\b|\bbefore you\b|\bfirst before\b", " before "),
        (
            r"\b(?:do not|don't|donot|does not|doesn't|shouldn't|should not|mustn't|must not|won't|can't|"
            r"cannot|aren't|isn't)\b",
            " not ",
        ),
        (r"\b(?:whenever|each time|every time|any time|anytime)\b", " when "),
        (r"\bdouble quotes?\b", "dquotes"),
        (r"\bsingle quotes?\b", "squotes"),
        (r"\btype[- ]?hints?\b|\btype[- ]annotations?\b", "typehint"),
        (r"\bcommit messages?\b", "commitmessage"),
        (r"\bpull[- ]requests?\b", "pr"),
        (r"\bsnake[-_ ]case\b", "snakecase"),
        (r"\bcamel[-_ ]case\b", "camelcase"),
        (r"\bbritish english\b|\buk english\b", "ukenglish"),
        (r"\bamerican english\b|\bus english\b", "usenglish"),
    )
)

ALIASES = _table(
    """
    tab: tabulator, tabulatoren, tabulations, tabulation, tabulador, tabuladores, tabulazioni, табы, табов, табуляция
    space: leerzeichen, espaces, espace, espacios, espacio, espaços, espaço, spazi, spazio, пробелы, пробелов
    squotes: squote
    dquotes: dquote
    postgres: postgresql, psql, pg
    javascript: js
    typescript: ts
    kubernetes: k8s
    golang: go
    python: py
    test: unittest, unittests, tests
    run: execute, rerun, re-run, invoke
    short: concise, brief, terse, succinct, kurz, corto, breve, courte, court
    function: fn, func
    repo: repository, repositories
    doc: documentation, docs
    pr: prs, mr, mrs
    emoji: emojis, emoticon, emoticons
    """
)

IRREGULAR = _table(
    """
    write: wrote, written, writing
    make: made, making
    use: used, uses, using, utilize, utilise, utilizing
    commit: committed, commits, committing
    push: pushed
    run: ran, runs, running
    add: added
    test: tested
    ask: asked
    """
)

SILENT = frozenset(
    (
        "a an the and or my your our their his her its me you i we us them it please just also too very "
        "really all any every each "
        "always ever only to of be is are am was were do does did that this these those so then first make sure use "
        "must should would will can could in on at with by agent there here have has want want prefer like rather "
        "immer stets bitte die der das den dem ein eine einen und mit von zu verwende benutze nutze toujours "
        "le la les des du de un une et "
        "utilise utilisez siempre el los las una y con usa usar sempre o os as um uma il lo gli i e всегда и "
        "в на с используй"
    ).split()
)
