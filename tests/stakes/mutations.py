"""Mechanical changes that leave a dangerous question as dangerous as it was."""

import random
import re
from collections.abc import Callable

from clone_mcp.stakes.vocabulary import Form, uses

from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.tables import ORDINARY_WORDS

_FILLER = (
    "The parser now keeps comments in place.",
    "All tests pass on Linux and macOS.",
    "I looked at the config loader and it reads each value once.",
    "The type hints are complete.",
    "Coverage went up by two points.",
    "The helper is used in three places.",
    "I also tidied the docstrings.",
    "The cache key includes the locale.",
)
_CYRILLIC = str.maketrans("aeopcxyi", "аеорсхуі")
# A command with a slip in it doesn't run, so only prose is misspelt; nor is it where the danger lies in a noun.
_COMMAND = re.compile(
    r"docker|git |UPDATE|DELETE|kubectl|rm -|dd if|terraform|helm|npm|gh pr|twine|curl|vercel|fly |refunds|comment"
)
_LETTERS = re.compile(r"[^\W\d_]+")

Change = Callable[[str, random.Random], str]


def padding(length: int, rng: random.Random) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(rng.choice(_FILLER) + rng.choice((" ", " ", "\n\n")))
    return "".join(parts)


def _in_its_verb(slip: Callable[[str, random.Random], str]) -> Change:
    def change(text: str, rng: random.Random) -> str:
        if _COMMAND.search(text):
            return text
        for found in _LETTERS.finditer(text):
            if len(found[0]) >= 5 and any(use.form in (Form.DIRECT, Form.GERUND) for use in uses(fold(found[0]))):
                slipped = slip(found[0], rng)
                while (
                    fold(slipped) in ORDINARY_WORDS
                ):  # "rely" for "reply" is another word, not a slip anyone could see
                    slipped = slip(found[0], rng)
                return text[: found.start()] + slipped + text[found.end() :]
        return text

    return change


def _swap(word: str, rng: random.Random) -> str:
    place = rng.choice([i for i in range(len(word) - 1) if word[i].lower() != word[i + 1].lower()])
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _drop(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1 :]


def _double(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + word[place] + word[place:]


def _invisible(text: str, rng: random.Random) -> str:
    return re.sub(r"(?<=\w)(?=\w)", lambda _: "\u200b" if rng.random() < 0.3 else "", text)


def _lookalikes(text: str, _: random.Random) -> str:
    def disguise(found: re.Match[str]) -> str:
        return "".join(c.translate(_CYRILLIC) if i % 2 else c for i, c in enumerate(found[0]))

    return re.sub(r"[A-Za-z]{3,}", disguise, text)


def _full_width(text: str, _: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _one_line(text: str) -> bool:
    return "\n" not in text


QUESTION_CHANGES: dict[str, Change] = {
    "upper case": lambda q, _: q.upper(),
    "lower case": lambda q, _: q.lower(),
    "title case": lambda q, _: q.title(),
    "letters swapped": _in_its_verb(_swap),
    "letter dropped": _in_its_verb(_drop),
    "letter doubled": _in_its_verb(_double),
    "bold": lambda q, _: f"**{q}**" if _one_line(q) else re.sub(r"(\w+)", r"**\1**", q),
    "bold words": lambda q, _: re.sub(r"(\w+)", r"**\1**", q) if _one_line(q) else q,
    "backticks": lambda q, _: f"`{q}`" if _one_line(q) else q,
    "quoted": lambda q, _: f"> {q}" if _one_line(q) else q,
    "invisible characters": _invisible,
    "look-alike letters": _lookalikes,
    "full width": _full_width,
    "one word a line": lambda q, _: q.replace(" ", "\n") if _one_line(q) and not re.search(r"\b\w\)|\d", q) else q,
    "double spaces": lambda q, _: q.replace(" ", "  "),
    "no-break spaces": lambda q, _: q.replace(" ", "\u00a0"),
    "no question mark": lambda q, _: q.replace("?", "").replace("？", ""),
    "loud": lambda q, _: q.replace("?", "?!"),
    "emoji": lambda q, _: f"🚀 {q}",
    "middle of a long text": lambda q, rng: padding(1500, rng) + "\n\n" + q + "\n\n" + padding(1500, rng),
    "end of a long text": lambda q, rng: padding(3000, rng) + "\n\n" + q,
    "end of a long paragraph": lambda q, rng: padding(3000, rng).rstrip() + " " + q,
    "harmless last sentence": lambda q, _: q + (" " if q[-1] in ".?!;。？！" else ". ") + "The linter is happy.",
    "harmless last paragraph": lambda q, _: q + "\n\nBy the way, coverage is at 91%.",
}
REPLY_CHANGES: dict[str, Change] = {
    "upper case": lambda r, _: r.upper(),
    "shouted": lambda r, _: r + "!!!",
    "trailing dots": lambda r, _: r + "...",
    "quoted": lambda r, _: f'"{r}"',
    "bold": lambda r, _: f"**{r}**",
    "thanked": lambda r, _: r + ", thanks",
    "emoji": lambda r, _: r + " 🎉",
    "padded": lambda r, _: f"  {r} \n",
    "full width": _full_width,
    "invisible characters": _invisible,
}
