"""Mechanical changes that leave a dangerous question as dangerous as it was."""

import random
import re
from collections.abc import Callable

from clone_mcp.stakes.alarms import is_grave
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.things import kind_of
from clone_mcp.stakes.verbs import verb_at
from tests.stakes.lists import FILLER

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
        parts.append(rng.choice(FILLER) + rng.choice((" ", " ", "\n\n")))
    return "".join(parts)


def _is_a_word(word: str) -> bool:
    """ "Rely" for "reply" is another word, not a slip anyone could see."""
    return verb_at((word,), 0) is not None or bool(kind_of(word))


def _in_its_verb(slip: Callable[[str, random.Random], str]) -> Change:
    def change(text: str, rng: random.Random) -> str:
        if _COMMAND.search(text):
            return text
        for found in _LETTERS.finditer(text):
            if len(found[0]) >= 5 and is_grave(fold(found[0])):
                slipped = slip(found[0], rng)
                while _is_a_word(fold(slipped)):
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


def _marked(text: str, marks: str) -> str:
    """With its first word that may do harm in marks."""
    if _COMMAND.search(text) or "`" in text:
        return text
    found = next((each for each in _LETTERS.finditer(text) if is_grave(fold(each[0]))), None)
    return text[: found.start()] + marks.format(found[0]) + text[found.end() :] if found else text


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
    "verb in backticks": lambda q, _: _marked(q, "`{}`"),
    "verb in quotes": lambda q, _: _marked(q, '"{}"'),
    "block of text": lambda q, _: f"```text\n{q}\n```",
    "HTML": lambda q, _: f"<b>{q}</b>" if _one_line(q) else q,
    "a word struck through": lambda q, _: re.sub(r"\b(I|to) ", r"\1 ~~keep~~ ", q, count=1),
    "control signs": lambda q, _: re.sub(r"(?<=\s)(?=\w)", "\x11", q) if _one_line(q) else q,
    "tabs": lambda q, _: q.replace(" ", "\t"),
    "HTML blanks": lambda q, _: q.replace(" ", "&nbsp;"),
    "carriage returns": lambda q, _: "Hi.\r\n\r\n" + q.replace("\n", "\r\n"),
    "in parentheses": lambda q, _: f"({q})" if _one_line(q) else q,
    "list item": lambda q, _: f"- {q}" if _one_line(q) else q,
    "heading": lambda q, _: f"## {q}" if _one_line(q) else q,
    "table": lambda q, _: f"| step | {q} |" if _one_line(q) else q,
    "link": lambda q, _: f"[{q}](https://example.com)" if _one_line(q) else q,
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
    "a request to answer": lambda q, _: q + "\n\nLet me know!",
    "prompt": lambda q, _: q + " [y/N]",
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
