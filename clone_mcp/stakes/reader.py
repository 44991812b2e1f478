"""Every act that a reply to a question would set in motion, and what each weighs.

What is directed is read in a closed world: a verb that nobody knows is an act that nobody can judge. What is told around
it is searched for dangers. Whether the person has decided on such acts is not asked here, but in `holding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clone_mcp.language import lexicon
from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes import alarms as danger
from clone_mcp.stakes.clauses import ADVERBS, COORDINATORS, DETERMINERS, FILLERS, PREPOSITIONS, PRONOUNS, Clause, clauses, is_strange, phrases
from clone_mcp.stakes.commands import command_acts, is_command
from clone_mcp.stakes.moods import EMPTY_WORDS, Mood, Part, parts
from clone_mcp.stakes.replies import Stance, Taken, taken
from clone_mcp.stakes.rulings import NOTHING, Antecedent, Ruling, key, rule
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.text import CODED, Code, Sentence, pieces
from clone_mcp.stakes.things import LIVE, NAME, PATH, SENSITIVE, TEXTS, UNKNOWN, gravest, head_kind, kind_of
from clone_mcp.stakes.verbs import Form, class_of, verb_at

_SHOWN = 120
_SECRET = "the reply contains a secret"
"""In place of an excerpt."""
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
    if danger.hands_secret_over(reply, question):
        found.append(Act("hand over", "a secret", (), Where.REPLY, Weight.GRAVE, Consequence.CREDENTIAL, _SECRET, "hand over secret"))
    if answered.stance is Stance.AGREES:
        for option in answered.options:
            found += _chosen(option, answered.around)
        found += _agreed(answered, found)
    elif answered.stance is Stance.OWN_WORDS:
        found += [act for part in parts(pieces(question)) if part.mood is Mood.PLANS for act in _directed(part, NOTHING)]
    shown = any(act.where is Where.COMMAND for act in found)
    return tuple(dict.fromkeys(act for act in found if act.weight is not Weight.NONE and not (shown and _runs_it(act))))


def _runs_it(act: Act) -> bool:
    """ "Run it?": what is run is read for itself."""
    return act.weight is Weight.UNREAD and act.verb in _RUN_IT and not act.object


_RUN_IT = frozenset(("run", "execute", "rerun", "apply", "try", "start", "launch", "do", "fire"))


def _agreed(answered: Taken, ordered: Sequence[Act]) -> Iterator[Act]:
    """What a yes lets happen: everything asked, planned and offered, and the dangers around it."""
    said = parts(pieces(answered.around))
    if answered.options and not any(_goes_ahead(option) for option in answered.options):
        yield from (_unread(part.piece, Where.QUESTION) for part in said if _chooses_victim(part.piece))
        said = tuple(part for part in said if part.mood not in _TAKEN_OVER)
    bare = any(_is_bare(part) for part in said) or not any(part.mood in _READ for part in said)
    before, found = NOTHING, bool(ordered)
    for part in said:
        for act in _from_part(part, before, runs=bare, picked=bool(answered.options)):
            found = True
            yield act
        before = _spoken_of(part.piece, before)
    vague = not answered.content and _is_vague(said, found=found)
    if vague and not answered.options:
        yield from _doubted(said)
    if (vague or not found) and before.gravest in SENSITIVE and any(_points_back(part) for part in said):
        yield Act("go on", "", (), Where.QUESTION, Weight.UNREAD, None, answered.around[-_SHOWN:].strip(), "")
    if answered.turned:
        yield from (_unread(part.piece, Where.QUESTION) for part in said[-_SHORTLY_BEFORE:] if _is_weighty(part.piece))
    if not found and not answered.options and not answered.content and not any(part.mood is Mood.OPEN for part in said):
        yield Act("go on", "", (), Where.QUESTION, Weight.REVERSIBLE, None, answered.around[-_SHOWN:].strip(), "go on")


def _is_vague(said: Sequence[Part], *, found: bool) -> bool:
    """Whether nobody says what is asked for: "Shall I?" without an offer shortly before it."""
    asked = [at for at, part in enumerate(said) if part.mood is Mood.EMPTY]
    if not asked:
        return not found and not any(part.mood in _ASKING for part in said)
    before = said[max(asked[-1] - _SHORTLY_BEFORE, 0) : asked[-1]]
    return not any(part.mood in (Mood.OFFERS, Mood.PLANS, Mood.ASKS) for part in before)


_SHORTLY_BEFORE = 4


def _points_back(part: Part) -> bool:
    """ "Off with them?", "Its turn?": a question for something that was named before."""
    piece = part.piece
    return isinstance(piece, Sentence) and piece.asks and not _BACK.isdisjoint(piece.words)


_BACK = (PRONOUNS | {"its", "their"}) - {"everything", "anything", "something", "nothing", "this", "that", "all", "these", "those", "both"}


def _is_weighty(piece: Sentence | Code) -> bool:
    """Whether a sentence names anything that an act would weigh on: to refuse to hold it back is to let it go."""
    return isinstance(piece, Sentence) and any(
        kind_of(word) in SENSITIVE or word in danger.ACT_NOUNS or danger.is_grave(word) for word in piece.tokens
    )


_ASKING = frozenset((Mood.ASKS, Mood.OFFERS, Mood.OPEN, Mood.ELLIPSIS))
_LOOKED_AT = 12
"""Sentences before a bare question that it may be about."""
_SHORT_MESSAGE = 25
"""Words of a message that leaves no room for anything but what it asks for."""


def _doubted(said: Sequence[Part]) -> Iterator[Act]:
    """What a bare "Continue?" may mean beside what was read: a forecast of an unknown verb, a word nobody knows."""
    told = [part.piece for part in said if part.mood is Mood.TELLS and isinstance(part.piece, Sentence)][-_LOOKED_AT:]
    told = [piece for piece in told if "|" not in piece.words]
    short = sum(len(piece.tokens) for piece in told) <= _SHORT_MESSAGE
    for piece in told:
        foretold = not danger.is_report(piece) and any(kind_of(word) in SENSITIVE for word in piece.tokens)
        if foretold or danger.is_doubtful(piece) or (short and not danger.is_report(piece) and _is_strange(piece.tokens)):
            yield _unread(piece, Where.QUESTION)


def _is_strange(tokens: Sequence[str]) -> bool:
    """Whether any word is neither small nor known to be safe."""
    return any(
        word not in _SMALL and word[0] not in _MARKS and not word.isdigit() and word[-1:] != "%"
        and kind_of(word) not in _SAFE and not verb_at((word,), 0)
        for word in tokens if word[0].isalnum() or not word.isascii() and word not in _CHEERS
    )


_CHEERS = frozenset("✅👍🎉☑✔🚀✨❌⚠️")
def _chooses_victim(piece: Sentence | Code) -> bool:
    """ "Tell me which one to drop": the option that is picked is what the act is done to."""
    if isinstance(piece, Code) or _WHICH.isdisjoint(piece.words):
        return False
    which = next(at for at, word in enumerate(piece.tokens) if word in _WHICH)
    return any(danger.is_grave(word) and not kind_of(word) for word in piece.tokens[which:])


_WHICH = frozenset(("which", "whose", "who", "whom"))
_TAKEN_OVER = frozenset((Mood.ASKS, Mood.OFFERS, Mood.MAY_PLAN, Mood.ELLIPSIS, Mood.TELLS, Mood.EMPTY))
"""What a picked option answers, so that only it counts, and what is announced anyway."""


def _goes_ahead(option: str) -> bool:
    """ "Yes", "Execute plan", "Approve": the option lets happen what the message says."""
    for piece in pieces(option):
        if isinstance(piece, Sentence) and piece.tokens:
            found = next((verb for at in range(min(len(piece.tokens), 4)) if (verb := verb_at(piece.tokens, at))), None)
            said = piece.tokens[0] in _LEADS
            return said or (found is not None and class_of(found[0].lemma, (), ()) in ("go", "run", "grant"))
    return False


def _from_part(part: Part, before: Antecedent, *, runs: bool, picked: bool) -> Iterator[Act]:
    piece = part.piece
    if isinstance(piece, Code):
        yield from _from_code(piece, part.mood, runs=runs)
        return
    if part.mood in (Mood.OPEN, Mood.MAY_PLAN):
        yield from (act for act in _directed(part, before) if act.weight is Weight.GRAVE and (runs or part.mood is Mood.OPEN))
    elif part.mood in _READ:
        yield from (act for act in _directed(part, before) if part.pending or act.weight is Weight.GRAVE)
    else:
        commands = [code for code in piece.commands if " " in code and is_command(code)]
        if runs and not commands and part.mood is Mood.TELLS and is_command(piece.text):
            commands = [piece.text]
        for code in commands:
            yield from (act for act in _commanded(code) if part.mood is not Mood.TELLS or runs)
        if part.mood is Mood.ELLIPSIS and not picked and not commands and not (part.start and _wished_is_safe(piece, part.start)):
            yield from _elliptical(piece, part.start)
    if part.mood is not Mood.EMPTY:
        gentle = part.mood in _READ and _is_gentle(part)
        yield from _alarmed(piece, wide=runs and not gentle, idioms=not gentle)
        if part.mood not in _READ and not _is_english(piece):
            yield _unread(piece, Where.QUESTION)


def _is_gentle(part: Part) -> bool:
    """Whether all that is directed is to look, explain or write: what such a sentence speaks of is its topic."""
    piece = part.piece
    return not isinstance(piece, Code) and all(
        rule(clause).name in ("look", "edit", "test") and rule(clause).weight is not Weight.GRAVE
        for clause in clauses(piece, part.start)
    )


def _directed(part: Part, before: Antecedent) -> Iterator[Act]:
    piece, where = part.piece, _READ.get(part.mood, Where.QUESTION)
    if isinstance(piece, Code):
        return
    if not _is_english(piece):
        yield _unread(piece, where)
        return
    before = _spoken_of(piece, before, until=part.start)
    for clause in clauses(piece, part.start):
        yield from _act(clause, piece, where, before)


def _act(clause: Clause, sentence: Sentence, where: Where, before: Antecedent) -> Iterator[Act]:
    spans = [sentence.span(token) for token in clause.tokens if token[0] in _MARKS]
    named = rule(clause).name == "run"
    commands = [span for span in spans if (" " in span or named) and is_command(span)]
    written = " ".join(map(sentence.span, clause.tokens[1:]))
    if named and not commands and " " in written and is_command(written):
        commands = [written]
    for command in commands:
        yield from _commanded(command)
    ruling = rule(_of_noun(clause), before, in_code=_speaks_of_code(sentence))
    if commands and (clause.verb is None or ruling.name in ("run", "test", "build", "go", "light", "choose", "install", "grant", "publish")):
        return
    verb = clause.verb.lemma.replace("_", " ") if clause.verb else clause.word
    yield _made(clause, verb, ruling, where, sentence)
    if clause.loose:
        rest = Sentence("", clause.loose, frozenset(clause.loose), asks=False)
        for why, word, told in danger.alarms(rest, wide=True):
            yield _alarm(why, word, told, sentence)


def _speaks_of_code(sentence: Sentence) -> bool:
    """Whether a sentence names text of the project and nothing that weighs: what it names beside is text, too."""
    return _is_of_code(frozenset(map(kind_of, sentence.tokens)))


def _is_of_code(kinds: frozenset[str]) -> bool:
    return bool(kinds & _PROJECT) and not kinds & SENSITIVE


_PROJECT = frozenset(("CODE", "TEST", "DOCS", "CONFIG", PATH))
_CARRY_OUT = frozenset(("do", "make", "give", "have", "take", "perform", "carry_out", "start_with", "begin_with", "proceed"))
_MARKS = (CODED, "\x12")


def _of_noun(clause: Clause) -> Clause:
    """ "Proceed with the deletion of the users" as the act that its noun names."""
    if clause.verb is None or rule_name(clause) not in ("go", "light", "run", "look", "choose", "grant"):
        return clause
    for phrase in (*clause.objects, *(phrase for _, phrase in clause.qualifiers)):
        lemma = danger.ACT_NOUNS.get(phrase[-1]) or (phrase[-1] if clause.verb.lemma in _CARRY_OUT else None)
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


def _alarmed(sentence: Sentence, *, wide: bool, idioms: bool = True) -> Iterator[Act]:
    for why, word, clause in danger.alarms(sentence, wide=wide, idioms=idioms):
        yield _alarm(why, word, clause, sentence)


def _commanded(code: str) -> Iterator[Act]:
    if is_command(code):
        yield from command_acts(code, Where.COMMAND)


def _from_code(code: Code, mood: Mood, *, runs: bool) -> Iterator[Act]:
    """A block of commands is run where the message asks to run something, or plans to."""
    if not runs and mood not in _READ and not code.program:
        return
    lines = [line for line in code.text.splitlines() if line.strip()]
    if code.named:
        yield from command_acts(code.text, Where.COMMAND)
        return
    if not code.language and lines and is_command(lines[0]):
        for line in lines:
            if is_command(line):
                yield from command_acts(line, Where.COMMAND)
    if code.program and (runs or danger.in_code(code.text)):
        yield Act("run", "code", (), Where.COMMAND, Weight.UNREAD, None, " ".join(code.text.split())[:_SHOWN], "")


def _wished_is_safe(sentence: Sentence, start: int) -> bool:
    """ "Want a summary for Friday?": what is wished for is something to read."""
    objects, _, pronoun = phrases(sentence.tokens[start:])
    kinds = {head_kind(phrase) for phrase in objects}
    return not pronoun and bool(kinds) and kinds <= _SAFE


_SAFE = frozenset(("CODE", "TEST", "DOCS", "TEXT", "THING", "CHECK", "CONFIG", "BUILD", NAME, PATH))
_SMALL = EMPTY_WORDS | DETERMINERS | PRONOUNS | ADVERBS | COORDINATORS | PREPOSITIONS.keys() | FILLERS.keys() | _ENGLISH


def _elliptical(sentence: Sentence, start: int = 0) -> Iterator[Act]:
    """ "Tests next?", "Light the candle?": a question without a verb is read only if all it names is known to be safe."""
    if is_command(_bare_text(sentence)):
        yield from command_acts(_bare_text(sentence), Where.COMMAND)
        return
    if not _names_safely(sentence.tokens[start:]):
        yield _unread(sentence, Where.QUESTION)


def _bare_text(sentence: Sentence) -> str:
    return sentence.text.strip(" ?!.:")


def _names_safely(tokens: tuple[str, ...]) -> bool:
    """Whether it names things, of kinds that are safe, and leaves room for no act nobody knows."""
    strange = [at for at, word in enumerate(tokens) if is_strange(word) and not verb_at(tokens, at)]
    if any(tokens[at + 1 : at + 2] and tokens[at + 1] in _OBJECT for at in strange):
        return False
    if any(not word.isascii() and not word[0].isalnum() and word not in _CHEERS for word in tokens):
        return False
    objects, qualifiers, pronoun = phrases(tokens)
    found = [*objects, *(phrase for _, phrase in qualifiers)]
    kinds = {head_kind(phrase) for phrase in found if not _SMALL.issuperset(phrase)}
    return kinds <= _SAFE and not (pronoun and strange)


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


def _spoken_of(piece: Sentence | Code, before: Antecedent, until: int | None = None) -> Antecedent:
    """What "it" may stand for after a sentence: what it names last, or the gravest of all it names."""
    kinds = [] if isinstance(piece, Code) else [kind for word in piece.tokens[:until] if (kind := kind_of(word)) and kind != "THING"]
    if not kinds:
        return before
    if until is not None:
        kinds = [before.gravest, *kinds] if before.gravest else kinds
    return Antecedent(kinds[-1], gravest({*kinds} & SENSITIVE or {*kinds} & TEXTS or kinds))


def _is_english(sentence: Sentence) -> bool:
    """Whether a sentence is read at all. One of names alone is, one with another language's small words is not."""
    words = [word for word in sentence.tokens if word[0].isalpha() and word[0] not in _MARKS]
    if not words:
        return True
    if sum(not fold(word).isascii() for word in words) * 2 > len(words) > 1:
        return False
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER_LANGUAGES for word in words)
    if english or other == 0:
        return english >= other
    return False


def _ordered(answered: Taken, question: str) -> Iterator[Act]:
    """What the reply itself directs. One that only repeats the question's words directs nothing of its own."""
    before = NOTHING
    for part in parts(pieces(question))[-3:]:
        before = _spoken_of(part.piece, before)
    open_question = _asks_for_a_name(parts(pieces(question)))
    asked = {word for piece in pieces(question) if isinstance(piece, Sentence) for word in piece.words}
    for piece in pieces(answered.reply):
        if isinstance(piece, Code):
            yield from command_acts(piece.text, Where.REPLY)
            continue
        if answered.stance is Stance.AGREES and piece.words - _SMALL <= asked:
            continue
        if " " in piece.text and is_command(piece.text):
            yield from command_acts(piece.text, Where.REPLY)
            continue
        if open_question and len(piece.tokens) <= _NAME_LENGTH and len(piece.tokens) == len(answered.reply.split()):
            continue
        start = _order_start(piece)
        if start is not None:
            for clause in clauses(piece, start):
                yield from _act(clause, piece, Where.REPLY, before)
        else:
            for code in piece.commands:
                yield from _commanded(code)
        yield from _alarmed(piece, wide=False)
        if answered.stance is Stance.OWN_WORDS and not _is_english(piece):
            yield _unread(piece, Where.REPLY)


def _asks_for_a_name(said: Sequence[Part]) -> bool:
    """ "What should the button say?": a short answer is a name, and no order. "What shall I do with it?" asks for one."""
    last = next((part for part in reversed(said) if isinstance(part.piece, Sentence) and part.piece.asks), None)
    return last is not None and last.mood is Mood.OPEN and _DEEDS_WANTED.isdisjoint(last.piece.words if isinstance(last.piece, Sentence) else ())


_NAME_LENGTH = 2
_DEEDS_WANTED = frozenset(("do", "handle", "deal", "happen", "happens", "treat", "should", "shall")) - {"should", "shall"}


def _order_start(sentence: Sentence) -> int | None:
    """Where an order begins in a reply: at a verb in its base form, first or behind a yes, with something it is done to."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        found = verb_at(tokens, at)
        opens = at == 0 or tokens[at - 1] in COORDINATORS or tokens[at - 1] in _LEADS
        if not opens or token in _LEADS or token in _REFUSALS:
            continue
        if found and found[0].form is Form.BASE and (at + found[1] < len(tokens) or not kind_of(token)):
            return at
        if found is None and at + 1 < len(tokens) and tokens[at + 1] in _OBJECT and is_strange(token):
            return at
    return None


_OBJECT = DETERMINERS | PRONOUNS
_REFUSALS = lexicon.words("negations", "refusal") | frozenset(("decline", "leave", "ignore"))
_LEADS = lexicon.words("replies", "yes") | frozenset(("please", "just", "also", "then", "and", "but", "now", "to", "you"))


def _chosen(option: str, around: str) -> Iterator[Act]:
    """A picked option is done as it says; a name picked is only a name."""
    before = NOTHING
    for part in parts(pieces(around)):
        before = _spoken_of(part.piece, before)
    for piece in pieces(option):
        if isinstance(piece, Code):
            continue
        asked = next((part.start for part in parts((piece,)) if part.mood in _READ and part.start), None)
        start = asked or _order_start(piece)
        if len(piece.tokens) <= 2 and _goes_ahead(option) and _FOREVER.isdisjoint(piece.words):
            continue
        if not _FOREVER.isdisjoint(piece.words):
            yield _unread(piece, Where.OPTION)
        if start is None and len(piece.tokens) == 1 and danger.is_grave(piece.tokens[0]):
            for clause in clauses(piece):
                yield from _act(replace(clause, pronoun=True), piece, Where.OPTION, before)
        elif start is not None:
            for clause in clauses(piece, start):
                yield from _act(clause, piece, Where.OPTION, before)
        elif piece.commands:
            for code in piece.commands:
                yield from _commanded(code)
        elif not _is_only_a_name(piece, around):
            yield _unread(piece, Where.OPTION)
        yield from _alarmed(piece, wide=True)


_FOREVER = frozenset(("always", "forever", "trust", "again", "all", "everything", "session"))
"""A yes to more than the one thing that is asked."""
def _is_only_a_name(piece: Sentence, around: str) -> bool:
    """Whether an option without a verb only names something: "postgres", and not "production" or "the company card"."""
    kinds = {kind_of(word) for word in piece.tokens}
    receives = not _RECEIVES.isdisjoint(word for each in pieces(around) if isinstance(each, Sentence) for word in each.words)
    return _is_english(piece) and not kinds & (_NEVER_A_NAME | (_RECEIVERS if receives else set()))


_NEVER_A_NAME, _RECEIVERS = frozenset((LIVE, "SECRET", "MONEY")), frozenset(("PEOPLE", "ACCESS", "PUBLIC", "LEGAL"))
_RECEIVES = frozenset("who whom receive receives get gets see sees access admin send share recipient recipients".split())
