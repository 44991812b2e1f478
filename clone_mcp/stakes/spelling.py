"""Undo what makes the same words look different: width, case, accents, invisible and look-alike characters.

Slips of the pen are not undone here: a word one slip away from a dangerous one is found in `vocabulary`.
"""

import html
import re
import unicodedata
from functools import lru_cache
from itertools import chain

_INVISIBLE = dict.fromkeys(
    chain(
        (0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
    )
)
_QUOTES = {ord(c): "'" for c in "’‘‛`´ʼ′"} | {ord(c): '"' for c in "“”„«»"}
_DASHES = {ord(c): "-" for c in "‐‑‒–−﹘"} | {ord("—"): " - ", ord("―"): " - ", ord("؟"): "?", ord("।"): "."}
_EMPHASIS = {ord(c): None for c in "*`~"}
_TO_CLEAN = {chr(code): new or "" for code, new in (_INVISIBLE | _QUOTES | _DASHES | _EMPHASIS).items()}
# Only the characters that change are visited: translating a long text letter by letter is ten times slower.
_STRAY = re.compile("[" + re.escape("".join(_TO_CLEAN)) + "]")

# Letters of other scripts (and small capitals) that a reader takes for Latin ones.
_LOOKALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝӏгкмнтвьпзυονταιρκεηγβχсωɡɑɩɪʀʏʟɢɴʜʙᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ",
    "aeopcyxijshdqwlrkmhtbbn3uovtaipkenybxcwgaiirylgnhbacdejkmoptuvwz",
)
_LETTERS_APART = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_GREEK_QUESTION = re.compile("(?<=[\u0370-\u03ff]);")
_TICK = "\x1a"
_TAG_LETTERS = re.compile("[\U000e0000-\U000e007f]")
_ACCENT = re.compile("[\u0300-\u036f]")
_OTHER_SCRIPT = re.compile("[\u0370-\u052f\u0250-\u02af\u1d00-\u1d7f]")
_MIXED_WORD = re.compile(r"[^\W\d_]+")
_SPACED_OUT = re.compile(r"(?<![\w.])[^\W\d_](?:[ \n.\-_]{1,2}[^\W\d_]){3,}(?![\w.])")
_SEPARATOR = re.compile(r"[ \n.\-_]")


@lru_cache(maxsize=16)
def clean(text: str, *, keep_code: bool = False) -> str:
    """The text as a person reads it: one width, nothing invisible, no emphasis marks; case and accents kept.

    `keep_code` leaves the backticks that tell commands from prose.
    """
    if keep_code:
        return clean(text.replace("`", _TICK).replace("\uff40", _TICK)).replace(_TICK, "`")
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text.translate(_EMPHASIS) if "*" in text or "`" in text or "~" in text else text
    text = _TAG_LETTERS.sub("", text) if max(text) > "\U000dffff" else text
    text = _STRAY.sub(lambda found: _TO_CLEAN[found[0]], unicodedata.normalize("NFKC", text))
    return _GREEK_QUESTION.sub("?", text) if ";" in text else text


def fold(text: str) -> str:
    """The form in which words are compared: lower case, no accents, look-alikes made Latin."""
    if text.isascii():
        return text.lower()
    return _fold_unicode(text)


def _fold_unicode(text: str) -> str:
    # Capital look-alikes (Р, Н) become small ones first, so one table serves both.
    text = unicodedata.normalize("NFD", text.casefold().translate(_LETTERS_APART))
    text = unicodedata.normalize("NFC", _ACCENT.sub("", text))
    if _OTHER_SCRIPT.search(text):
        text = _MIXED_WORD.sub(_latinised, text)
    return text


def _latinised(match: re.Match[str]) -> str:
    """A word that mixes Latin with another script is a disguised Latin word; a pure one is left alone."""
    word = match[0]
    if word.isascii() or not any("a" <= letter <= "z" for letter in word):
        return word
    return word.translate(_LOOKALIKE)


def lookalike(word: str) -> str:
    return word.translate(_LOOKALIKE)


def close_up(text: str) -> str:
    """`d e l e t e` and `d-e-l-e-t-e` as one word."""
    return _SPACED_OUT.sub(_together, text)


def _together(found: re.Match[str]) -> str:
    letters = _SEPARATOR.sub("", found[0])
    # "Shall I d e l e t e it": the first letter is a word of its own.
    return f"{letters[0]} {letters[1:]}" if letters[0] in "Ii" else letters
