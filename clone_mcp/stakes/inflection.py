"""The forms of English verbs."""


def _irregular(table: str) -> dict[str, str]:
    pairs = (" ".join(entry.split()).split(": ") for entry in table.split(","))
    return {entry[0]: entry[1] for entry in pairs}


_IRREGULAR = _irregular("""
    send: sent, resend: resent, buy: bought, pay: paid, give: gave given, put: put, shut: shut, set:
    set, reset: reset, tear: tore torn, take: took taken, bring: brought, throw: threw thrown, blow:
    blew blown, spend: spent, make: made, read: read, cut: cut, hide: hid hidden, undo: undid undone,
    rewrite: rewrote rewritten, write: wrote written, show: shown, overwrite: overwrote overwritten, go:
    went gone, get: got, lose: lost, spin: spun, sell: sold, run: ran run, begin: began begun, become:
    became, tell: told, rid: ridded, broadcast: broadcast, lend: lent, bid: bid, shred: shredded
    """)
_DOUBLED = frozenset(
    """
    ban begin chop flip strip rip unplug quit bid bin commit cut dm drop get grab log plan put reset rid run
    scrap scrub set ship shred shut
    spin stop submit swap tag transfer wrap zap
    """.split()
)


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
