"""The newest answers, prepared: read once each, and grouped by what says about the same.

Comparing every answer with every other takes long, and from one question to the next only the newest answers change.
So a window is kept and moved on. Nothing depends on its being kept: it could be made anew each time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from clone_mcp.models.prediction import Answer
from clone_mcp.prediction.predictors.local.said import Said, said
from clone_mcp.recording.reading.asked import Asked, unpacked
from clone_mcp.recording.reading.likeness import may_be_same, same

_KEPT = 64
_SEARCHED = 8
_FEW = 8
"""Changes from one question to the next that are followed; after more, everything is looked up anew."""
_MOST_NEAR = 2000
_LONGER = 4
"""A reply that is longer than another by more than this never says about the same."""


@dataclass(slots=True, eq=False)
class Saying:
    """Everything the person said under one key."""

    key: str
    text: str
    said: Said
    kin: set[Saying] = field(default_factory=set["Saying"])
    """The sayings that say about the same, itself aside."""
    uses: list[int] = field(default_factory=list[int])
    """Places among the newest answers, newest first, at which it was said."""
    _places: list[int] | None = None

    @property
    def places(self) -> list[int]:
        """The same for it and its kin. Put together when first asked for: most sayings are soon out of the race."""
        if self._places is None:
            self._places = sorted(chain(self.uses, *[other.uses for other in self.kin])) if self.kin else self.uses
        return self._places

    @property
    def oldest(self) -> int:
        """The last of its places."""
        return max([self.uses[-1], *[other.uses[-1] for other in self.kin]])

    def moved(self) -> Saying:
        """The same, at places yet to be told."""
        self.uses = []
        self._places = None
        return self


@dataclass(frozen=True, slots=True)
class Read:
    """An answer and its readings."""

    answer: Answer
    asked: Asked
    said: Said
    topic_norm: float
    ask_norm: float


class Window:
    """The newest answers of one person, newest first."""

    def __init__(self) -> None:
        self.reads: list[Read] = []
        self.sayings: dict[str, Saying] = {}
        self._by_length: list[Saying] = []
        self._lengths: list[int] = []
        self._near: dict[str, list[Saying]] = {}

    def move_to(self, answers: Sequence[Answer]) -> None:
        """Make it these answers' window."""
        if len(answers) == len(self.reads) and all(map(_is_read, self.reads, answers)):
            return
        known = {id(read.answer): read for read in self.reads}
        self.reads = [known.get(id(answer)) or _read(answer) for answer in answers]
        before, self.sayings = self.sayings, {}
        for place, read in enumerate(self.reads):
            saying = self.sayings.get(read.answer.key)
            if saying is None:
                saying = self.sayings[read.answer.key] = _saying(read, before)
            saying.uses.append(place)
        self._relate(before)
        self._by_length = sorted(self.sayings.values(), key=lambda saying: saying.said.length)
        self._lengths = [saying.said.length for saying in self._by_length]

    def _relate(self, before: dict[str, Saying]) -> None:
        stayed = {saying for key, saying in self.sayings.items() if before.get(key) is saying}
        gone = set(before.values()) - stayed
        for saying in gone:
            for other in saying.kin:
                other.kin.discard(saying)
        self._keep_near(gone, [saying for saying in self.sayings.values() if saying not in stayed])
        related = list(stayed)
        for saying in self.sayings.values():
            if saying not in stayed:
                _compare(saying, related)
                related.append(saying)

    def near(self, text: str) -> list[int]:
        """Places of the answers that say about the same as a text that is none of them: a rough, quick guess."""
        found = self._near.get(text)
        if found is None:
            this = said(text)
            most = bisect_right(self._lengths, 3 * this.length)
            found = self._near[text] = [saying for saying in self._by_length[:most] if _is_near(saying.said, this)]
        return sorted(chain(*[saying.uses for saying in found]))

    def _keep_near(self, gone: set[Saying], new: list[Saying]) -> None:
        """The same phrases are asked about with every question, and from one to the next hardly a saying changes."""
        if len(gone) + len(new) > _FEW or len(self._near) > _MOST_NEAR:
            self._near.clear()
        elif gone or new:
            for text, found in self._near.items():
                this = said(text)
                close = [each for each in new if each.said.length <= 3 * this.length and _is_near(each.said, this)]
                if close or not gone.isdisjoint(found):
                    self._near[text] = [each for each in found if each not in gone] + close


class Windows:
    """The windows last used, of a bounded number of people."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Window] = OrderedDict()

    def of(self, answers: Sequence[Answer]) -> Window:
        """The window over these answers."""
        # Found again by one of the newest answers. Should another person's answers bear the same ids, they are told
        # apart answer by answer, and the window is as good as new.
        known = next((answer.id for answer in answers[:_SEARCHED] if answer.id in self._kept), None)
        window = Window() if known is None else self._kept.pop(known)
        window.move_to(answers)
        if answers:
            self._kept[answers[0].id] = window
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return window


def _is_near(that: Said, this: Said) -> bool:
    return 4 * (that.sketch & this.sketch).bit_count() >= that.length + this.length


def _is_read(read: Read, answer: Answer) -> bool:
    return read.answer is answer


def _read(answer: Answer) -> Read:
    asked = unpacked(answer.question)
    return Read(answer, asked, said(answer.text), _norm(asked.topic), _norm(asked.ask))


def _norm(bits: int) -> float:
    return bits.bit_count() ** -0.5 if bits else 0.0


def _saying(read: Read, before: dict[str, Saying]) -> Saying:
    """The saying as it was compared before, if it is still worded so; else a new one."""
    known = before.get(read.answer.key)
    if known is None or known.text != read.answer.text:
        return Saying(read.answer.key, read.answer.text, read.said)
    return known.moved()


def _compare(saying: Saying, others: Sequence[Saying]) -> None:
    sketch, length = saying.said.sketch, len(saying.text)
    for other in others:
        if not length <= _LONGER * len(other.text) <= _LONGER**2 * length:
            continue
        if may_be_same(sketch, other.said.sketch) and same(saying.text, other.text):
            saying.kin.add(other)
            other.kin.add(saying)
