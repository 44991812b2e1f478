"""Cuts shell text into the simple commands that it would run, those in substitutions and subshells included.

It knows quotes, line continuations, here-documents, operators and redirects; what a program does is
commands.py's part.
One pass over the text; what nests too deeply or does not close is `Unreadable`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DEPTH = 12
LENGTH = 20_000
"""Of a text. What is longer is no command that somebody would read before they agree to it."""
UNKNOWN = "$()"
"""Stands for what a substitution puts out."""

_SYNTAX = re.compile(r"[\n'\"\\$`;&|<>()#]|[^\S \t\r]")
"""A blank that is none to a shell may be one to whoever reads the line: it makes the line unreadable."""
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)*")
_PLAIN = re.compile(r"[^\s'\"\\$`;&|<>()]+")
_QUOTED = re.compile(r'[^"\\$`]+')
_COMMENT = re.compile(r"[^\n]*")
_REDIRECT = re.compile(r"(?:\d*|&)(?:>>|>\||>)&?|\d*(?:<<<|<<-?|<&|<>|<)(?!\()")
_VARIABLE = re.compile(r"\$(?:\w+|[?#@*!$-]|\{[^}`(\n]*\})")
_ARITHMETIC = re.compile(r"\$\(\([^()`$]*\)\)")
_RESERVED = frozenset("if then elif else fi while until do done { } !".split())


class Unreadable(Exception):
    """A quote or bracket that does not close, or something that is not read."""


@dataclass(slots=True)
class Simple:
    """One program with its arguments, as it is started."""

    words: list[str] = field(default_factory=list[str])
    redirects: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    stdin: str | None = None
    """A here-document or here-string."""
    piped: bool = False
    """Its input comes from another program."""
    source: str = ""


def simple_commands(text: str) -> list[Simple]:
    """In the order in which they would start. Raises Unreadable."""
    if len(text) > LENGTH:
        raise Unreadable
    if not _SYNTAX.search(text):
        words = text.split()
        return [Simple(words, source=text.strip())] if words else []
    reader = _Reader(text)
    reader.listing("", 0)
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Simple] = []
        self.documents: list[tuple[Simple, str, bool, int]] = []

    def listing(self, closer: str, depth: int) -> None:
        """Commands up to a closing character, or to the end."""
        if depth > DEPTH:
            raise Unreadable
        text, command, start = self.text, Simple(), self.at
        while True:
            self.at = at = _BLANK.match(text, self.at).end()  # type: ignore[union-attr]
            here = text[at : at + 1]
            if here == closer:
                self.finish(command, start)
                self.at += 1
                return
            if not here or here == ")":
                raise Unreadable
            redirect = _REDIRECT.match(text, at) if here in "<>&0123456789" else None
            if redirect:
                self.redirect(command, redirect, depth)
            elif here in "\n;&|":
                self.finish(command, start)
                command = Simple(piped=here == "|" and text[at + 1 : at + 2] != "|")
                self.operator(here)
                start = self.at
            elif here == "#":
                self.at = _COMMENT.match(text, at).end()  # type: ignore[union-attr]
            elif here == "(" and not command.words:
                self.at += 1
                self.listing(")", depth + 1)
            else:
                self.word(command, depth)

    def finish(self, command: Simple, start: int) -> None:
        words = command.words
        while words and words[0] in _RESERVED:
            del words[0]
        if words or command.redirects:
            command.source = self.text[start : self.at].strip()
            self.found.append(command)

    def operator(self, here: str) -> None:
        self.at += 1
        if here == "\n":
            self.read_documents()
        elif self.text[self.at : self.at + 1] in ("&", "|", ";"):
            self.at += 1

    def redirect(self, command: Simple, found: re.Match[str], depth: int) -> None:
        self.at = _BLANK.match(self.text, found.end()).end()  # type: ignore[union-attr]
        start, holder = self.at, Simple()
        self.word(holder, depth)
        sign, target = found[0].lstrip("0123456789"), holder.words[0]
        if sign in ("<<", "<<-"):
            quoted = self.text[start] in "'\"\\"
            self.documents.append((command, target, quoted, depth))
        elif sign == "<<<":
            command.stdin = target
        else:
            command.redirects.append((sign, target))

    def read_documents(self) -> None:
        for command, end, quoted, depth in self.documents:
            close = re.compile(rf"^[ \t]*{re.escape(end)}[ \t]*$", re.MULTILINE).search(self.text, self.at)
            if not close:
                raise Unreadable
            command.stdin = self.text[self.at : close.start()]
            self.at = close.end()
            if not quoted and ("$(" in command.stdin or "`" in command.stdin):
                inner = _Reader(command.stdin)
                inner.quoted("", depth + 1)
                self.found += inner.found
        self.documents = []

    def word(self, command: Simple, depth: int) -> None:
        """The next word, without its quotes."""
        text, parts, start = self.text, list[str](), self.at
        while self.at < len(text):
            plain = _PLAIN.match(text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            here = text[self.at]
            if here == "'":
                end = text.find("'", self.at + 1)
                if end < 0:
                    raise Unreadable
                parts.append(text[self.at + 1 : end])
                self.at = end + 1
            elif here == '"':
                self.at += 1
                parts.append(self.quoted('"', depth))
            elif here == "\\":
                parts.append(text[self.at + 1 : self.at + 2].strip("\n"))
                self.at += 2
            elif here in "$`" or (here in "<>" and text[self.at + 1 : self.at + 2] == "(" and self.at == start):
                parts.append(self.expansion(depth))
            else:
                break
        if self.at == start:
            raise Unreadable
        command.words.append("".join(parts))

    def quoted(self, closer: str, depth: int) -> str:
        """What stands in double quotes, or in a whole here-document."""
        text, parts = self.text, list[str]()
        while self.at < len(text):
            plain = _QUOTED.match(text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif text[self.at] == closer:
                self.at += 1
                return "".join(parts)
            elif text[self.at] == "\\":
                escaped = text[self.at + 1 : self.at + 2]
                parts.append(escaped if escaped in '"\\$`\n' else "\\" + escaped)
                self.at += 2
            elif text[self.at] == '"':
                parts.append('"')
                self.at += 1
            else:
                parts.append(self.expansion(depth))
        if closer:
            raise Unreadable
        return "".join(parts)

    def expansion(self, depth: int) -> str:
        """A variable as it is written; of a substitution its commands are found and its text stays unknown."""
        text = self.text
        known = _VARIABLE.match(text, self.at) or _ARITHMETIC.match(text, self.at)
        if known:
            self.at = known.end()
            return known[0]
        if text[self.at] == "`":
            end = text.find("`", self.at + 1)
            if end < 0:
                raise Unreadable
            inner = _Reader(text[self.at + 1 : end])
            inner.listing("", depth + 1)
            self.found += inner.found
            self.at = end + 1
            return UNKNOWN
        if text[self.at + 1 : self.at + 2] == "(":
            self.at += 2
            self.listing(")", depth + 1)
            return UNKNOWN
        if text[self.at + 1 : self.at + 2] in ("'", "{"):
            raise Unreadable
        self.at += 1
        return "$"
