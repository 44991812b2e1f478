"""A person's turns, which of them are questions, and what was known at the moment each question was asked.

Turns come from the person's own record in the store, or from a file with the conversations of many people. A question
is a turn of the agent that the person answers with their next turn in that session. A timeline takes turns in order of
time and never looks ahead: what the person typed enters its history after the question, not before. Nothing here
predicts or scores; replay.py does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from uuid import UUID

from clone_mcp.evaluation.files import rows
from clone_mcp.language.question_trace import question_in
from clone_mcp.models.events import Author, Channel
from clone_mcp.models.memory import Bundle, Raw
from clone_mcp.models.prediction import Answer, History, Phrase
from clone_mcp.ports import Storage, Surroundings
from clone_mcp.prediction.materials import ANSWERS, PHRASES
from clone_mcp.recording.ingest import reply_in

_PAGE = 500
"""Stored turns that are read in one transaction."""
_TEXT_OF = {"agent.prompt": "prompt", "agent.response": "response"}
UNTIMED = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of turns that bring none. Any will do, as long as it is the same for all."""
# As much as the store shows a model for one question: rows of this session, rows of others, characters of a row.
_SESSION_ROWS = 40
_OTHER_ROWS = 20
_ROW_CHARACTERS = 4_000
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one person's session with an agent."""

    session_id: str
    index: int
    by_person: bool
    text: str
    id: str = ""
    at: datetime | None = None
    """Only stored turns have an id and a time; turns from a file have neither."""
    attested: bool = False
    """Whether somebody vouches for it, and not only an agent that says so."""


async def own_turns(storage: Storage, tenant: UUID, *, page: int = _PAGE) -> AsyncIterator[Turn]:
    """What the person typed and what agents said to them, oldest first. Each page is a transaction of its own."""
    after: tuple[datetime, str] | None = None
    while True:
        async with storage.begin(tenant, readonly=True) as uow:
            events = await uow.events.turns(after=after, limit=page)
        for event in events:
            by_person, attested = event.author is Author.PERSON, event.channel is Channel.ATTESTED
            text = str(event.payload[_TEXT_OF[event.type]])
            yield Turn(event.session_id, 0, by_person, text, event.id, event.occurred_at, attested)
        if len(events) < page:
            return
        after = (events[-1].occurred_at, events[-1].id)


async def listed_turns(turns: Iterable[Turn]) -> AsyncIterator[Turn]:
    """Turns that are in memory already, in the form that a replay reads."""
    for turn in turns:
        yield turn


def read_people(path: Path) -> dict[str, Sequence[Turn]]:
    """Each person's turns in their order of time. Raises Invalid when the file is not such conversations."""
    found: defaultdict[str, list[tuple[datetime | None, Turn]]] = defaultdict(list)
    for row in rows(path):
        by_person = row.word("role", ("user", "agent")) == "user"
        turn = Turn(row.text("session_id"), row.whole("turn_index"), by_person, row.text("text"))
        found[row.text("user")].append((row.moment("order_ts"), turn))
    return {person: _in_order(mine) for person, mine in found.items()}


def _in_order(mine: Sequence[tuple[datetime | None, Turn]]) -> Sequence[Turn]:
    """By order_ts if every line of this person has one, else as the file has them. Ties keep the file's order."""
    timed = [(order, turn) for order, turn in mine if order is not None]
    if len(timed) < len(mine):
        return [turn for _, turn in mine]
    return [turn for _, turn in sorted(timed, key=itemgetter(0))]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the reply to it, with what was known before the reply."""

    agent_input: str
    reply: Turn
    history: History
    surroundings: Surroundings
    key: str
    """Names everything up to the reply: two exchanges have the same key only if nothing before them differs."""


class LastTurns:
    """The newest turn of each session. It alone decides whether the next one answers a question."""

    def __init__(self) -> None:
        self._of: dict[str, Turn] = {}

    def question_before(self, turn: Turn) -> str | None:
        """The agent's message that this turn of the person answers, if it does. The turn is then the newest."""
        last = self._of.get(turn.session_id)
        self._of[turn.session_id] = turn
        return last.text if turn.by_person and last is not None and not last.by_person else None


class ReplyHistory:
    """One person's replies as the store would count them, in memory. A test compares it with the real store."""

    def __init__(self) -> None:
        self._answers: deque[Answer] = deque(maxlen=ANSWERS)
        self._phrases: dict[str, Phrase] = {}
        self._questions: dict[str, bytes] = {}
        """By session: what the agent said last, until it is answered."""
        self._last_keys: dict[str, str] = {}
        self._turns = self._total = 0

    def add_message(self, session_id: str, response: str) -> None:
        """An agent said this, and waits."""
        self._turns += 1
        self._questions[session_id] = question_in(response)

    def add_prompt(self, session_id: str, prompt: str) -> None:
        """The person typed this."""
        self._turns += 1
        question = self._questions.pop(session_id, b"")
        reply = reply_in(prompt)
        if reply is None:
            return
        previous = self._last_keys.get(session_id)
        self._last_keys[session_id] = reply.key
        self._total += 1
        self._answers.appendleft(
            Answer(str(self._turns), reply.key, reply.text, session_id, reply.keep(question), previous, attested=True)
        )
        if reply.phrase:
            times = self._phrases[reply.key].times if reply.key in self._phrases else 0
            at = UNTIMED + timedelta(seconds=self._turns)
            self._phrases[reply.key] = Phrase(reply.key, reply.text, times + 1, at)

    def history(self) -> History:
        """What a question asked now may know."""
        phrases = self._phrases.values()
        ranked = sorted(phrases, key=lambda phrase: (-phrase.times, UNTIMED - phrase.last_at, phrase.key))
        return History(tuple(ranked[:PHRASES]), tuple(self._answers), self._total)


class RecentRows:
    """The newest rows, which a model may be shown.

    Facts and the profile stay out of it: those of today are compiled from the future, too. A backtest on the person's
    own history reads memory as of the question instead.
    """

    def __init__(self) -> None:
        self._rows: deque[Raw] = deque(maxlen=_SESSION_ROWS)
        self._sessions: dict[str, deque[Raw]] = {}

    def add(self, turn: Turn) -> None:
        raw = Raw(
            id=turn.id or f"{turn.session_id}-{turn.index}",
            session_id=turn.session_id,
            text=turn.text[-_ROW_CHARACTERS:],
            author=Author.PERSON if turn.by_person else Author.AGENT,
            channel=Channel.ATTESTED,
            occurred_at=turn.at or UNTIMED,
        )
        self._rows.append(raw)
        self._sessions.setdefault(turn.session_id, deque(maxlen=_SESSION_ROWS)).append(raw)

    def around(self, turn: Turn) -> Surroundings:
        """The session so far, and what was said elsewhere in the last hour."""
        since = (turn.at or UNTIMED) - timedelta(minutes=_MINUTES)
        recent = [raw for raw in self._rows if raw.session_id != turn.session_id and raw.occurred_at >= since]
        bundle = Bundle(None, (), (), tuple(recent[-_OTHER_ROWS:]), {})
        return Surroundings(bundle, tuple(self._sessions.get(turn.session_id, ())))


class Timeline:
    """One person's conversations up to now."""

    def __init__(self, *, with_rows: bool = False) -> None:
        """`with_rows`: also keep the recent rows. Only a model is shown them, and they cost memory."""
        self._last = LastTurns()
        self._replies = ReplyHistory()
        self._rows = RecentRows()
        self._with_rows = with_rows
        self._chain = hashlib.sha256()

    def advance(self, turn: Turn) -> Exchange | None:
        """Go on by one turn. The exchange, if this turn answers a question."""
        self._chain.update(f"{len(turn.id)}:{turn.id}".encode())
        question = self._last.question_before(turn)
        exchange = self._exchange(question, turn) if question is not None else None
        if turn.by_person:
            self._replies.add_prompt(turn.session_id, turn.text)
        else:
            self._replies.add_message(turn.session_id, turn.text)
        if self._with_rows:
            self._rows.add(turn)
        return exchange

    def _exchange(self, question: str, turn: Turn) -> Exchange:
        key = self._chain.copy().hexdigest()[:32]
        return Exchange(question, turn, self._replies.history(), self._rows.around(turn), key)


def exchanges(turns: Iterable[Turn]) -> Iterator[Exchange]:
    """A person's exchanges in order of time."""
    timeline = Timeline()
    for turn in turns:
        exchange = timeline.advance(turn)
        if exchange is not None:
            yield exchange
