"""English: how people put what they always want, never want, prefer and usually do."""

from __future__ import annotations

import re
from collections.abc import Callable

from clone_mcp.language.wishes.style import STYLE, contrasted
from clone_mcp.language.wishes.wish import Wish, in_third_person, stands_alone, without_project
from clone_mcp.models.memory import FactKind

_VERB = (
    r"(?:accept|acknowledge|add|annotate|answer|apologi[sz]e|apply|approve|archive|ask|assume|avoid|back up|"
    r"base|be|branch|break|build|bump|change|check|cite|clean|clear|close|comment|commit|compile|confirm|"
    r"consider|consult|"
    r"copy|cover|create|debug|delete|deploy|describe|do|document|double[- ]check|draft|edit|end|ensure|escape|"
    r"expect|explain|fetch|find|finish|fix|focus|follow|force[- ]push|forget|format|generate|get|give|go|grep|"
    r"guess|"
    r"handle|ignore|implement|import|include|inline|install|keep|launch|leave|lint|list|log|look|make|mention|"
    r"merge|mock|modify|move|name|open|overwrite|pin|plan|prefer|proceed|propose|prove|publish|pull|push|put|"
    r"quote|"
    r"re-?run|read|rebase|re-?factor|refer|regenerate|release|remember|remove|rename|repeat|reply|report|"
    r"reproduce|respond|restart|review|revert|rewrite|run|save|say|search|send|show me|sign|skip|sort imports|"
    r"speak|split|squash|stage|start|stash|stay|stick|"
    r"stop|suggest|summari[sz]e|talk|tell|test|think|touch|translate|treat|trust|try|type|typecheck|"
    r"type-check|update|upgrade|use|validate|verify|wait|work|wrap|write|`[^`]{2,40}`)(?![\w'])"
)
_SPEC_VERB = re.compile(
    r"(?:be (?:visible|shown|displayed|the|a|an|in|on|at|true|false|able|set|available|equal|empty|null)|"
    r"get (?:the|a)|start (?:with|at)|end (?:with|at)|open in|sort\b|go to|log out)",
    re.IGNORECASE,
)
_AGAINST = r"(?P<against>never(?: ever)? |do not (?:ever )?|don'?t (?:ever )?|no longer )"
_STANDING = (
    r"(?:from now on(?:wards?)?|going forward|moving forward|in (?:the )?future|for all future \w+|henceforth|"
    r"from here on(?: out)?|from this point (?:on|forward))"
)

_ALWAYS = re.compile(rf"(?:we must )?always (?P<what>{_VERB}.*)", re.IGNORECASE)
_NEVER = re.compile(
    rf"(?:(?:we must )?never(?: ever)?|(?:do not|don'?t) ever) (?P<what>(?:again )?{_VERB}.*)", re.IGNORECASE
)
_FROM_NOW = re.compile(
    rf"{_STANDING}[,:]? (?:please |always |i want you to |you (?:should|must|will) (?:always )?|can you |"
    rf"only )*{_AGAINST}?(?P<what>{_VERB}.*)",
    re.IGNORECASE,
)
_NOW_ON = re.compile(
    rf"(?:please |always )*{_AGAINST}?(?P<what>{_VERB} .*?),? (?:as well |too )?{_STANDING}(?: as well| too| please)?",
    re.IGNORECASE,
)
_ALWAYS_LAST = re.compile(rf"(?P<what>{_VERB} .+?),? always", re.IGNORECASE)
_STOP = re.compile(
    r"(?:please )?(?:stop|quit) (?P<what>(?:adding|asking|saying|using|writing|creating|apologi[sz]ing|"
    r"committing|pushing|mocking|guessing|assuming|telling|repeating|explaining|summari[sz]ing|putting|"
    r"suggesting|inventing|"
    r"hallucinating|ignoring|skipping|deleting|reformatting|refactoring|overwriting|generating|leaving|"
    r"including|calling me)\b.*)",
    re.IGNORECASE,
)
_WHENEVER = re.compile(
    r"(?P<when>(?:whenever|each time|every time|any time) (?:you|i|we)\b[^,]{2,90}(?:, (?:then )?|"
    r" (?=ask me|tell me))|when(?:ever)? (?:you(?:'re| are)? )?\w+ing\b[^,]{0,80}, (?=(?:please )?(?:always|"
    r"never|do not|don't)\b)|"
    rf"before (?:you |each |every |any )?\w+[^,]{{0,60}}, (?=always|never)|after (?:each|every|any) [^,]{{2,60}}, )"
    rf"(?:please |always |make sure to )*{_AGAINST}?(?P<what>{_VERB}.*)",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"(?:update|add|create|make|write|put|extend|improve|note|document|record)\b.{0,60}?\b(?:rules?|"
    r"claude\.md|agents\.md|\w+\.mdc|guidelines?|memory|conventions?|instructions)\b.{0,60}?"
    r"\b(?:to|that|:)(?: we| you| agents)?(?: should| must)?(?: first)? (?:always|"
    rf"(?P<against>never)) (?P<what>{_VERB} .+)",
    re.IGNORECASE,
)
_PREFER = re.compile(
    r"(?:prefer (?=.+ (?:over|instead of|rather than) )|i(?: (?:really|much|strongly|generally|usually|"
    r"actually|personally|also|still|always|definitely|typically|do))* prefer )(?P<what>.+)",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"i(?: (?:really|much|generally))? (?:like|love) (?P<what>.+?) (?:better|more) than (?P<other>.+)", re.IGNORECASE
)
_FEEL = re.compile(
    r"i(?: (?:really|absolutely|just|do|personally|generally|always))* (?:(?P<hates>hate|dislike|can'?t stand|"
    r"cannot stand|detest|despise|do not like|don't like)|love) (?P<what>.+)",
    re.IGNORECASE,
)
_USUALLY = re.compile(
    r"(?:i|we)(?:(?P<never> never)| always| usually| normally| typically| mostly| generally) (?P<what>(?:use|"
    r"write|run|work|commit|deploy|test|develop|code|squash|rebase|lint|format|prefer)\b.+)",
    re.IGNORECASE,
)

_REASON = re.compile(
    r",? (?:because|since|cause|cuz|so that|so i|so we|as (?:it|that|they|this|i|we)|but|though|although|"
    r"otherwise|which|:\)|thanks|thank you|pls|please|haha|lol)\b.*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\b(?:which|that|will|would|might|may|could|can|want|need|so|to \w+|\d+)\b", re.IGNORECASE)
"""In the future ends many a sentence about what may be, not what shall be."""
_NOT_A_NAME = re.compile(
    r"(?:the|this|that|these|those|it|them|he|she|your|a|an|his|her|its|one|both|all|some|option|[a-d1-9]\b|"
    r"you|how|what|when|where|who|why|not|no|more|less|if|doing|having|being|going|is|are|i|we|my|our|there|"
    r"everything|something|nothing|both|either|to (?:see|have|get|start|go|do|discuss|move|add|show|know|"
    r"first|make|be)|see|have|get|go)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:that|which|is|are|was|were|will|would|if|when|does|did|has|had|how|what|can|could|should)\b", re.IGNORECASE
)


def english(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes and ways, or None."""
    for pattern, read in _READERS:
        if (found := pattern.fullmatch(statement)) and (said := read(found, statement)):
            return said
    return STYLE.said(statement) or contrasted(statement)


def _rule(found: re.Match[str], statement: str) -> Wish | None:
    against = bool(found.groupdict().get("against")) or found.re in (_NEVER, _STOP)
    what, local = without_project(found["what"])
    if found.re is _NOW_ON and _ASIDE.search(what):
        return None
    if _SPEC_VERB.match(what) or not _whole(what) or len(what.split()) < (2 if found.re is not _STOP else 1):
        return None
    told = in_third_person(what[0].lower() + what[1:])
    if told is None or found.re is _WHENEVER:
        text = f"Tells agents: “{statement}”."
    elif found.re is _STOP:
        text = f"Wants agents to stop {told}."
    else:
        text = f"Wants agents {'never' if against else 'always'} to {told}."
    meaning = _conditional(what, found["when"]) if found.re is _WHENEVER else what
    return Wish(FactKind.RULE, text, meaning, against=against, explicit=True, local=local)


def _conditional(what: str, when: str) -> str:
    divider = "" if when[:6].casefold() in ("before", "after ") else "when "
    return (
        f"{re.sub('^(?:always|never) ', '', what)} "
        f"{divider}{re.sub('^(?:whenever|when|each time|every time|any time) ', '', when)}"
    )


def _whole(what: str) -> bool:
    return stands_alone(what) and len(what) <= 200 and what.count('"') % 2 == 0


def _preference(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    other = found.groupdict().get("other")
    what = f"{what} over {_REASON.sub('', other)}" if other else _compared(what)
    if re.match(r"(?:if|when|that) you ", what, re.IGNORECASE):
        return (
            Wish(FactKind.PREFERENCE, f"Says of their preferences: “{statement}”.", what, local=local)
            if _whole(what)
            else None
        )
    told = _named(what, words=12)
    return Wish(FactKind.PREFERENCE, f"Prefers {told}.", what, local=local) if told else None


def _compared(what: str) -> str:
    """Tabs to spaces is tabs over spaces; to write tests first is not a comparison."""
    if what[:3].casefold() == "to ":
        return what
    return re.sub(r"\s(?:to|rather than|instead of|vs\.?|more than|than|and not|,? ?not)\s", " over ", what, count=1)


def _feeling(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    told = _named(what, words=5)
    if not told or _CLAUSE.search(what):
        return None
    hates = bool(found["hates"])
    return Wish(FactKind.PREFERENCE, f"{'Dislikes' if hates else 'Likes'} {told}.", what, against=hates, local=local)


def _habit(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    told = in_third_person(what) if _whole(what) and len(what.split()) <= 12 else None
    if told is None:
        return None
    never = bool(found["never"])
    return Wish(
        FactKind.HABIT,
        f"Says they {'never' if never else 'usually'} {told}.",
        what,
        against=never,
        local=local,
        domain="want",
    )


def _named(what: str, *, words: int) -> str | None:
    """The thing that is liked, if it is named so that it means the same tomorrow."""
    if _NOT_A_NAME.match(what) or not _whole(what) or len(what.split()) > words or len(what) < 2:
        return None
    return in_third_person(what)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Wish | None]], ...] = (
    *((pattern, _rule) for pattern in (_FROM_NOW, _ALWAYS, _NEVER, _WHENEVER, _STOP, _RECORD, _NOW_ON, _ALWAYS_LAST)),
    (_PREFER, _preference),
    (_BETTER, _preference),
    (_FEEL, _feeling),
    (_USUALLY, _habit),
)
