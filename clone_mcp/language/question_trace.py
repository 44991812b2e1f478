"""What a session waits on, as bytes: first with the choices that a reply may take, then without any text.

A message is read in message.py. The bytes are kept with its session by storage/recording.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from clone_mcp.language.choices import Choice, mark, picked, taken_whole
from clone_mcp.language.message import Message, read

_CHOICE = 200


@dataclass(frozen=True, slots=True)
class QuestionTrace:
    """What an agent's message is remembered by once it was answered. Its text can't be read back from this."""

    kind: str
    """What it waited for; "open" where nothing was asked, because the reply opened the session."""
    topic: int = 0
    """Bit set of its words."""
    ask: int = 0
    """Bit set of its last words."""
    cues: int = 0
    """Bit set of what makes two situations alike."""
    picked: int | None = None
    """Place of the choice that the reply took, where the message listed choices."""
    taken: str = ""
    """And its mark: what it said, not how. Earlier versions kept none."""
    several: tuple[str, ...] = ()
    """The marks of the choices that the reply took together, where it took more than one."""
    again: str = ""
    """What a question with choices is known again by. Earlier versions kept none."""
    in_dialog: bool = False
    """Whether a client's own dialog offered the choices."""

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of all that was taken."""
        return self.several or ((self.taken,) if self.taken else ())


OPEN = QuestionTrace("open")


def question_in(response: str) -> bytes:
    """What the session waits on after an agent's message."""
    return packed(read(response))


def packed(message: Message) -> bytes:
    """A message's reading, with the wording of its choices until one of them is taken."""
    fields: dict[str, Any] = {
        "kind": message.kind,
        "topic": f"{message.topic:x}",
        "ask": f"{message.ask:x}",
        "cues": f"{message.cues:x}",
    }
    if message.choices:
        fields["choices"] = [[label, wording[:_CHOICE]] for label, wording in message.choices]
        fields["again"] = message.again
    if message.in_dialog:
        fields["dialog"] = True
    return _dumped(fields)


def answered(question: bytes, reply: str) -> bytes:
    """What is kept of a question once the reply is there: which choice was taken, not how the choices were worded."""
    fields = _loaded(question)
    if fields is None:
        return b""
    choices = [(str(label), str(wording)) for label, wording in fields.pop("choices", ())]
    if not choices:
        return question
    places = _places(choices, reply, exactly=fields.get("dialog", False))
    if len(places) == 1:
        fields["picked"] = places[0]
        fields["taken"] = mark(choices[places[0]][1])
    elif places:
        fields["several"] = [mark(choices[place][1]) for place in places]
    return _dumped(fields)


def _places(choices: list[Choice], reply: str, *, exactly: bool) -> tuple[int, ...]:
    """What the reply takes. In a dialog, what only resembles an option was typed instead of it."""
    if found := taken_whole(choices, reply):
        return found
    if not exactly and (place := picked(choices, reply)) is not None:
        return (place,)
    # Its tables take a tenth of a second to load. Only a reply to options needs them, and a server's start does not.
    from clone_mcp.language.meaning.answer import answer  # noqa: PLC0415

    pointed = answer(reply, options=choices)  # "the second"
    points = pointed.reply.picks and (pointed.reply.bare or not exactly)
    return tuple(pointed.chosen) if points and len(pointed.chosen) == 1 else ()


def unpacked(question: bytes) -> QuestionTrace:
    """The question as it is remembered. One that was kept in another form says nothing."""
    fields = _loaded(question)
    if fields is None:
        return OPEN
    return QuestionTrace(
        kind=str(fields["kind"]),
        topic=int(fields["topic"], 16),
        ask=int(fields["ask"], 16),
        cues=int(fields["cues"], 16),
        picked=fields.get("picked"),
        taken=fields.get("taken", ""),
        several=tuple(fields.get("several", ())),
        again=fields.get("again", ""),
        in_dialog=fields.get("dialog", False),
    )


def _dumped(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _loaded(question: bytes) -> dict[str, Any] | None:
    # Earlier versions kept a bare bit set of words here.
    if not question.startswith(b'{"kind"'):
        return None
    return json.loads(question)
