"""Where a copied conversation begins: a chat, an agent's session, mail, a terminal. From there on nothing was typed.

Such text has no mark for its end, and what stands in it may sound like the person. So all that follows is left out.
Whether two labelled lines are a conversation or a list of fields is decided in `speakers`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from clone_mcp.language.pasted.speakers import ROLE, first_speaker

_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_MONTH = r"(?:Jan|Feb|Fév|Mar|Mär|Apr|Avr|May|Mai|Jun|Jui|Jul|Aug|Aoû|Sep|Oct|Okt|Nov|Dec|Dez|Déc)[a-zéû]{0,6}\.?"
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}})?\.?|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?"
    rf"|\d{{1,2}}\.?\s{_MONTH}(?:\s\d{{4}})?)"
)
_WHEN = rf"(?:(?:{_DATE}|Today|Yesterday|[A-Z][a-z]{{2,8}}day)(?:,|\sat|\sum|\sà)?\s)?{_TIME}"
_NAME = r"[^\W\d_a-z][^\n:<>\[\](){}|=\t]{0,40}?"

_AGENTS = rf"""
      _?\*\*{ROLE}(?:\s\([^)\n]{{0,80}}\))?\s?:?\*\*_?(?:\s?:|\s*$) | [⏺⎿✻✽✦●]\s | [›❯]\s | \#{{4,6}}\s\S
    | \#{{1,3}}\s\W{{0,4}}{ROLE}(?:\s\([^)\n]{{0,80}}\))?\s?:?\s*$ | \#\saider\schat\sstarted
    | <\|[\w-]{{1,40}}\|> | (?:<s>\s?)?\[INST\] | <(?:start|end)_of_turn>
    | [-=*_─]{{2,}}\s?{ROLE}\s?[-=*_─]{{2,}}\s*$ | \[{ROLE}\](?:\s?:|\s*$)"""
_CHATS = rf"""
      \[{_WHEN}\]\s?(?:<[^<>\n]{{1,40}}>|{_NAME}(?::\s|\s*$)|[\w.-]{{1,30}}:\s)
    | {_WHEN}\s(?:[-–]\s)?(?:<[^<>\n]{{1,40}}>\s|{_NAME}:\s|From\s.{{1,60}}\sto\s.{{1,60}}:)
    | {_NAME}(?:,?\s+\[{_WHEN}\]|\s+\({_WHEN}\)):?\s*$
    | {_NAME}\s[—–]\s{_DATE}.{{0,24}}$ | \S[^\n—–]{{0,40}}\s[—–]\s(?:Today|Yesterday|Heute|Gestern)\s.{{0,24}}$
    | <[\w`|^-]{{1,24}}>\s\S | {_NAME}(?:\sAPP)?\s\s+{_TIME}\s*$
    | \S{{1,40}}\scommented\s(?:on\s[A-Z]|last\s|yesterday|\d|an?\s).{{0,40}}$ | \S{{1,40}}\sleft\sa\scomment\b
    | WEBVTT | \d\d:\d\d(?::\d\d)?[.,]\d{{3}}\s-->"""
_MAIL = r"""
      -{2,}\s?(?:Original\sMessage|Forwarded\smessage|Ursprüngliche\sNachricht|Message\soriginal)
    | Begin\sforwarded\smessage:
    | (?:On|Am|Le|El|Em|Il)\s.{5,120}\s(?:wrote|schrieb.{0,60}|a\sécrit|escribió|escreveu|ha\sscritto)\s?:\s*$"""
_TERMINALS = r"""
      \$\s(?![\d\s]) | [\w.-]{1,40}@[\w.-]{1,60}(?::[^\s$\#%]{0,100}\s?|\s[\w~/.-]{1,80}\s)[$\#%](?:\s|$)
    | \[[\w.-]{1,40}@[^\]\n]{1,80}\]\s?[$\#] | (?:PS\s)?[A-Za-z]:\\[^>\n]{0,120}> | PS\s[/~][^>\n]{0,120}>
    | >>>\s | In\s\[\d{1,4}\]: | [➜λ]\s | \((?:base|\.?venv)\)\s.{0,120}[$\#%>]\s | \w{1,40}=[\#>]\s\S
    | (?:mysql|mariadb|sqlite|redis|mongo|irb|pry|iex|ghci|scala|julia)[^>\n]{0,40}>\s | ~[\w./-]{0,80}\s?[$\#%]\s"""
_BEGINS = re.compile(rf"[\s\u200e\u200f\ufeff]*(?:{_AGENTS}|{_CHATS}|{_MAIL}|{_TERMINALS})", re.VERBOSE)

_NAMED = re.compile(r"\s*(?:[^\W\d_a-z][\w.'’-]*\s?){1,3}$")
_TIMED = re.compile(rf"\s*(?:(?:[^\W\d_a-z][\w.'’-]*\s){{1,3}})?\s*{_TIME}\s*$")
_HEADER = re.compile(
    r"\s{0,4}\*{0,2}(?P<name>From|To|Cc|Bcc|Subject|Date|Sent|Reply-To|Von|An|Betreff|Gesendet|De|À|Objet|Envoyé|Para|"
    r"Asunto|Assunto|Enviado)\s?:\*{0,2}\s?(?P<value>.*)$"
)
_MAIL_ONLY = frozenset("Subject Sent Cc Bcc Reply-To Betreff Gesendet Objet Envoyé Asunto Assunto".split())
_RULES = frozenset(("---", "+++"))
_IN_FRONT = re.compile(r"[\w-]{1,40}\s?[:=](?:\s|$)|\s+\S|-\s|\#")
_LONGEST = 400
"""Characters of a line that are looked at: every mark stands at its beginning."""


def copied_from(lines: Sequence[str]) -> int | None:
    """The first line of a copied conversation or document; None where there is none."""
    begins = next((number for number in range(len(lines)) if lines[number] and _begins(lines, number)), None)
    found = (begins, first_speaker(lines), _front_matter(lines))
    first = min((number for number in found if number is not None), default=None)
    if first and _TIMED.match(lines[first][:_LONGEST]) and _NAMED.match(lines[first - 1][:_LONGEST]):
        return first - 1
    return first


def _begins(lines: Sequence[str], number: int) -> bool:
    return _BEGINS.match(lines[number][:_LONGEST]) is not None or _timed(lines, number) or _header(lines, number)


def _timed(lines: Sequence[str], number: int) -> bool:
    """A name and a time, on one line or on two, above what was said."""
    line = lines[number][:_LONGEST]
    if not _TIMED.match(line) or not "".join(lines[number + 1 : number + 2]).strip():
        return False
    return line.lstrip()[0].isalpha() or (number > 0 and _NAMED.match(lines[number - 1][:_LONGEST]) is not None)


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
