"""What a person's own words order: a reply, or an option it picks.

A reply that only repeats the question orders nothing of its own; a name is no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clone_mcp.language import lexicon
from clone_mcp.language.choices import listed
from clone_mcp.models.act import Act, Weight, Where
from clone_mcp.stakes.alarms import is_grave
from clone_mcp.stakes.answers import Taken
from clone_mcp.stakes.clauses import clauses, is_strange
from clone_mcp.stakes.commands import command_acts
from clone_mcp.stakes.doubts import is_english
from clone_mcp.stakes.frames import COORDINATORS, POINTERS, SMALL, Words, small
from clone_mcp.stakes.moods import DIRECTS, Mood, Part, message_parts, parts
from clone_mcp.stakes.replies import Stance
from clone_mcp.stakes.rulings import NOTHING, Antecedent
from clone_mcp.stakes.sentence_acts import alarm_acts, as_command, clause_act, clause_acts, spoken_of, unread_act
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.text import MARKS, Code, Sentence, pieces
from clone_mcp.stakes.things import LIVE, QUALIFIERS, SENSITIVE, kind_of
from clone_mcp.stakes.verbs import Form, class_of, slip, verb_at

_LEADS = lexicon.words("replies", "yes") | small("leads an order")
_REFUSALS = lexicon.words("negations", "refusal") | small("no order")
_FOR_EVER, _RECEIVES, _DEED_WANTED = small("for ever"), small("receives"), small("deed wanted")
_WHICH, _SWITCHES, _POINTS = small("which"), small("switch"), small("points to a side")
_NEVER_A_NAME = frozenset(("SECRET", "MONEY"))
_NEVER_SAID, _NEVER_YES = _NEVER_A_NAME | {"ACCESS", LIVE}, _FOR_EVER - {"all"}
"""What a reply may not add unread: such things, and a yes to more than what was asked."""
_RECEIVERS = frozenset(("PEOPLE", "ACCESS", "PUBLIC", "LEGAL"))
_NAME, _YES, _NEAR = 2, 2, 3
"""Words of a name, and of an option that only agrees; and parts of a message that a reply's "it" points to."""


def ordered(answered: Taken, question: str) -> Iterator[Act]:
    """What the reply itself orders."""
    said = message_parts(question)
    before, naming = _spoken_before(said[-_NEAR:]), _asks_for_a_name(said)
    asked = {word for part in said if isinstance(part.piece, Sentence) for word in part.piece.words}
    for piece in pieces(answered.reply):
        if isinstance(piece, Code):
            yield from command_acts(piece.text, Where.REPLY)
        elif answered.stance is Stance.AGREES and _repeats(piece, asked):
            continue
        elif " " in piece.text and (command := as_command(piece.text)):
            yield from command_acts(command, Where.REPLY)
        elif not (naming and len(piece.tokens) <= _NAME and len(piece.tokens) == len(answered.reply.split())):
            found = list(_sentence(piece, before))
            yield from found
            whole = answered.reply in answered.options  # what an option means is read in `chosen`
            if answered.stance is not Stance.REFUSES and not whole and _says_more(piece, asked, found):
                yield unread_act(piece, Where.REPLY)


def _says_more(piece: Sentence, asked: set[str], found: Sequence[Act]) -> bool:
    """Whether it adds what weighs, and no order in it was read: "same for prod", "once you've dropped the bucket"."""
    if any(act.weight in (Weight.GRAVE, Weight.UNREAD) for act in found):
        return False
    read = {
        word for act in found for said in (act.verb, act.object, *act.qualifiers) for word in said.casefold().split()
    }
    own = {word for word in piece.words if word not in asked and word not in _LEADS and word not in read}
    if not is_english(piece) and any(word.isalpha() for word in own):
        return True
    return any(
        _weighs(word) or kind_of(word) in _NEVER_A_NAME | {"ACCESS", LIVE} or word in _FOR_EVER - {"all"}
        for word in own
    )


def _repeats(piece: Sentence, asked: set[str]) -> bool:
    """Whether it has no verb and no thing of its own."""
    own = {word for word in piece.words if word not in asked}
    return own <= SMALL and not (any(map(is_grave, own)) and piece.words & POINTERS)


def _sentence(piece: Sentence, before: Antecedent) -> Iterator[Act]:
    start = _order_start(piece)
    if start is not None and start + 1 == len(piece.tokens):
        for clause in clauses(piece, start):
            yield from clause_act(replace(clause, pronoun=True), piece, Where.REPLY, before)
    elif start is not None:
        yield from clause_acts(piece, start, Where.REPLY, before)
    else:
        yield from _commands(piece)
    yield from alarm_acts(piece, wide=False)


def _commands(piece: Sentence) -> Iterator[Act]:
    for code in filter(None, map(as_command, piece.commands)):
        yield from command_acts(code, Where.COMMAND)


def _spoken_before(said: Sequence[Part]) -> Antecedent:
    before = NOTHING
    for part in said:
        before = spoken_of(part.piece, before)
    return before


def _asks_for_a_name(said: Sequence[Part]) -> bool:
    """ "What should the button say?": a short answer is a name. "What shall I do with it?" asks for an order."""
    asking = (part for part in reversed(said) if isinstance(part.piece, Sentence) and part.piece.asks)
    last = next(asking, None)
    return last is not None and last.mood is Mood.OPEN and not _DEED_WANTED & _words(last)


def _words(part: Part) -> frozenset[str]:
    return part.piece.words if isinstance(part.piece, Sentence) else frozenset()


def _order_start(sentence: Sentence) -> int | None:
    """Where an order begins: at a verb in its base form, first or behind a yes, with something it is done to."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        opens = at == 0 or tokens[at - 1] in COORDINATORS or tokens[at - 1] in _LEADS
        objective = at + 1 < len(tokens) and (tokens[at + 1] in POINTERS or tokens[at + 1][0] in MARKS)
        if (
            not opens
            or token in _REFUSALS
            or (token in _LEADS and not (objective and (is_grave(token) or tokens[at + 1][0] in MARKS)))
        ):
            continue
        found = verb_at(tokens, at)
        if found is None:
            if objective and is_strange(token):
                return at
        elif found[0].form is Form.BASE and (at + found[1] < len(tokens) or not kind_of(token) or _weighs(token)):
            return at
    return None


def _is_slip(word: str) -> bool:
    """ "oFrce push": what may be a grave verb with a slip of the pen."""
    slipped = slip(word) if is_strange(word) else None
    return slipped is not None and _weighs(slipped.lemma)


def _weighs(word: str) -> bool:
    """Whether a verb that stands alone is an order: "then merge", "wipe"."""
    found = verb_at((word,), 0)
    return is_grave(word) or (found is not None and class_of(found[0].lemma) == "git")


def chosen(option: str, around: str) -> Iterator[Act]:
    """What a picked option lets happen. It is done as it says; a name that is picked is only a name."""
    said = message_parts(around)
    receives = any(_RECEIVES & _words(part) for part in said)
    for piece in pieces(option):
        if isinstance(piece, Sentence):
            yield from _option(piece, _spoken_before(said), receives=receives)


def meant(option: str, question: str) -> str:
    """What a picked option stands for: a label stands for the choice in the message that it labels."""
    label = option.strip(" ().").upper()
    return next((wording for known, wording in listed(question) if known.upper() == label), option)


def answers(option: str, said: Sequence[Part]) -> Iterator[Act]:
    """What an option makes of the question: "Which branch do I push to?" with "main", "Firewall?" with "off"."""
    for part in said:
        if isinstance(part.piece, Sentence) and part.piece.asks:
            if part.mood is Mood.OPEN:
                yield from _completed(part.piece.tokens[part.start :], option)
            if _switches(fold(option).strip(), part.piece):
                yield unread_act(part.piece)


def _completed(asked: Words, option: str) -> Iterator[Act]:
    text = " ".join([*(word for word in asked if word not in COORDINATORS), option])
    for piece in pieces(text)[:1]:
        if isinstance(piece, Sentence):
            yield from (act for act in clause_acts(piece, 0, Where.OPTION) if act.weight is Weight.GRAVE)


def _switches(option: str, asked: Sentence) -> bool:
    """Whether it only points at a side, or opens or shuts what is sensitive."""
    return option in _POINTS or (option in _SWITCHES and any(kind_of(word) in SENSITIVE for word in asked.words))


def _option(piece: Sentence, before: Antecedent, *, receives: bool) -> Iterator[Act]:
    for_ever = not _FOR_EVER.isdisjoint(piece.words)
    if len(piece.tokens) <= _YES and goes_ahead(piece) and not for_ever:
        return
    asked = next((part.start for part in parts((piece,)) if part.mood in DIRECTS and part.start), None)
    start = asked or _order_start(piece)
    if for_ever:
        yield unread_act(piece, Where.OPTION)
    if start is None and len(piece.tokens) == 1 and is_grave(piece.tokens[0]):
        for clause in clauses(piece):
            yield from clause_act(replace(clause, pronoun=True), piece, Where.OPTION, before)
    elif start is not None:
        yield from clause_acts(piece, start, Where.OPTION, before)
    elif piece.commands:
        yield from _commands(piece)
    elif not _is_only_a_name(piece, receives=receives) or _is_slip(piece.tokens[0]):
        yield unread_act(piece, Where.OPTION)
    yield from alarm_acts(piece, wide=True)


def goes_ahead(piece: Sentence | Code) -> bool:
    """ "Yes", "Execute plan", "Approve": the option lets happen what the message says."""
    if isinstance(piece, Code):
        return False
    if piece.tokens[0] in _LEADS:
        return True
    found = next((verb for at in range(min(len(piece.tokens), 4)) if (verb := verb_at(piece.tokens, at))), None)
    return found is not None and class_of(found[0].lemma) in ("go", "run", "grant")


def _is_only_a_name(piece: Sentence, *, receives: bool) -> bool:
    """Whether an option without a verb only names something: "postgres", and not "production" or "the company card"."""
    kinds = {kind_of(word) for word in piece.tokens}
    live = any(QUALIFIERS.get(word) == LIVE for word in piece.tokens)
    return is_english(piece) and not live and not kinds & (_NEVER_A_NAME | (_RECEIVERS if receives else set()))


def chooses_victim(said: Sequence[Part]) -> Iterator[Sentence]:
    """ "Tell me which one to drop": the option that is picked is what the act is done to."""
    for part in said:
        if isinstance(part.piece, Sentence) and not _WHICH.isdisjoint(part.piece.words):
            tokens = part.piece.tokens
            which = next(at for at, word in enumerate(tokens) if word in _WHICH)
            if any(is_grave(word) and not kind_of(word) for word in tokens[which:]):
                yield part.piece
