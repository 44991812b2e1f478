"""Where a copied conversation begins: a chat, an agent's session, mail, a terminal. From there on nothing was typed.

Such text has no mark for its end, and what stands in it may sound like the person. So all that follows is left out.
Whether two labelled lines are a conversation or a list of fields is decided in `speakers`. A sign that people type too
("#", "%", "$" after a word) is a terminal's prompt only before a command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import takewhile

from clone_mcp.language import lexicon
from clone_mcp.language.pasted.speakers import ROLE, first_speaker

_wording = partial(lexicon.pattern, "pastes")
_COMMANDS = rf"(?:{_wording('shell command')})(?=\s|$)"
_WORDS = (
    rf"(?:{_wording('shell command and word')})\s(?:.{{0,200}}?\s)?"
    r"(?:-{1,2}\w|[~.$/\"'*]|[\w-]+[./=_]\w|[A-Z_]{3,})"
    rf"|(?:{_wording('build tool')})\s(?:{_wording('build argument')})\s*$"
)
"""Commands that are words too. An option, a path, a file or a variable says that they are commands."""
_COMMAND = rf"\s{{0,2}}(?:\w+=\S+\s)?(?:{_COMMANDS}|{_WORDS})"
_HOST = r"[\w.-]{1,40}@[\w.-]{1,60}"
_BRANCH = r"(?:\s?\([^)\n]{1,60}\))?"
_ENVIRONMENT = rf"(?:\((?:{_wording('environment')})\)\s)"

PROMPTS = rf"""
      \$\s(?![\d\s]) | {_HOST}(?:[:\s][^\s$\#%>]{{0,100}})?{_BRANCH}\s?[$\#%>](?:\s|$)
    | {_HOST}\s[\w~/.-]{{1,80}}\s[$\#%](?:\s|$)
    | \[[\w.-]{{1,40}}@[^\]\n]{{1,80}}\]\s?[$\#] | (?:{_wording("shell")})-[\d.]{{1,8}}[$\#](?:\s|$)
    | (?:\([\w.-]{{1,40}}\)\s)?(?:(?:PS\s)?[A-Za-z]:\\[^>\n]{{0,120}}>
      |PS\s[/~][^>\n]{{0,120}}>|[➜λ❯]\s|{_HOST}[:\s].{{0,100}}[$\#%>]\s)
    | {_ENVIRONMENT}.{{0,120}}[$\#%>]\s | [╰└]─{{1,4}}[╼\s]{{0,2}}[$\#%>❯➤➜λ○](?:\s|\w|$) | ╰─{{1,2}}{_COMMAND}
    | [^❯⟩:,.?!"]{{0,80}}[❯⟩](?:\s|$) | [✗»▶>]{_COMMAND} | .{{0,60}}\bgit:\([\w./-]{{1,60}}\)\s
    | (?:\S{{1,40}}\s){{1,2}}[/~][^\s$\#%>]{{0,100}}{_BRANCH}\s?[$\#%]\s
    | [~/][\w./-]{{0,100}}{_BRANCH}\s?[$\#%>]\s\S | [\w.-]{{1,40}}:[~/][\w./-]{{0,100}}\s?[\w.-]{{0,40}}[$\#%>]\s
    | (?:[\w./~:-]{{1,60}}\s?)?{_BRANCH}\s?[$\#%]{_COMMAND}
    | >>>\s | In\s\[\d{{1,4}}\]: | \w{{1,40}}=[\#>]\s\S | \w{{1,40}}=\#\s*$
    | [A-Za-z][\w.()/-]{{0,30}}[\w)]>\s(?!\d+\s[a-z])\S | [\w.-]{{1,40}}:[\w.~/-]{{1,60}}\s[\w.-]{{1,32}}\$\s
    | [\w-]{{2,30}}(?:\([\w-]{{1,30}}\)\#\s|\#\s(?:{_wording("command of a router")})\b)
    | {_wording("terminal begins")} | make(?:\[\d{{1,3}}\])?:\s[A-Z*]
    | \d{{1,3}}(?:\.\d{{1,3}}){{3}}:\d{{1,5}}>\s
    | (?i:\((?:{_wording("debugger")})\)(?:\s|$))
    | (?:{_wording("console")})[^>\n]{{0,40}}>\s
    | >\s(?:\d[\d\s.]{{0,40}}[-+*/%]\s?\d[\d\s.+*/()%-]{{0,80}}|(?:{_wording("declaration")})\s\w+\s?=.{{0,300}}
      |(?:await\s)?[\w$]{{1,40}}(?:\.[\w$]{{1,40}}){{0,6}}\(.{{0,300}}\);?|\S{{1,80}}@\d+\.\d\S{{0,40}}\s\S.{{0,100}})\s*$
    | (?:{_wording("console begins")})[^\n]{{0,60}}(?:\[|v\d|"|\(main)"""


_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_MONTH = rf"(?:{_wording('month')})[a-zéû]{{0,6}}\.?"
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}})?\.?|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?"
    rf"|\d{{1,2}}\.?[\s/-]{_MONTH}(?:[\s/-]\d{{2,4}})?)"
)
_NAMED_DAY = _wording("day")
_DAY = rf"(?:(?:[A-Z][a-z]{{1,8}}\.?,?\s)?{_DATE}|{_NAMED_DAY}|[A-Z][a-z]{{2,8}}day)"
_ON_DAY = rf"(?:{_DAY}(?:,|\s(?:{_wording('at')}))?\s)?"
_WHEN = rf"{_ON_DAY}{_TIME}"
_AGO = (
    rf"(?:(?:{_wording('about')})\s)?(?:\d{{1,3}}\s?|{_wording('one')})"
    rf"(?:{_wording('unit of time')})\.?\s(?:{_wording('ago')})"
)
_NAME = r"[^\W\d_a-z][^\n:<>\[\](){}|=\t]{0,40}?"
_HANDLE = r"@?\w[\w.'’-]{0,31}"

_TURN = rf"(?:(?:{_wording('turn')})\s\d{{1,4}}\s?[:.–-]?\s)"
_PART = (
    rf"(?i:{_TURN}?{ROLE}|(?:{_wording('role of a person')})\s(?:{_wording('part of a prompt')})"
    rf"|(?:\w{{1,20}}\s)?response|turn\s\d{{1,4}}|{_TURN}\w*)"
)
_OPENER = rf"(?i:{_wording('opens a sentence')})\b"
"""How a sentence begins, and no title."""
_AGENTS = rf"""
      _?\*\*{ROLE}(?:\s\([^)\n]{{0,80}}\))?\s?:?\*\*_?(?:\s?:|\s*$) | [⏺⎿✻✽✦●]\s | [›❯]\s | \#{{4,6}}\s\S
    | \#{{1,3}}\s\W{{0,4}}{_PART}(?:\s\([^)\n]{{0,80}}\))?\s?:?\s*$ | \#\saider\schat\sstarted
    | \#{{3}}\s(?:[a-z]|Instruction\s*:?\s*$) | \#{{1,3}}\s{_OPENER}[\s,.!:] | \#{{3}}\s.{{0,200}}\w\w[.!](?:\s+\w|\s*$)
    | (?:🧑|👤|🤖|🙋)\S?\s | {ROLE}(?:>\s|\s?>\s*$) | \({ROLE}\)\s*$ | %{{1,3}}\s?{ROLE}\s*$
    | (?i:turn)\s\d{{1,4}}(?:\s\({ROLE}\))?\s?:?\s*$ | {ROLE}\ssaid:?\s*$
    | \#\s\S{{8,40}}\s+conversation:\s
    | <\|[\w-]{{1,40}}\|> | (?:<s>\s?)?\[INST\] | <(?:start|end)_of_turn>
    | [-=*_─]{{2,}}\s?{ROLE}\s?[-=*_─]{{2,}}\s*$ | \[{ROLE}\](?:\s?:|\s*$)
    | (?:-\s)?(?:{_wording("field of a speaker")})\s?[:=]\s?["']?{ROLE}["']?\s*$"""
_CHATS = rf"""
      \[{_WHEN}\]\s?(?:<[^<>\n]{{1,40}}>|{_NAME}(?::\s|\s*$)|[\w.-]{{1,30}}:\s)
    | {_WHEN}\s(?:[-–]\s)?(?:<[^<>\n]{{1,40}}>\s|{_NAME}:\s|From\s.{{1,60}}\sto\s.{{1,60}}:)
    | (?:{_NAME}|{_HANDLE})(?:,?\s+\[{_WHEN}\]|\s+\({_WHEN}\)):?\s*$ | {_NAME},?\s\(?{_WHEN}\)?:\s
    | {_NAME}\s[—–]\s{_DATE}.{{0,24}}$ | {_HANDLE}\s[—–]\s{_WHEN}\s*$
    | \S[^\n—–]{{0,40}}\s[—–]\s(?:{_NAMED_DAY})\s.{{0,24}}$
    | <[\w`|^-]{{1,24}}>\s\S | (?:{_NAME}|{_HANDLE})(?:\sAPP|\s:[\w+-]{{1,40}}:)?\s\s+{_TIME}\s*$
    | {_HANDLE}\s{_TIME}(?<=[Mm.])\s*$
    | \S{{1,40}}\scommented(?:\s(?:{_wording("after commented")}).{{0,40}})?$
    | \S{{1,40}}\sleft\sa\scomment\b
    | \S{{1,40}}\s(?:commented\s{_DATE}|{_wording("done to changes")})\s*$
    | (?:{_NAME}|{_HANDLE})\s(?:{_wording("done in a tracker")})\s[-–—]\s
    | WEBVTT | \d\d:\d\d(?::\d\d)?[.,]\d{{3}}\s-->"""
_MAIL = rf"""
      -{{2,}}\s?(?:{_wording("mail copy")})
    | (?:{_wording("mail begins")}):
    | (?:{_wording("mail quote begins")})\s.{{5,120}}\s(?:{_wording("mail quote ends")})\s?:\s*$"""
_BEGINS = re.compile(rf"[\s\u200e\u200f\ufeff]*(?:{_AGENTS}|{_CHATS}|{_MAIL}|{PROMPTS})", re.VERBOSE)

_NAMED = re.compile(
    rf"\s*(?:(?:[^\W\d_a-z][\w.'’-]*,?\s?){{1,3}}|(?:u/)?{_HANDLE}(?:\s[\w.-]+)?|{_wording('messenger')})\s*$"
)
_ACT = rf"(?:{_wording('done to a comment')})(?:\sby\s\S{{1,40}})?"
_NO_NAME = _wording("before no name")
_PASSED = _wording("ago")
_PROGRAM = _wording("mark of a program")
_BYLINE = re.compile(
    rf"""\s*(?:
      (?P<name>(?:by\s)?(?:[^\W\d_a-z][\w.'’-]*,?\s{{1,3}}){{1,3}}|(?:u/)?{_HANDLE}\s(?=\s|[@·•—–]|.{{0,40}}\b(?:{_PASSED})\b|.{{0,30}}[APap]\.?[Mm]\b)
        |[a-z][\w.'’-]*[._\d][\w.'’-]*\s|(?!.{{0,40}}\b(?:{_NO_NAME})\s)
        (?:[^\W\d_][\w.'’-]*\s){{2}}(?=.{{0,24}}:.{{0,6}}[AP]\.?M))?
      \s?(?:@[\w.-]{{1,40}}\s)?(?:(?:{_PROGRAM}|:[\w+-]{{1,40}}:)\s{{1,2}})?(?P<act>{_ACT}\s|(?i:{_ACT})\s)?(?:[·•—–]\s|\[)?
      (?:{_WHEN}|{_AGO}|{_wording("relative date")}|(?:on\s)?{_DAY}(?(act)|(?!)))\]?
      (?:\s?[·•|]\s?.{{0,30}}|\s?\(?[Ee]dited\)?|\s?\[[–-]\])?
      | {_HANDLE}\s[·•]\s\d{{1,3}}[smhdwy]o?
      | on\s{_DAY}
    )\s*$""",
    re.VERBOSE,
)
"""Who wrote something and when, and nothing else: a line above what they wrote. The name may stand above it."""
_UNDER = re.compile(rf"\s*(?:{_wording('under a name')}|@[\w.-]{{1,40}})\s*$")
"""What stands between a name and a time in a copy that gives each a line."""
_DATED = re.compile(rf"\s*(?:{_ON_DAY}\d{{1,2}}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?|{_HANDLE}\s[·•]\s.*)\s*$")
_ALONE = re.compile(rf"\s*(?P<role>{ROLE})\s*$")
_HEADING = re.compile(
    rf"\s{{0,3}}(?:\#{{1,3}}\s|\*\*)\W{{0,4}}(?i:(?P<asks>{_wording('heading asks')})"
    rf"|(?P<answers>{_wording('heading answers')}))\W{{0,4}}$"
)
_MAY_BE_BYLINE = re.compile(rf"\d|{_wording('sign of a relative date')}")
_ANSWERS = re.compile(rf"\s*(?:{_wording('answers alone')})\s*$")
_HEADER = re.compile(rf"\s{{0,4}}\*{{0,2}}(?P<name>{_wording('mail field')})\s?:\*{{0,2}}\s?(?P<value>.*)$")
_MAIL_ONLY = lexicon.words("pastes", "field of mail only")
_RULES = frozenset(("---", "+++"))
_IN_FRONT = re.compile(r"[\w-]{1,40}\s?[:=](?:\s|$)|\s+\S|-\s|\#")
_SAYS = 2
"""Words of a list's item, at most. "Claude" above more of them is who said them."""
_LONGEST = 400
"""Characters of a line that are looked at: every mark stands at its beginning."""


def copied_from(lines: Sequence[str]) -> int | None:
    """The first line of a copied conversation or document; None where there is none."""
    begins = next((number for number in range(len(lines)) if lines[number] and _begins(lines, number)), None)
    found = (begins, first_speaker(lines), _front_matter(lines), _roles_alone(lines), _answered(lines))
    first = min((number for number in found if number is not None), default=None)
    return first if first is None else _with_name(lines, first)


def _begins(lines: Sequence[str], number: int) -> bool:
    return _BEGINS.match(lines[number][:_LONGEST]) is not None or _timed(lines, number) or _header(lines, number)


def _timed(lines: Sequence[str], number: int) -> bool:
    """A name and a time, on one line or on two or three, above what was said."""
    line = lines[number][:_LONGEST]
    found = _BYLINE.match(line) if _MAY_BE_BYLINE.search(line) else None
    if not found or not "".join(lines[number + 1 : number + 3]).strip():
        return False
    return (found["name"] or found["act"] or _DATED.match(line)) is not None or _with_name(lines, number) < number


def _with_name(lines: Sequence[str], number: int) -> int:
    """The line of the name above a time, where there is one; else the line itself."""
    byline = _BYLINE.match(lines[number][:_LONGEST]) if number else None
    if byline is None or byline["name"]:
        return number
    above = number - 1
    if above and (not lines[above].strip() or _UNDER.match(lines[above][:_LONGEST])):
        above -= 1
    return above if _NAMED.match(lines[above][:_LONGEST]) else number


def _roles_alone(lines: Sequence[str]) -> int | None:
    """Where roles stand alone on their lines without a colon, each above what it said."""
    first, role, said = 0, "", False
    for number, line in enumerate(lines):
        found = _ALONE.match(line[:_LONGEST])
        if not found or not (role or number == 0 or not lines[number - 1].strip()):
            said = said or bool(role and line.strip())
            continue
        below = "".join(lines[number + 1 : number + 2]).split()
        if below and (_ANSWERS.match(line) or (line[0].isupper() and len(below) > _SAYS)):
            return first if said else number
        if said and role != found["role"].casefold():
            return first
        if not role:
            first, role = number, found["role"].casefold()
    return None


def _answered(lines: Sequence[str]) -> int | None:
    """A heading that says that something was asked, where a later one says that it was answered."""
    asks = None
    for number, line in enumerate(lines):
        found = _HEADING.match(line[:_LONGEST])
        if found and found["asks"] and asks is None:
            asks = number
        elif found and found["answers"] and asks is not None:
            return asks
    return None


def _header(lines: Sequence[str], number: int) -> bool:
    """The head of a mail. "From: Save, to: Submit" is none."""
    if not _HEADER.match(lines[number][:_LONGEST]):
        return False
    heads = [head for line in lines[number : number + 5] if (head := _HEADER.match(line[:_LONGEST]))]
    mail = any(head["name"] in _MAIL_ONLY or "@" in head["value"] for head in heads)
    return len(heads) > 1 and (mail or len(heads) > 2)


def _front_matter(lines: Sequence[str]) -> int | None:
    """A whole document, which begins with fields between two rules."""
    for number, line in enumerate(lines):
        if line.rstrip() in _RULES and not "".join(lines[max(0, number - 1) : number]).strip():
            fields = list(takewhile(_IN_FRONT.match, lines[number + 1 : number + 80]))
            after = number + 1 + len(fields)
            if fields and "".join(lines[after : after + 1]).rstrip() in _RULES:
                return number
    return None
