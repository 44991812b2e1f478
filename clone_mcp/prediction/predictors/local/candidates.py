"""Everything the person might type: what they typed before, what many people type, what the message offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clone_mcp.models.prediction import Phrase
from clone_mcp.prediction.predictors.local.window import Saying, Window
from clone_mcp.recording.reading.message import Message
from clone_mcp.recording.wording import fold

OWN, GENERIC = "own", "generic"
SOURCES = (OWN, GENERIC, "offer", "choice", "step", "command", "label0", "label1", "label2", "label3")
_OFFERS, _CHOICES, _STEPS, _COMMANDS = 2, 4, 1, 2
_LONGEST = 9
"""Words of what is taken from a message."""


@dataclass(slots=True)
class Candidate:
    """One possible reply and where it came from."""

    key: str
    text: str
    source: str
    times: int
    """How often the person said it, however long ago."""
    uses: Sequence[int]
    """Places among the newest answers, newest first, at which it was said."""
    near: Sequence[int] = ()
    """Places of the answers that say about the same, if it was never said."""
    saying: Saying | None = None
    """What it is, if it was."""

    @property
    def places(self) -> Sequence[int]:
        """Places of the answers that say about the same."""
        return self.near if self.saying is None else self.saying.places


def gather(message: Message, window: Window, phrases: Iterable[Phrase], generic: Iterable[str]) -> list[Candidate]:
    """Distinct candidates, the person's own first."""
    found = {
        saying.key: Candidate(saying.key, saying.text, OWN, len(saying.uses), saying.uses, saying=saying)
        for saying in window.sayings.values()
        if saying.text
    }
    for phrase in phrases:
        if phrase.times == 1 or not phrase.text:
            continue  # typed once it is among the newest answers, or long ago
        if (candidate := found.get(phrase.key)) is None:
            found[phrase.key] = _other(phrase.key, phrase.text, OWN, window, times=phrase.times)
        else:
            candidate.times = phrase.times
    for source, text in (*((GENERIC, text) for text in generic), *_proposed(message)):
        key = fold(text)
        if (candidate := found.get(key)) is None:
            found[key] = _other(key, text, source, window)
        elif candidate.source == GENERIC:
            candidate.source = source
    return list(found.values())


def _other(key: str, text: str, source: str, window: Window, *, times: int = 0) -> Candidate:
    """One that is not among the newest answers."""
    return Candidate(key, text, source, times, (), window.near(text))


def _proposed(message: Message) -> Iterator[tuple[str, str]]:
    for yes, offer in message.offers[:_OFFERS]:
        yield "offer", f"{yes}, {_first(offer, 4)}"
        yield "offer", f"{yes}, {_first(offer, _LONGEST)}"
    for label, wording in message.choices[:_CHOICES]:
        place = ord(label) - ord("1" if label.isdigit() else "a")
        yield f"label{min(place, 3)}", label
        yield "choice", _first(wording, _LONGEST)
    for step in message.steps[:_STEPS]:
        yield "step", _first(step, _LONGEST)
    for command in message.commands[:_COMMANDS]:
        if " " in command or (command.startswith("/") and "/" not in command[1:]):
            yield "command", command


def _first(text: str, words: int) -> str:
    return " ".join(text.split()[:words])
