"""Every act that a reply to a question would set in motion, and what each weighs.

What is directed is read in a closed world: a verb that nobody knows is an act that nobody can judge. What is told
around it is searched for dangers. Whether the person has decided on such acts is not asked here, but in `holding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clone_mcp.models.act import Act, Weight, Where
from clone_mcp.stakes.alarms import in_code, is_grave, is_past
from clone_mcp.stakes.answers import Taken, refuses_merely, taken
from clone_mcp.stakes.clauses import asked_for, clauses
from clone_mcp.stakes.commands import command_acts
from clone_mcp.stakes.doubts import (
    asks_apart,
    asks_for_part_of_deed,
    casts,
    doubts,
    is_bare,
    is_english,
    is_vague,
    names_safely,
    points_back,
    runs_something,
    strings_attached,
    weighty,
    wishes_safely,
)
from clone_mcp.stakes.frames import NEGATORS, PRONOUNS, frame_at, small
from clone_mcp.stakes.handovers import hands_secret_over
from clone_mcp.stakes.moods import Mood, Part, message_parts
from clone_mcp.stakes.orders import answers, chooses_victim, chosen, goes_ahead, meant, ordered
from clone_mcp.stakes.replies import Stance
from clone_mcp.stakes.rulings import NOTHING, Antecedent, rule
from clone_mcp.stakes.sentence_acts import (
    alarm_acts,
    as_command,
    block_acts,
    clause_acts,
    go_on_act,
    secret_act,
    spoken_of,
    unread_act,
)
from clone_mcp.stakes.text import Code, Sentence, pieces
from clone_mcp.stakes.things import SENSITIVE

_WHERE = {
    Mood.ASKS: Where.QUESTION,
    Mood.OFFERS: Where.QUESTION,
    Mood.PLANS: Where.PLAN,
    Mood.MAY_PLAN: Where.PLAN,
    Mood.OPEN: Where.QUESTION,
}
_DIRECTED = frozenset((Mood.ASKS, Mood.OFFERS, Mood.PLANS, Mood.MAY_PLAN))
_TURNED_TEXT = re.compile("[\u202d\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing, so that a person reads something else than stands there."""
_RUN_IT = small("run it")


def acts(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Act, ...]:
    """The acts in the order of the text, each once. An empty answer sets nothing in motion."""
    answered = taken(question, reply, options)
    found = list(ordered(answered, question))
    if _TURNED_TEXT.search(question) or _TURNED_TEXT.search(reply):
        found.append(go_on_act(question, Weight.UNREAD))
    if hands_secret_over(reply, question):
        found.append(secret_act())
    if answered.stance is Stance.AGREES:
        for option in answered.options:
            found += chosen(meant(option, question), answered.around)
        found += _agreed(answered, found)
    elif answered.stance is Stance.REFUSES:
        found += _announced_apart(answered)
    elif answered.stance is Stance.OWN_WORDS:
        found += [
            act for part in message_parts(question) if part.mood is Mood.PLANS for act in _directed(part, NOTHING)
        ]
    shown = any(act.where is Where.COMMAND for act in found)
    return tuple(dict.fromkeys(act for act in found if act.weight is not Weight.NONE and not (shown and _runs_it(act))))


def _announced_apart(answered: Taken) -> Iterator[Act]:
    """ "Next I'll drop the table. Shall I note its size?" - "no": what is refused is not what was announced."""
    said = message_parts(answered.around)
    if asks_apart(said) and refuses_merely(answered.reply):
        for part in said[:-1]:
            if part.mood is Mood.PLANS and part.pending:
                yield from _directed(part, NOTHING)
            elif part.mood is Mood.TELLS and isinstance(part.piece, Sentence):
                yield from alarm_acts(part.piece, wide=False)


def _runs_it(act: Act) -> bool:
    """ "Run it?": what is run is read for itself."""
    return act.weight is Weight.UNREAD and act.verb in _RUN_IT and not act.object


def _agreed(answered: Taken, orders: Sequence[Act]) -> Iterator[Act]:
    """What a yes lets happen: everything asked, planned and offered, and the dangers around it."""
    said = message_parts(answered.around)
    picked = bool(answered.options)
    if picked and not any(goes_ahead(piece) for option in answered.options for piece in pieces(option)[:1]):
        # The option answers what was asked. Only it counts, and what is announced anyway.
        yield from map(unread_act, chooses_victim(said))
        for option in answered.options:
            yield from answers(option, said)
        said = tuple(part for part in said if part.mood is Mood.PLANS or part.mood is Mood.OPEN)
    bare = any(map(is_bare, said)) or not any(part.mood in _DIRECTED for part in said)
    before, found = NOTHING, bool(orders)
    runs = any(map(runs_something, said))
    for part in said:
        for act in _part_acts(part, before, bare=bare or (runs and isinstance(part.piece, Code)), picked=picked):
            found = True
            yield act
        before = spoken_of(part.piece, before)
    if answered.turned:
        yield from map(unread_act, weighty(said))
    if not picked:
        if in_code(answered.around):
            yield go_on_act(answered.around, Weight.UNREAD)
        yield from map(unread_act, strings_attached(said))
        yield from map(unread_act, casts(said))
        yield from _left_open(answered, said, before, found=found)


def _left_open(answered: Taken, said: Sequence[Part], before: Antecedent, *, found: bool) -> Iterator[Act]:
    """What a question leaves to be understood."""
    vague = not answered.content and is_vague(said, found=found)
    if vague:
        yield from map(unread_act, doubts(said))
    if (vague or not found) and before.gravest in SENSITIVE and points_back(said):
        yield go_on_act(answered.around, Weight.UNREAD)
    if not found and not answered.content and not any(part.mood is Mood.OPEN for part in said):
        says_nothing = any(not PRONOUNS.isdisjoint(_words(part)) for part in said) and all(
            part.mood is Mood.EMPTY for part in said
        )
        leaves_out = any(part.mood is Mood.ASKS and _is_negated(part) for part in said)
        yield go_on_act(answered.around, Weight.UNREAD if says_nothing or leaves_out else Weight.REVERSIBLE)


def _words(part: Part) -> frozenset[str]:
    return part.piece.words if isinstance(part.piece, Sentence) else frozenset()


def _is_negated(part: Part) -> bool:
    """ "Shall I not back up first?": a yes to that leaves something out."""
    return isinstance(part.piece, Sentence) and frame_at(NEGATORS, part.piece.tokens, part.start) > 0


def _part_acts(part: Part, before: Antecedent, *, bare: bool, picked: bool) -> Iterator[Act]:
    piece, mood = part.piece, part.mood
    if isinstance(piece, Code):
        yield from block_acts(piece, directed=mood in _DIRECTED, runs=bare)
        return
    if asks_for_part_of_deed(part):
        yield unread_act(piece)
    if mood is Mood.OPEN or mood is Mood.MAY_PLAN:
        counts = mood is Mood.OPEN or bare
        yield from (act for act in _directed(part, before) if counts and _counts_open(act))
    elif mood in _DIRECTED:
        yield from (act for act in _directed(part, before) if part.pending or act.weight is Weight.GRAVE)
    else:
        yield from _undirected(part, piece, bare=bare, picked=picked)
    if mood is not Mood.EMPTY and not part.asks_facts:
        read = [clause for clause in clauses(piece, part.start) if clause.verb] if mood in _DIRECTED else []
        topical = mood in _DIRECTED and _is_topical(part, piece)
        words = [clause.word for clause in read]
        yield from alarm_acts(piece, wide=bare and not topical, idioms=not topical, read=words)
    if mood not in _DIRECTED and mood is not Mood.EMPTY and not is_english(piece):
        yield unread_act(piece)


def _counts_open(act: Act) -> bool:
    """ "Which of them can I axe?": whatever the answer names is lost, though nobody knows what it is."""
    return act.weight is Weight.GRAVE or (act.weight is Weight.UNREAD and is_grave(act.verb.replace(" ", "_")))


def _undirected(part: Part, piece: Sentence, *, bare: bool, picked: bool) -> Iterator[Act]:
    """Commands that stand where something is asked, and questions without a verb."""
    commands = [code for span in piece.commands if " " in span and (code := as_command(span))]
    if not commands and (written := as_command(piece.text.strip(" ?!.:"))):
        commands = [written]
    if commands:
        runs = part.mood is not Mood.TELLS or bare
        told = runs or is_past(piece)
        for code in commands:
            yield from (act for act in command_acts(code) if runs or (act.weight is Weight.GRAVE and not told))
    elif part.mood is Mood.ELLIPSIS and not picked:
        said = piece.tokens[part.start :]
        if not (part.start and wishes_safely(said)) and not names_safely(said):
            yield unread_act(piece)


def _is_topical(part: Part, piece: Sentence) -> bool:
    """Whether all that is directed is to look, explain or write: what such a sentence speaks of is its topic."""
    rulings = [rule(clause) for clause in clauses(piece, part.start)]
    return all(ruling.plain and ruling.weight is not Weight.GRAVE for ruling in rulings)


def _directed(part: Part, before: Antecedent) -> Iterator[Act]:
    if isinstance(part.piece, Sentence):
        where = _WHERE[part.mood]
        if is_english(part.piece):
            asked = asked_for(part.piece, part.start) if part.mood is Mood.OPEN else ()
            yield from clause_acts(part.piece, part.start, where, before, asked)
        else:
            yield unread_act(part.piece, where)
