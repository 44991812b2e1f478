"""Pasted blocks that say themselves where they end: fences, tags, triple quotes, a client's placeholder for a paste.

Copied conversations have no such end, and are found in transcripts.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from clone_mcp.language import lexicon

_wording = partial(lexicon.pattern, "pastes")
MARK = "[pasted]"
"""Stands where a pasted block was."""

_FORUM = _wording("tag of a forum")
_MACRO = _wording("macro of a wiki")
_OPENS = re.compile(
    rf"""^[ \t]{{0,8}}(?:[-*][ \t]+)?(?:[\w."-]{{1,60}}[ ]?[=:][ ]?(?=["']))?(?P<fence>`{{3,}}|~{{3,}}|"{{3}}|'{{3}})
    | (?P<inline>```)
    | ^[ \t]*<(?!(?:{_wording("tag that holds nothing")})\b)
      (?P<tag>[a-zA-Z][\w.:-]{{0,60}})(?:\s[^<>]{{0,200}})?(?<!/)>
    | <(?P<spoken>(?i:{_wording("spoken tag")}
      |[a-z]{{1,20}}(?:[-_][a-z]{{1,20}}){{1,4}}))(?:\s[^<>]{{0,200}})?>
    | \[Pasted\ text\ \#\d{{1,4}}[^\]\n]{{0,40}}\]
    | (?P<data><!\[CDATA\[) | \[(?P<quote>(?i:{_FORUM}))(?P<of>[=\ ][^\]\n]{{1,100}})?\]
    | ^(?P<indent>[ \t]{{0,40}})(?:-[ ])?[\w."'-]{{1,60}}:[ ](?P<scalar>[|>])[-+\d]{{0,2}}[ \t]*$
    | ^[ \t]*(?:[{{\[][ \t{{\[]{{0,20}}(?P<key>")|(?P<field>"[^"\n]{{1,60}}"[ ]?:))
    | ^[ \t]*\{{(?P<macro>{_MACRO})(?::[^}}\n]{{0,100}})?\}}""",
    re.VERBOSE | re.MULTILINE,
)
_MAY_OPEN = (
    *("```", "~~~", '"""', "'''", "<", "[Pasted text", ": |", ": >", '"'),
    *(f"[{tag}" for word in _FORUM.split("|") for tag in (word, word.upper())),
    *(f"{{{word}" for word in _MACRO.split("|")),
)
"""Without one of these there is no block, which is cheaper to see than where one would begin."""
_QUOTES = re.compile(rf"\[(?P<closes>/?)(?:{_FORUM})(?:[= ][^\]\n]{{1,100}})?\]", re.IGNORECASE)
_STRING = re.compile(r'[^"\n]*"(?P<value>(?:[^"\\]|\\.)*+)"', re.DOTALL)
_CLOSING_TAG = re.compile(rf"</([a-zA-Z][\w.:-]{{0,60}})>|(\[/)(?:{_FORUM})\]|(\{{(?:{_MACRO})\}})", re.IGNORECASE)


def outside_blocks(text: str) -> list[str]:
    """The lines of a text, with `MARK` for each block."""
    if not any(map(text.__contains__, _MAY_OPEN)):
        return text.splitlines()
    last = {found[found.lastindex or 1]: found.start() for found in _CLOSING_TAG.finditer(text)}
    lines, begins, looked = list[str](), 0, 0
    while opened := _OPENS.search(text, looked):
        ends = _end(text, opened, last)
        if ends is None:
            looked = opened.end()
            continue
        lines += _lines(text[begins : opened.start()], after_block=begins > 0)
        lines.append(MARK)
        begins = looked = ends
    return lines + _lines(text[begins:], after_block=begins > 0)


def _lines(text: str, *, after_block: bool) -> list[str]:
    """Its lines, without the rest of the line that a block closed on if that is empty."""
    lines = text.splitlines()
    return lines[1:] if after_block and lines and not lines[0].strip() else lines


def _end(text: str, opened: re.Match[str], last: Mapping[str, int]) -> int | None:
    """Where the block ends that was opened; None if nothing was. What never closes goes on to the end of the text."""
    if tag := opened["tag"] or opened["spoken"]:
        if last.get(tag, -1) >= opened.end():
            return text.index(f"</{tag}>", opened.end()) + len(tag) + 3
        return len(text) if opened["tag"] and _ends_line(text, opened.end()) else None
    if opened["data"]:
        closed = text.find("]]>", opened.end())
        return closed + 3 if closed >= 0 else len(text)
    if opened["quote"]:
        return _end_of_quote(text, opened, last.get("[/", -1))
    if opened["scalar"]:
        return _end_of_scalar(text, opened)
    if opened["macro"]:
        closing = f"{{{opened['macro']}}}"
        return text.index(closing, opened.end()) + len(closing) if last.get(closing, -1) >= opened.end() else None
    if opened["key"] or opened["field"]:
        return _end_of_strings(text, opened.start("key" if opened["key"] else "field"))
    if opened["inline"]:
        closed = text.find("```", opened.end())
        return closed + 3 if closed >= 0 else len(text) if _ends_line(text, opened.end()) else None
    return _end_of_fence(text, opened["fence"], opened.end()) if opened["fence"] else opened.end()


def _end_of_fence(text: str, fence: str, after: int) -> int | None:
    inline = fence[0] in "\"'"
    same = text.find(fence, after) if inline else text.find(fence, after, _line_end(text, after))
    if same >= 0 or inline:
        return same + len(fence) if same >= 0 else None
    closed = re.compile(rf"^[ \t]*{fence}[`~]*", re.MULTILINE).search(text, after)
    if closed is None:
        return len(text)
    # In Markdown "```js" closes nothing. Here it does, and "js" is no word of the person.
    return closed.end() if text[closed.end() : closed.end() + 1].isspace() else _line_end(text, closed.end())


def _end_of_quote(text: str, opened: re.Match[str], last: int) -> int | None:
    """Where a quote of a forum ends, with the quotes within it: with the last of all if they do not match up."""
    if last < opened.end():
        return len(text) if opened["of"] else None
    depth = 0
    for found in _QUOTES.finditer(text, opened.start()):
        depth += -1 if found["closes"] else 1
        if not depth or found.start() == last:
            return found.end()
    return None


def _end_of_scalar(text: str, opened: re.Match[str]) -> int | None:
    """Where the indented lines end below a YAML key."""
    ends, at = None, _line_end(text, opened.end()) + 1
    while at < len(text):
        line = text[at : _line_end(text, at)]
        if line.strip():
            if len(line) - len(line.lstrip()) <= len(opened["indent"]):
                break
            ends = at + len(line)
        at += len(line) + 1
    return ends


def _end_of_strings(text: str, at: int) -> int | None:
    """Where the line ends that goes on behind a string with line breaks in it. None if no string has one."""
    broken = False
    while '"' in text[at : _line_end(text, at)]:
        string = _STRING.match(text, at)
        if string is None:
            return len(text)
        broken = broken or "\n" in string["value"]
        at = string.end()
    return _line_end(text, at) if broken else None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _ends_line(text: str, at: int) -> bool:
    return not text[at : _line_end(text, at)].strip()
