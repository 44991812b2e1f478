"""Tells a line that is a command from prose that begins with a program's name: "make sure", "git is installed"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.programs import UNREAD, call, fitting, program_of, subcommands, task_form
from clone_mcp.stakes.sql import is_sql

SETTING = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=")
"""A variable that is set before a command."""
_ENGLISH = lexicon.words("programs", "english")
_PROSE = lexicon.words("programs", "prose")
_ARTICLES = lexicon.words("programs", "article")
_ARGUMENTS = lexicon.words("programs", "argument")
_PROMPT = re.compile(r"^[ \t]*(?:[$%>❯]|PS [^>\n]{0,80}>)[ \t]+(?=\S)", re.MULTILINE)
_PATH = r"(?:\.{0,2}/)?(?:[\w.-]+/)*[\w.-]+"
_SCRIPT = re.compile(rf"{_PATH}\.(?:sh|bash|zsh|py|rb|js|mjs|ts|pl|php|ps1|bat|cmd)|\.{{1,2}}/\S+")
_OPERATOR = re.compile(r"([;|&]+)")
_BLOCK = re.compile(r";\s*(?:then|do)\b")
_QUOTES = re.compile(r"['\"\\]")
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]|-[a-zA-Z]")
LONGEST = 2_000
"""Characters by which a line is told to be a command."""
_WORD = re.compile(r"\w[\w-]*")


def without_prompts(text: str) -> str:
    return _PROMPT.sub("", text)


def is_script(path: str) -> bool:
    """Whether it names a script, by its folder or its ending."""
    return _SCRIPT.fullmatch(path) is not None


def is_word(text: str) -> bool:
    """Whether it could stand in a sentence."""
    return _WORD.fullmatch(text) is not None


def asks_help(arguments: Sequence[str]) -> bool:
    """Whether a program would only tell how it is used."""
    before = arguments[:-1]
    return arguments[-1:] in (["--help"], ["--version"]) and len(before) < 3 and all(map(is_word, before))


def is_command(line: str) -> bool:
    """Whether a line is a command, and not prose that begins with a program's name."""
    text = without_prompts(line.strip().removeprefix("# "))
    words = _OPERATOR.sub(r" \1 ", text[:LONGEST]).split(maxsplit=12)
    while words and (SETTING.match(words[0]) or words[0] in ("sudo", ";")):
        del words[0]
    if not words or "\n" in text:
        return False
    if words[0] in ("if", "for", "while", "until"):
        return _BLOCK.search(text, 0, LONGEST) is not None
    words[0] = _QUOTES.sub("", words[0])
    if is_sql(text):
        return not any(word.lower() in _ARTICLES for word in words[1:5])
    program = program_of(words[0])
    if not program:
        return (is_script(words[0]) or _VARIABLE.match(words[0]) is not None) and not _is_prose(words[1:])
    known = program not in _ENGLISH and words[1:2] and words[1] in subcommands(program)
    return not _is_prose(words[2 if known else 1 :]) and _is_usage(program, words)


def _is_prose(words: list[str]) -> bool:
    """Whether a word of a sentence stands before anything that only commands have."""
    for word in words:
        if word.lower().rstrip(".,:;!?") in _PROSE or (word[-1] in ".,:!?" and word[:-1].isalpha()):
            return True
        if not is_word(word):
            return False
    return False


def _is_usage(program: str, words: list[str]) -> bool:
    """Whether what follows a program's name is what it is called with."""
    read = call(program, words[1:], piped=False)
    rule = fitting(read)
    if len(words) == 1:
        return rule is not None and program not in _ENGLISH and not words[0][0].isupper()
    if not all(map(is_word, words[1:])) or words[1].isdigit():
        return not words[0][0].isupper() or "-" in words[0] or words[1][0] in "-/.~$*"
    if rule is None:
        return program not in _ENGLISH and words[1] in subcommands(program)
    if rule.form == "runs" and (inner := program_of(words[1])):
        return _is_usage(inner, words[1:])
    if rule.form in ("task", "tasks"):
        return bool(rule.steps) or all(task_form(word) != UNREAD for word in read.words[len(rule.steps) :])
    if (
        rule.steps
        or rule.flags
        or any(term[0] != "!" and term != "NOTHING" for _, terms in rule.needs for term in terms)
    ):
        return program not in _ENGLISH or len(words) < 4
    if rule.detail.startswith("run "):
        return words[1] in _ARGUMENTS
    return program not in _ENGLISH and (not words[0][0].isupper() or "-" in words[0])
