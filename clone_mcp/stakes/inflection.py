"""The forms of verbs, made from one."""

from collections.abc import Mapping
from functools import cache

from clone_mcp.language import lexicon

_IRREGULAR = {row.word: row.form for row in lexicon.rows("inflections", "irregular")}
_DOUBLED = lexicon.words("inflections", "doubled")


def inflect(verb: str) -> tuple[str, str, tuple[str, ...]]:
    """(-s form, -ing form, past forms) of an English verb."""
    if verb.endswith("ie"):
        stem, ing = verb, verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith("ee"):
        stem, ing = verb, verb[:-1] + "ing"
    elif verb in _DOUBLED:
        stem, ing = verb + verb[-1], verb + verb[-1] + "ing"
    else:
        stem, ing = verb, verb + "ing"
    soft_y = verb.endswith("y") and verb[-2] not in "aeiou"
    sibilant = verb.endswith(("s", "x", "z", "ch", "sh", "o"))
    does = verb[:-1] + "ies" if soft_y else verb + ("es" if sibilant else "s")
    past = verb[:-1] + "ied" if soft_y else stem + ("d" if stem.endswith("e") else "ed")
    return does, ing, tuple(_IRREGULAR.get(verb, past).split())


def conjugate(language: str, verb: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(forms that direct or plan, forms that report) of a foreign verb, written `stem-class` or as it is."""
    stem, hyphen, kind = verb.partition("-")
    now, past = (_endings(which).get((language, kind), "").split() for which in ("ending", "past ending"))
    if not hyphen or not now:
        return (verb.replace("-", ""),), ()
    directs = [stem + ending for ending in now]
    reports = [stem + ending for ending in past]
    if language == "de":
        directs += [stem, "zu" + stem + kind]
        reports += ["ge" + stem + ending for ending in (*past, "en")]
    return tuple(directs), tuple(reports)


@cache
def _endings(which: str) -> Mapping[tuple[str, str], str]:
    return {(row.language, row.word): row.form for row in lexicon.rows("inflections", which)}
