"""A message cut into what it is made of: sentences, list items under their heading, commands, and code.

How a sentence is meant is not decided here, but in `moods`; characters are made comparable in `spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.command_lines import is_command
from clone_mcp.stakes.spelling import clean, close_up, fold

CODED = "\x11"
"""Begins a word that stood in code marks."""
SPAN = "\x12"
"""Stands, with a number, for several words in code marks."""
MARKS = (CODED, SPAN)
_LONGEST_SENTENCE = 1200
"""Characters of a sentence. A longer one is read in pieces that overlap, so that nothing is dropped."""
_FENCE = re.compile(
    r"^[ \t>]*(```+|~~~+)[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t>]*\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE
)
_CODE_SIGN = re.compile(r"[{};]\s*$|</\w|=>|\w\(.*\)\s*[:;{]\s*$", re.MULTILINE)
_MARK = re.compile(r"^[ \t>]*```+[ \t]*([\w+#.-]*)[^\n]*$", re.MULTILINE)
_CODE_LINE = re.compile(
    r"^\s*(?:[^\s`].{0,300}[{};]|[})\]]+[,;)]*|</?\w.{0,300}>|(?:def|class|import|from|const|let|var|function|func|return|if|for|@)\b.{0,300}[:({=;].*"
    r"|[\w.\[\]'\"]{1,80}\s*(?:=|\+=|:=)\s.{1,300}|//.*|\w+\(.{0,300}\);?)\s*$",
    re.MULTILINE,
)
_SPAN = re.compile(r"(?<!`)(`{1,3})((?:[^`\n]|\n(?!\s*\n)){1,600}?)\1")
_APART = re.compile(rf"({SPAN}\d+) (?=[.!?](?:\s|$))")
"""A sentence may end in code marks."""
_QUOTED = re.compile(
    rf"(\b(?:{'|'.join(sorted(lexicon.words('frames', 'before a quote')))})[:,]? )"
    r"[\"“]([^\"”\n]{1,60}?)[\"”](?=[\s,.;:?!)])",
    re.IGNORECASE,
)
"""What stands in quotes behind "called" or "the button" is a name or a text."""
_TAG, _STRUCK = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>"), re.compile(r"~~[^~\n]{1,200}~~")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CHECKED = re.compile(r"\[x\]|[☒☑✓]", re.IGNORECASE)
_CODE_LIKE = re.compile(r"[{}()=<>$|\\]|->|::|--\w|;\s*$")
_CALL = re.compile(r"(?<![`\w.\x11])([A-Za-z_][\w.]*)\(\)")
_MARKER = re.compile(
    r"\s*(?:[>|]\s*)*(?:[-+•▪◦●*☐☑□▢✅✓–]\s+|\(?\d{1,2}[.):](?!\d)\s*|\(?[a-hA-H][.)]\s+|step\s+\d+[:.)]?\s*)+"
    r"(?:\[[ x]?\]\s*)?(?=\S)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\s*#{1,6}\s+|\s*\*\*[^*]+\*\*:?\s*$")
_STAR = re.compile(r"^([ \t]*)\*[ \t]+", re.MULTILINE)
"""Begins a list item; elsewhere it is a mark of emphasis."""
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*$")
_QUOTE = re.compile(r"^[>|\s]+")
_SENTENCE_END = re.compile(
    r"(?<=[^\s\d(]\.)[\"')\]]*\s+|(?<=\d\.)\s+(?=[A-Z\x11\x12])|(?<=[^\s(][!?])[\"')\]]*\s+|(?<=\s[?!])\s+|(?<=[。!?…？！])(?=[^\x00-\x7f])"
)
_TOKEN = re.compile(r"[^\s,;:()\[\]{}|\"…“”<>]+(?::[^\s,;()\[\]{}|\"…“”<>]+)*|[,;:()|…]")
_SIGNS = 3
_EDGES = ".!?'*_~"
_NO_PROGRAM = frozenset(
    (
        "",
        "diff",
        "patch",
        "text",
        "txt",
        "log",
        "json",
        "yaml",
        "yml",
        "toml",
        "ini",
        "md",
        "markdown",
        "csv",
        "html",
        "xml",
        "css",
        "scss",
    )
)
_PLAIN_TEXT = frozenset(("", "text", "txt", "md", "markdown", "plaintext", "plain"))
_SHELLS = frozenset(
    ("sh", "bash", "shell", "zsh", "console", "terminal", "powershell", "ps1", "cmd", "bat", "fish", "sql")
)


_SLIPS = {word: row.form for row in lexicon.rows("frames", "slip") for word in row.word.split()}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item or heading."""

    text: str
    tokens: tuple[str, ...]
    """Folded words; signs that part clauses are tokens of their own."""
    words: frozenset[str]
    asks: bool
    """Ends in a question mark."""
    item: bool = False
    heading: bool = False
    """Announces what follows it: a heading, or a sentence that ends in a colon."""
    spans: tuple[str, ...] = ()
    """What stood in code marks and has several words, by number."""

    def span(self, token: str) -> str:
        """What a token stands for: several words in code marks, or itself."""
        return self.spans[int(token[1:])] if token[0] == SPAN else token.removeprefix(CODED)

    @property
    def written(self) -> str:
        """The sentence as it stood, without code marks."""
        text = self.text.replace(CODED, "")
        for number, span in enumerate(self.spans):
            text = text.replace(f"{SPAN}{number}", span)
        return text

    @property
    def commands(self) -> tuple[str, ...]:
        """What stood in code marks."""
        return tuple(self.span(token) for token in self.tokens if token[0] in (CODED, SPAN))


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code."""

    text: str
    language: str

    @property
    def named(self) -> bool:
        """Whether its author says that it is for a shell or a database."""
        return self.language in _SHELLS

    @property
    def is_prose(self) -> bool:
        """Whether it is a plan or a message that stands in a block: neither commands nor code."""
        lines = [line for line in self.text.splitlines() if line.strip()]
        plain = self.language in _PLAIN_TEXT and bool(lines) and not is_command(lines[0])
        return plain and 2 * sum(_CODE_LINE.match(line) is not None for line in lines) < len(lines)

    @property
    def program(self) -> bool:
        """Whether it is code of some language, neither commands nor plain text."""
        return self.language not in _SHELLS and self.language not in _NO_PROGRAM


Piece = Sentence | Code


@lru_cache(maxsize=32)
def pieces(text: str) -> tuple[Piece, ...]:
    """The message in its order."""
    return tuple(_pieces(_CONTROL.sub(" ", text)))


def _pieces(text: str) -> Iterator[Piece]:
    last = _cut_off_code(text)
    if last:
        yield Code(text[:last], "")
    for found in _FENCE.finditer(text, last) if "```" in text or "~~~" in text else ():
        yield from _prose(text[last : found.start()])
        code = Code(found[3], found[2].lower())
        yield from _prose(code.text) if code.is_prose else (code,)
        last = found.end()
    yield from _prose(text[last:])


def _cut_off_code(text: str) -> int:
    """Where a block of code ends that began before the text did; 0 where none did."""
    marks = list(_MARK.finditer(text))
    if len(marks) % 2 and not marks[0][1] and _CODE_LINE.search(text[: marks[0].start()]):
        return marks[0].end()
    return 0


def _prose(text: str) -> Iterator[Sentence]:
    spans: list[str] = []
    text = _STAR.sub(r"\1- ", text)
    if "()" in text:
        text = _CALL.sub(lambda found: CODED + found[1], text)
    if '"' in text or "“" in text:
        text = _QUOTED.sub(lambda found: found[1] + _set_aside(found[2].strip(), spans), text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "~~" in text:
        text = _STRUCK.sub(" ", text)
    if "`" in text:
        text = _SPAN.sub(lambda found: _set_aside(found[2].strip(), spans), text)
        text = _APART.sub(r"\1", text)
    if _CODE_SIGN.search(text):
        text = _CODE_LINE.sub("", text)
    for block, item, heading in _blocks(close_up(clean(text))):
        parts = [part.strip() for part in _SENTENCE_END.split(block) if part.strip()]
        for part in parts:
            for start in range(0, len(part), _LONGEST_SENTENCE):
                piece = part[max(start - 60, 0) : start + _LONGEST_SENTENCE]
                sentence = _sentence(piece, item, heading and part is parts[-1], tuple(spans))
                if sentence.tokens:
                    yield sentence


def _set_aside(code: str, spans: list[str]) -> str:
    """One word stays a word; more than that is put aside, so that it is not read as prose."""
    if not code:
        return " "
    if not re.search(r"\s", code):
        return CODED + code
    if not _CODE_LIKE.search(code) and not is_command(code.partition("\n")[0]):
        return f" {code} "  # prose in code marks is prose
    spans.append(code)
    return f" {SPAN}{len(spans) - 1} "


def _sentence(text: str, item: bool, heading: bool, spans: tuple[str, ...]) -> Sentence:
    raw = _TOKEN.findall(text if text.isascii() else text.replace("—", " - ").replace("–", " - "))
    tokens = tuple(token for each in raw if (token := _token(each)))
    if len(tokens) > _SIGNS and not tokens[0].isascii() and not tokens[0][0].isalnum():
        tokens = tokens[1:]  # a sign before the sentence is no word
    asks = text.rstrip("\"')]*! ").endswith(("?", "？", "吗", "か", ";" if not text.isascii() else "?"))
    return Sentence(text, tokens, frozenset(tokens), asks, item, heading, spans if SPAN in text else ())


def _token(word: str) -> str:
    if word[0] == CODED:
        return word.rstrip(_EDGES)
    folded = fold(word.rstrip(_EDGES).lstrip("'*_~!") or word if len(word) > 1 else word)
    return _SLIPS.get(folded, folded)


def _blocks(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Lines, joined where a sentence runs on; whether each is a list item, and whether a heading."""
    held: list[str] = []
    item = False
    lines = text.splitlines()
    for line, below in zip(lines, (*lines, "")[1:], strict=True):
        if _UNDERLINE.match(line):
            continue
        marker = _MARKER.match(line)
        heading = _HEADING.match(line) is not None or (bool(line.strip()) and _UNDERLINE.match(below) is not None)
        stripped = _QUOTE.sub("", line).strip()
        apart = item and marker is None and line[:1].isupper()
        ends = (
            apart or not stripped or marker or heading or (held and held[-1].endswith((".", "!", "?", ":", ";", "。")))
        )
        if held and ends:
            yield _block(held, item)
            held, item = [], False
        if heading:
            yield stripped.strip("#* "), False, True
        elif stripped and not (marker and _CHECKED.search(marker[0])):  # a checked item is done
            item = item or marker is not None
            held.append(line[marker.end() :].strip() if marker else stripped)
    if held:
        yield _block(held, item)


def _block(held: list[str], item: bool) -> tuple[str, bool, bool]:
    text = " ".join(held)
    return text, item, text.rstrip("*_ ").endswith(":")
