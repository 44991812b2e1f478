"""Every act that a reply to a question would set in motion, and what each weighs.

What is directed is read in a closed world: a verb that nobody knows is an act that nobody can judge. What is told around
it is searched for dangers. Whether the person has decided on such acts is not asked here, but in `holding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clone_mcp.language import lexicon
from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes import alarms as danger
from clone_mcp.stakes.clauses import COORDINATORS, Clause, clauses
from clone_mcp.stakes.commands import command_acts, is_command
from clone_mcp.stakes.moods import Mood, Part, parts
from clone_mcp.stakes.replies import Stance, Taken, taken
from clone_mcp.stakes.rulings import Ruling, key, rule
from clone_mcp.stakes.text import CODED, Code, Sentence, pieces
from clone_mcp.stakes.things import SENSITIVE, TEXTS, UNKNOWN, gravest, kind_of
from clone_mcp.stakes.verbs import Form, verb_at

_SHOWN = 120
_ENGLISH = lexicon.words("frames", "english")
_OTHER_LANGUAGES = frozenset(
    word for row in lexicon.rows("grammar", "stopword") if row.language != "en" for word in row.word.split()
) - _ENGLISH
_READ = {
    Mood.ASKS: Where.QUESTION,
    Mood.OFFERS: Where.QUESTION,
    Mood.PLANS: Where.PLAN,
    Mood.MAY_PLAN: Where.PLAN,
}


def acts(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Act, ...]:
    """The acts in the order of the text, each once. An empty answer sets nothing in motion."""
    answered = taken(question, reply, options)
    found = list(_ordered(answered, question))
    if answered.stance is Stance.AGREES:
        for option in answered.options:
            found += _chosen(option)
        found += _agreed(answered)
    elif answered.stance is Stance.OWN_WORDS:
        found += [act for part in parts(pieces(question)) if part.mood is Mood.PLANS for act in _directed(part, "")]
    return tuple(dict.fromkeys(act for act in found if act.weight is not Weight.NONE))


def _agreed(answered: Taken) -> Iterator[Act]:
    """What a yes lets happen: everything asked, planned and offered, and the dangers around it."""
    said = parts(pieces(answered.around))
    runs = any(_is_bare(part) for part in said) or not any(part.mood in _READ for part in said)
    before, found = "", False
    for part in said:
        for act in _from_part(part, before, runs=runs, picked=bool(answered.options)):
            found = True
            yield act
        before = _spoken_of(part.piece) or before
    if not found and not answered.options and runs:
        yield Act("go on", "", (), Where.QUESTION, Weight.REVERSIBLE, None, answered.around[-_SHOWN:].strip(), "go on")


def _from_part(part: Part, before: str, *, runs: bool, picked: bool) -> Iterator[Act]:
    piece = part.piece
    if isinstance(piece, Code):
        yield from _from_code(piece, part.mood, runs=runs)
        return
    if part.mood in _READ:
        yield from _directed(part, before)
    elif part.mood is Mood.OPEN:
        yield from (act for act in _directed(part, before) if act.weight is Weight.GRAVE)
    elif part.mood is Mood.ELLIPSIS and not picked:
        yield from _elliptical(piece)
    elif part.mood is Mood.TELLS and runs:
        for code in piece.commands:
            yield from (act for act in _commanded(code) if act.weight is Weight.GRAVE)
    if part.mood is not Mood.EMPTY:
        yield from _alarmed(piece, wide=runs)
        if part.mood not in _READ and not _is_english(piece):
            yield _unread(piece, Where.QUESTION)


def _directed(part: Part, before: str) -> Iterator[Act]:
    piece, where = part.piece, _READ.get(part.mood, Where.QUESTION)
    if isinstance(piece, Code):
        return
    if not _is_english(piece):
        yield _unread(piece, where)
        return
    for clause in clauses(piece, part.start):
        yield from _act(clause, piece, where, before)


def _act(clause: Clause, sentence: Sentence, where: Where, before: str) -> Iterator[Act]:
    spans = [sentence.span(token) for token in clause.tokens if token[0] in _MARKS]
    commands = [span for span in spans if is_command(span)]
    for command in commands:
        yield from _commanded(command)
    ruling = rule(_of_noun(clause), before)
    if commands and (clause.verb is None or ruling.name in ("run", "test", "build", "go", "light", "choose", "install")):
        return
    verb = clause.verb.lemma.replace("_", " ") if clause.verb else clause.word
    yield _made(clause, verb, ruling, where, sentence)
    if clause.loose:
        rest = Sentence("", clause.loose, frozenset(clause.loose), asks=False)
        for why, word, told in danger.alarms(rest, wide=True):
            yield _alarm(why, word, told, sentence)


_MARKS = (CODED, "\x12")


def _of_noun(clause: Clause) -> Clause:
    """ "Proceed with the deletion of the users" as the act that its noun names."""
    if clause.verb is None or rule_name(clause) not in ("go", "light", "run", "look", "choose", "grant"):
        return clause
    for phrase in (*clause.objects, *(phrase for _, phrase in clause.qualifiers)):
        lemma = danger.ACT_NOUNS.get(phrase[-1])
        found = verb_at((lemma,), 0) if lemma else None
        if found:
            others = tuple(each for each in clause.objects if each is not phrase)
            rest = others or ((phrase[:-1],) if phrase[:-1] else ())
            rest += tuple(each for preposition, each in clause.qualifiers if preposition == "of" and each is not phrase)
            kept = tuple(each for each in clause.qualifiers if each[1] is not phrase and each[0] != "of")
            return Clause(found[0], clause.word, rest, kept, clause.pronoun, clause.tokens, clause.loose)
    return clause


def rule_name(clause: Clause) -> str:
    """The class of a clause's verb."""
    return rule(clause).name


def _made(clause: Clause, verb: str, ruling: Ruling, where: Where, sentence: Sentence) -> Act:
    spoken = " ".join(sentence.span(word) for phrase in clause.objects for word in phrase)
    qualifiers = tuple(f"{before} {' '.join(map(sentence.span, phrase))}" for before, phrase in clause.qualifiers)
    return Act(
        verb=verb,
        object=spoken[:_SHOWN],
        qualifiers=qualifiers,
        where=where,
        weight=ruling.weight,
        consequence=ruling.consequence,
        evidence=_excerpt(sentence),
        key=key(clause, ruling),
    )


def _excerpt(sentence: Sentence) -> str:
    text = " ".join(sentence.text.replace(CODED, "").split())
    for number, span in enumerate(sentence.spans):
        text = text.replace(f"\x12{number}", span)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _unread(sentence: Sentence, where: Where) -> Act:
    return Act("", "", (), where, Weight.UNREAD, None, _excerpt(sentence), "")


def _alarm(why: Consequence, word: str, clause: Clause | None, sentence: Sentence) -> Act:
    spoken = " ".join(sentence.span(each) for phrase in clause.objects for each in phrase) if clause else ""
    return Act(word, spoken[:_SHOWN], (), Where.QUESTION, Weight.GRAVE, why, _excerpt(sentence), f"{word} {why}")


def _alarmed(sentence: Sentence, *, wide: bool) -> Iterator[Act]:
    for why, word, clause in danger.alarms(sentence, wide=wide):
        yield _alarm(why, word, clause, sentence)


def _commanded(code: str) -> Iterator[Act]:
    if is_command(code):
        yield from command_acts(code, Where.COMMAND)


def _from_code(code: Code, mood: Mood, *, runs: bool) -> Iterator[Act]:
    """A block of commands is run where the message asks to run something, or plans to."""
    if not runs and mood not in _READ:
        return
    lines = [line for line in code.text.splitlines() if line.strip()]
    if code.shell and lines and is_command(lines[0]):
        yield from command_acts(code.text, Where.COMMAND)
    elif runs and not code.shell:
        for line in lines:
            if is_command(line.strip()):
                yield from (act for act in command_acts(line, Where.COMMAND) if act.weight is Weight.GRAVE)


def _elliptical(sentence: Sentence) -> Iterator[Act]:
    """ "The old bucket, too?", "Tests next?": a question without a verb."""
    kinds = {kind_of(word) for word in sentence.tokens}
    if kinds & SENSITIVE or not _is_english(sentence):
        yield _unread(sentence, Where.QUESTION)


def _is_bare(part: Part) -> bool:
    """Whether a yes to it means what is said elsewhere: "Continue?", "Run it?"."""
    if part.mood is Mood.EMPTY:
        return True
    if part.mood not in _READ or isinstance(part.piece, Code):
        return False
    found = [(clause, rule(clause)) for clause in clauses(part.piece, part.start)]
    return any(
        ruling.name in ("go", "run", "light") and not clause.objects and not clause.qualifiers for clause, ruling in found
    )


def _spoken_of(piece: Sentence | Code) -> str:
    """The gravest kind of thing a sentence names: what "it" may stand for after it."""
    if isinstance(piece, Code):
        return ""
    kinds = {kind for word in piece.tokens if (kind := kind_of(word))}
    sensitive = kinds & SENSITIVE
    return gravest(sensitive or kinds & TEXTS or kinds) if kinds else ""


def _is_english(sentence: Sentence) -> bool:
    """Whether a sentence is read at all. One of names alone is, one with another language's small words is not."""
    words = [word for word in sentence.tokens if word[0].isalpha() and word[0] not in _MARKS]
    if not words:
        return True
    if sum(not word.isascii() for word in words) * 3 > len(words):
        return False
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER_LANGUAGES for word in words)
    if english or other == 0:
        return english >= other
    return False


def _ordered(answered: Taken, question: str) -> Iterator[Act]:
    """What the reply itself directs."""
    before = ""
    for piece in parts(pieces(question))[-3:]:
        before = _spoken_of(piece.piece) or before
    for piece in pieces(answered.reply):
        if isinstance(piece, Code):
            yield from command_acts(piece.text, Where.REPLY)
            continue
        start = _order_start(piece)
        if start is not None:
            for clause in clauses(piece, start):
                yield from (_in_reply(act) for act in _act(clause, piece, Where.REPLY, before))
        for code in piece.commands:
            yield from _commanded(code)
        yield from _alarmed(piece, wide=False)
        if answered.stance is Stance.OWN_WORDS and not _is_english(piece):
            yield _unread(piece, Where.REPLY)


def _in_reply(act: Act) -> Act:
    return act


def _order_start(sentence: Sentence) -> int | None:
    """Where an order begins in a reply: at a verb in its base form, first or behind a yes."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        found = verb_at(tokens, at)
        opens = at == 0 or tokens[at - 1] in COORDINATORS or tokens[at - 1] in _LEADS
        if found and found[0].form is Form.BASE and opens and token not in _LEADS:
            return at
    return None


_LEADS = lexicon.words("replies", "yes") | frozenset(("please", "just", "also", "then", "and", "but", "now", "to", "you"))


def _chosen(option: str) -> Iterator[Act]:
    """A picked option is done as it says; a name picked is only a name."""
    for piece in pieces(option):
        if isinstance(piece, Code):
            continue
        start = _order_start(piece)
        if start is not None:
            for clause in clauses(piece, start):
                yield from _act(clause, piece, Where.OPTION, "")
        elif piece.commands:
            for code in piece.commands:
                yield from _commanded(code)
        else:
            yield from _elliptical(piece)
        yield from _alarmed(piece, wide=True)
