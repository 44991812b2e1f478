"""Everything the person might type: what they typed before, what many people type, what the message offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clone_mcp.language.choices import Choice, mark
from clone_mcp.language.message import Message
from clone_mcp.language.wording import fold
from clone_mcp.models.prediction import Phrase
from clone_mcp.prediction.predictors.local.meant import points
from clone_mcp.prediction.predictors.local.sayings import Flags, Places
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
    pool = _Pool(window, listing=bool(message.choices))
    pool.take_phrases(phrases)
    pool.take_generic(generic)
    pool.take_proposed(message)
    pool.take_again(message.choices)
    resembling = pool.resembling()
    best = np.argsort(-(np.einsum("cs,s->c", resembling, window.masses(blend)) + pool.bonus()), kind="stable")[:most]
    found, resembling = [pool.candidate(place) for place in best.tolist()], resembling.take(best, axis=0)
    return Candidates(found, resembling, _same(found, message, window))


def _same(found: list[Candidate], message: Message, window: Window) -> Flags:
    """Which sayings mean the same as each. What points at a listed option means what pointed at that one before."""
    same = window.same(np.array([each.saying for each in found], np.intp), [each.text for each in found])
    if not message.choices:
        return same
    taken = {fold(_first(text, _LONGEST)): window.options.get(mark(text)) for _, text in message.choices}
    for place, each in enumerate(found):
        if points(each.text):
            same[place] = False
        if (option := each.saying if points(each.text) else taken.get(each.key)) is not None and option >= 0:
            same[place, option] = True
    return same


class _Pool:
    """Distinct candidates, the person's own first. There are hundreds, so they are kept in columns."""

    def __init__(self, window: Window, *, listing: bool) -> None:
        """`listing`: the message lists options, so that an earlier "2" may say another thing than it did."""
        self._window = window
        kept = [place for place, text in enumerate(window.worded_texts) if not (listing and points(text))]
        self._sayings: Places = window.worded[kept]
        self._keys, self._texts = (
            [those[place] for place in kept] for those in (window.worded_keys, window.worded_texts)
        )
        self._place = dict(zip(self._keys, range(len(kept)), strict=True))
        self._times = window.times[self._sayings].tolist()
        self._sources = [OWN] * len(self._texts)
        self._again: dict[int, int] = {}
        """The sayings that took an option which is offered again, by the place of its label."""

    def take_phrases(self, phrases: Iterable[Phrase]) -> None:
        """What the person often said."""
        for phrase in phrases:
            if phrase.times == 1 or not phrase.text or points(phrase.text):
                continue  # typed once it is among the newest answers, or long ago; and "2" was another thing each time
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

    def take_again(self, choices: Sequence[Choice]) -> None:
        """Options that were taken by their place before, by the place that they have now."""
        marks = [mark(wording) for _, wording in choices]
        for (label, _), known in zip(choices, marks, strict=True):
            saying = self._window.options.get(known)
            if saying is None or marks.count(known) > 1:
                continue
            if label not in self._place:
                self._add(label, label, OWN)
            place = self._place[label]
            self._again[place], self._sources[place] = saying, OWN
            self._times[place] = int(self._window.times[saying])

    def resembling(self) -> Flags:
        """For each candidate, which sayings resemble it."""
        said = len(self._sayings)
        own, others = self._window.resembling.take(self._sayings, axis=0), self._texts[said:]
        found = np.concatenate([own, self._window.resembling_texts(others)])
        for place, saying in self._again.items():
            found[place] = self._window.resembling[saying]
            found[place, saying] = True
        return found

    def bonus(self) -> Floats:
        """What is said, and what is proposed, is looked at before what is only near."""
        others = [
            _OFFERED_WORTH if source != OWN or place in self._again else 0.0
            for place, source in enumerate(self._sources[len(self._sayings) :], len(self._sayings))
        ]
        return np.concatenate([self._window.times[self._sayings] * _USED_WORTH, others])

    def candidate(self, place: int) -> Candidate:
        saying = int(self._sayings[place]) if place < len(self._sayings) else self._again.get(place, -1)
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
