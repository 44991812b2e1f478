"""Everything the person might type: what they typed before, what many people type, what the message offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clone_mcp.language.message import Message
from clone_mcp.language.wording import fold
from clone_mcp.models.prediction import Phrase
from clone_mcp.prediction.predictors.local.sayings import Flags
from clone_mcp.prediction.predictors.local.window import Floats, Window

OWN, GENERIC = "own", "generic"
SOURCES = (OWN, GENERIC, "offer", "choice", "step", "command", "label0", "label1", "label2", "label3")
_OFFERS, _CHOICES, _STEPS, _COMMANDS = 2, 4, 1, 2
"""So many of each are taken from a message."""
_LONGEST = 9
"""Words of what is taken from a message."""
_OFFERED_WORTH, _USED_WORTH = 5.0, 0.02
"""What the quick look adds to one that the person never said, and for each time that one was said lately."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reply and where it came from."""

    key: str
    text: str
    source: str
    times: int
    """How often the person said it, however long ago."""
    saying: int
    """Which of the window's sayings it is; -1 if it was not said lately."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Those that are worth a close look, best first by a quick one."""

    all: list[Candidate]
    resembling: Flags
    """For each candidate, which sayings resemble it."""
    same: Flags
    """And which mean the same."""


def closest(
    message: Message, window: Window, phrases: Iterable[Phrase], generic: Mapping[str, str], blend: Floats, most: int
) -> Candidates:
    """The best of all that the person might type. `blend` is what each of the newest answers weighs."""
    pool = _Pool(window)
    pool.take_phrases(phrases)
    pool.take_generic(generic)
    pool.take_proposed(message)
    resembling = pool.resembling()
    best = np.argsort(-(np.einsum("cs,s->c", resembling, window.masses(blend)) + pool.bonus()), kind="stable")[:most]
    found, resembling = [pool.candidate(place) for place in best.tolist()], resembling.take(best, axis=0)
    sayings = np.array([each.saying for each in found], np.intp)
    return Candidates(found, resembling, window.same(sayings, [each.text for each in found]))


class _Pool:
    """Distinct candidates, the person's own first. There are hundreds, so they are kept in columns."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._sayings = window.worded
        self._place = dict(zip(window.worded_keys, range(len(window.worded)), strict=True))
        self._keys, self._texts = list(window.worded_keys), list(window.worded_texts)
        self._times = window.times[self._sayings].tolist()
        self._sources = [OWN] * len(self._texts)

    def take_phrases(self, phrases: Iterable[Phrase]) -> None:
        """What the person often said."""
        for phrase in phrases:
            if phrase.times == 1 or not phrase.text:
                continue  # typed once it is among the newest answers, or long ago
            if (place := self._place.get(phrase.key)) is None:
                self._add(phrase.key, phrase.text, OWN, phrase.times)
            else:
                self._times[place] = phrase.times

    def take_generic(self, generic: Mapping[str, str]) -> None:
        """What many people say."""
        for key, text in generic.items():
            if key not in self._place:
                self._add(key, text, GENERIC)

    def take_proposed(self, message: Message) -> None:
        """What the message offers."""
        for source, text in _proposed(message):
            key = fold(text)
            if (place := self._place.get(key)) is None:
                self._add(key, text, source)
            elif self._sources[place] == GENERIC:
                self._sources[place] = source

    def resembling(self) -> Flags:
        """For each candidate, which sayings resemble it."""
        said = len(self._sayings)
        own, others = self._window.resembling.take(self._sayings, axis=0), self._texts[said:]
        return np.concatenate([own, self._window.resembling_texts(others)])

    def bonus(self) -> Floats:
        """What is said, and what is proposed, is looked at before what is only near."""
        others = [0.0 if source == OWN else _OFFERED_WORTH for source in self._sources[len(self._sayings) :]]
        return np.concatenate([self._window.times[self._sayings] * _USED_WORTH, others])

    def candidate(self, place: int) -> Candidate:
        saying = int(self._sayings[place]) if place < len(self._sayings) else -1
        return Candidate(self._keys[place], self._texts[place], self._sources[place], self._times[place], saying)

    def _add(self, key: str, text: str, source: str, times: int = 0) -> None:
        self._place[key] = len(self._texts)
        self._keys.append(key)
        self._texts.append(text)
        self._sources.append(source)
        self._times.append(times)


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
