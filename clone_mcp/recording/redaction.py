"""Takes secrets out of text before it is stored. How many there were is kept, what they were is not.

Four finders mark spans, overlapping spans become one, and only the marked characters are replaced. The rest of the
text stays as it was, so that a redacted prompt can still be learned from.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

from clone_mcp.language import lexicon
from clone_mcp.recording.redaction_rules import (
    ANCHORED,
    SHORTEST_RUN,
    TOKENS,
    Setting,
    is_placeholder,
    is_secret,
    looks_random,
    wordy,
)

# What stands next to a replacement can read as a secret only now, so the text is read again until nothing is
# found. The bound is for text written to defeat this.
_MOST_PASSES = 5


@dataclass(frozen=True, slots=True)
class Redacted:
    text: str
    count: int


class _Span(NamedTuple):
    start: int
    end: int
    rank: int  # among overlapping spans the finder asked first knows best what it is
    name: str


def redact(text: str) -> Redacted:
    """The text with each secret replaced by `[redacted:<what it was>]`. Redacting the result changes nothing."""
    count = 0
    for _ in range(_MOST_PASSES):
        spans = _disjoint(_find(text))
        if not spans:
            break
        text = _replace(text, spans)
        count += len(spans)
    return Redacted(text, count)


def redact_payload(value: Any, key: str = "") -> tuple[Any, int]:
    """A JSON value with every string redacted, and how many secrets there were. Keys are kept.

    A string under a key such as "password" is judged with that key, since the label is no longer in the text.
    """
    if isinstance(value, str):
        return _redact_field(key, value)
    if isinstance(value, dict):
        fields = cast("dict[Any, Any]", value)
        walked = {name: redact_payload(item, name if isinstance(name, str) else "") for name, item in fields.items()}
        return {name: item for name, (item, _) in walked.items()}, sum(count for _, count in walked.values())
    if isinstance(value, list | tuple):
        items = [redact_payload(item, key) for item in cast("list[Any]", value)]
        return [item for item, _ in items], sum(count for _, count in items)
    return value, 0


def _redact_field(key: str, value: str) -> tuple[str, int]:
    label = _label(key[-_LONGEST_NAME:]) if key else None
    setting: Setting = "environment" if _ENVIRONMENT_NAME.fullmatch(key) else "quoted"
    if label and "\n" not in value and is_secret(label, setting, value):
        return f"[redacted:{label}]", 1
    header = f"{key}: " if _HEADER.fullmatch(key) else ""
    done = redact(header + value)
    return done.text.removeprefix(header), done.count


def _find(text: str) -> Iterator[_Span]:
    # One byte for each character, so that a position here is a position in the text, in any script.
    lower = (flat := text.encode("ascii", "replace")).lower()
    yield from _tokens(text, flat)
    yield from _anchored(text, lower)
    yield from _cookies(text, lower)
    yield from _labelled(text, lower)


def _disjoint(found: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in sorted(found):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            best = min(last, span, key=lambda each: each.rank)
            span = best._replace(start=last.start, end=max(last.end, span.end))
        merged.append(span)
    return merged


def _replace(text: str, spans: list[_Span]) -> str:
    pieces, done = list[str](), 0
    for span in spans:
        pieces += (text[done : span.start], f"[redacted:{span.name}]")
        done = span.end
    return "".join((*pieces, text[done:]))


_TOKEN_BYTES = (string.ascii_letters + string.digits + "_-.").encode()
_SHAPES = bytes(ord("x") if byte in _TOKEN_BYTES else ord(" ") for byte in range(256))
_RUN = b"x" * SHORTEST_RUN


def _tokens(text: str, flat: bytes) -> Iterator[_Span]:
    runs = _runs(flat)
    if not runs:
        return
    joined = " ".join([text[start:end] for start, end in runs])
    for rule in TOKENS:
        if not any(hint in joined for hint in rule.hints):
            continue
        for start, end in runs:
            for match in rule.pattern.finditer(text, start, end):
                if not (rule.or_words and wordy(match[0])):
                    yield _Span(*match.span(), 0, rule.name)


def _runs(flat: bytes) -> list[tuple[int, int]]:
    """Where characters stand unbroken for long enough to be a token. Prose has few such places.

    Looking for many prefixes in a whole text costs one search each; this costs one search for all of them.
    """
    shape = flat.translate(_SHAPES)
    runs: list[tuple[int, int]] = []
    start = shape.find(_RUN)
    while start >= 0:
        end = shape.find(b" ", start)
        end = len(shape) if end < 0 else end
        runs.append((start, end))
        start = shape.find(_RUN, end)
    return runs


def _anchored(text: str, lower: bytes) -> Iterator[_Span]:
    for rule in ANCHORED:
        at = lower.find(rule.anchor)
        while at >= 0:
            match = rule.pattern.match(text, at)
            if match and rule.accept(match["secret"]):
                yield _Span(*match.span("secret"), 1, rule.name)
            at = lower.find(rule.anchor, match.end() if match else at + 1)


_COOKIE_HEADER = re.compile(
    r"""cookie\\{0,3}["'`]?\]?[ \t]{0,4}(?:[:=,]|(?=["']))[ \t]{0,4}\\{0,3}["'`]?(?P<pairs>[^\r\n"'`]{1,8192})""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:set-)?cookie|(?:proxy-)?authorization", re.IGNORECASE)
_COOKIE = re.compile(r"(?P<name>[\w.-]{1,64})=(?P<secret>[^;,\s\"'\\\[\](){}<>]{4,8192})", re.ASCII)
_SESSION_NAME = re.compile(lexicon.pattern("secrets", "cookie"), re.IGNORECASE)


def _cookies(text: str, lower: bytes) -> Iterator[_Span]:
    at = lower.find(b"cookie")
    while at >= 0:
        header = _COOKIE_HEADER.match(text, at)
        if header:
            for match in _COOKIE.finditer(text, *header.span("pairs")):
                value = match["secret"]
                if looks_random(value) or (_SESSION_NAME.search(match["name"]) and not is_placeholder(value)):
                    yield _Span(*match.span("secret"), 1, "cookie")
        at = lower.find(b"cookie", header.end() if header else at + 1)


_LABELS = (b"pass", b"pwd", b"secret", b"token", b"api key", b"access key", b"private key", b"key", b"_auth")
_LONGEST_NAME = 48
_NAME_CHARS = frozenset(string.ascii_letters + string.digits + "_-.")
_ENVIRONMENT_NAME = re.compile(r"(?:[\w.-]*[.-])?[A-Z][A-Z0-9_]*", re.ASCII)
_NAMES = tuple(
    (label, re.compile(rf"(?:{pattern})[_-]?(?:{lexicon.pattern('secrets', 'behind a name')}|\d{{1,2}})?", re.ASCII))
    for label, pattern in (
        ("passphrase", r".*pass[_-]?phrase"),
        ("password", r".*(?:pass[_-]?word|passwd|passcode|pwd)|(?:.*[_.-])?pass|[a-z]+Pass"),
        ("aws-secret-key", r".*aws.*secret[_-]?(?:access)?[_-]?key"),
        ("secret", r".*secret(?:[_-]?(?:access)?[_-]?key)?"),
        ("token", rf"(?!.*(?:{lexicon.pattern('secrets', 'before harmless token')})[_-]?token).*token|.*_auth"),
        ("azure-account-key", r".*account[_-]?key"),
        ("api-key", rf".*(?:{lexicon.pattern('secrets', 'before key')})[ _-]?key"),
    )
)
_AFTER_LABEL = re.compile(
    r"""
    (?P<rest>[A-Za-z0-9_-]{0,24}+)
    (?P<close>(?:\\{0,3}["'`]\]?)?) [*]{0,2}
    (?P<sep> [ \t]{0,4}(?: :[ ]?[A-Za-z][\w.|]{0,30}[ ]?= | := | => | ={1,3} | [:：＝] ) [*]{0,2} [ \t]{0,8}
             (?:[|>][+-]?)? (?:\r?\n[ \t]{1,16})?
           | ,?[ \t]{0,4}(?:\r?\n[ \t]{1,24})?\\{0,3}["']?value\\{0,3}["']?:[ \t]{0,4}
           | [ \t]{1,4}is[ \t:]{1,3} | [ \t]{1,4} | ,[ ]{0,2} | > )
    (?: (?P<quote>\\{0,3}["'`])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\r\n])){1,1024}+)(?P=quote)
      | (?:\\{0,3}["'`])?(?P<bare>[!#-&(-\[\]-_a-~]{1,1024}+) )
    """,
    re.VERBOSE | re.ASCII,
)
_VALUE_ENDS = re.compile(r"[,;|<>(){}\[\]]|&(?=[\w.%-]+[=;])")
_VALUE_GOES_ON = re.compile(r"[!#-&(-\[\]-_a-~]*", re.ASCII)
_CALL = re.compile(r"[A-Za-z_$][\w$.]*[(\[]", re.ASCII)
_NEXT_ASSIGNMENT = re.compile(r"[A-Za-z_$][\w$.]*=[A-Za-z_$]", re.ASCII)
_END_OF_COMMAND = re.compile(r"""["'`\\)]*(?:$|[\r\n;|&>]|[ ]+(?:-|\\|\||>|&|/))""", re.ASCII)


def _labelled(text: str, lower: bytes) -> Iterator[_Span]:
    for label in _LABELS:
        at = lower.find(label)
        while at >= 0:
            after = at + len(label)
            match = _AFTER_LABEL.match(text, after)
            span = _judge(text, at, match) if match else None
            if span:
                yield span
            at = lower.find(label, span.end if span else after)


def _judge(text: str, at: int, match: re.Match[str]) -> _Span | None:
    start = at
    while start > max(0, at - _LONGEST_NAME) and text[start - 1] in _NAME_CHARS:
        start -= 1
    name = text[start : match.end("rest")]
    setting = _setting(text, start, name, match)
    label = _label(name.lstrip("-")) if setting else None
    if not (setting and label):
        return None
    if match["quoted"] is None:
        return _judge_bare(text, label, setting, match)
    return _Span(*match.span("quoted"), 2, label) if is_secret(label, setting, match["quoted"]) else None


def _setting(text: str, start: int, name: str, match: re.Match[str]) -> Setting | None:
    """How the value is attached to its label; None when it isn't."""
    before, sep, quoted = text[max(0, start - 1) : start], match["sep"], match["quoted"] is not None
    if sep.isspace():
        return "flag" if name.startswith("--") and "\n" not in sep else None
    if sep == ">":
        return "quoted" if before == "<" and "</" in (match["bare"] or "") else None
    if before == "/" and sep == ":":
        return None  # the user's name in a URL
    if sep.startswith(",") and "value" not in sep:
        return "bare" if match["close"] and quoted else None
    if before in ("?", "&") and sep == "=":
        return "query"
    if (sep == "=" or (sep == ": " and "_PASS" in name and not quoted)) and _ENVIRONMENT_NAME.fullmatch(name):
        return "environment"
    if name.lower() == "pass" and not quoted and "=" not in sep:
        return None  # "PASS: test_name" is what a test run prints
    return "quoted" if quoted else "bare"


@lru_cache(maxsize=512)
def _label(name: str) -> str | None:
    # The camel-case form of pass needs the capital letter: bypass and compass end in it too.
    return next((label for label, names in _NAMES if names.fullmatch(name) or names.fullmatch(name.lower())), None)


def _judge_bare(text: str, label: str, setting: Setting, match: re.Match[str]) -> _Span | None:
    start, value = match.start("bare"), match["bare"]
    if _CALL.match(value):
        return None
    value = value.partition("#")[0] if setting == "query" else value
    if setting != "environment":
        if _NEXT_ASSIGNMENT.match(value):
            return None
        end = _VALUE_ENDS.search(value)
        if end and end[0] in "([{":
            return None
        value = value[: end.start()] if end else value
    value = value.rstrip(".,:;)")
    if not (is_secret(label, setting, value) or _ends_command(text, label, setting, start, value)):
        return None
    whole = _VALUE_GOES_ON.match(text, start) if len(value) >= 1000 else None
    return _Span(start, whole.end() if whole else start + len(value), 2, label)


def _ends_command(text: str, label: str, setting: Setting, start: int, value: str) -> bool:
    """`--password xyz` in a command; in prose the word after a flag is followed by more prose."""
    if setting != "flag" or label != "password" or is_placeholder(value) or not value.isalnum():
        return False
    return _END_OF_COMMAND.match(text, start + len(value)) is not None
