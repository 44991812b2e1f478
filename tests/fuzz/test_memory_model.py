"""Recording, promotion, outcomes, deletions and the folder in any order: memory is always what a simple model says."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from clone_mcp.app import open_storage, wire
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Layer
from clone_mcp.settings import Settings
from tests.fuzz.model import Held, Model, Row
from tests.memory.person import RULE, TABS, Person
from tests.support.clock import FixedClock
from tests.support.effort import effort
from tests.support.events import typed
from tests.support.storage import storage_of

pytestmark = pytest.mark.slow

CLAIMS = {
    TABS: "Prefers tabs over spaces.",
    "I prefer tea over coffee": "Prefers tea over coffee.",
    RULE: "Wants agents always to answer in English.",
}
"""What may be said, and the fact it makes."""
WRITTEN = ("I like short answers.", "I live in Lisbon.")
"""What is only ever written down."""

SESSIONS = st.sampled_from(["a", "b", "c"])
OUTCOMES = st.sampled_from(["accepted", "rejected", "edited"])


class Memory(RuleBasedStateMachine):
    """One person per example, all of them in one database."""

    clone: ClassVar[Clone]
    clock: ClassVar[FixedClock]
    runner: ClassVar[asyncio.Runner]

    def __init__(self) -> None:
        super().__init__()
        tenant = uuid4()
        self.run(storage_of(self.clone).directory.add_tenant(tenant, "somebody", self.clock.now()))
        self.owner = Caller(tenant, Scope.OWNER)
        self.person = Person(self.clone, Caller(tenant, Scope.RECORDER), self.owner, self.clock)
        self.model = Model(frozenset({CLAIMS[RULE]}))
        self.asked: dict[str, list[Held]] = {}
        self.sent: dict[str, dict[str, Any]] = {}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def facts(self) -> dict[str, Any]:
        return self.run(self.person.facts())

    @rule(text=st.sampled_from(sorted(CLAIMS)), session=SESSIONS, attested=st.booleans(), times=st.integers(1, 3))
    def say(self, text: str, session: str, attested: bool, times: int) -> None:
        for _ in range(times):
            event = {**typed(text, session), "id": str(uuid4()), "occurred_at": self.clock.now().isoformat()}
            self.sent[event["id"]] = event
            self.model.rows[event["id"]] = Row(CLAIMS[text], session, attested, self.clock.now())
            self.run(self.person.take(event, scope=Scope.RECORDER if attested else Scope.AGENT))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """What is stored and what was deleted alike."""
        event = self.sent[data.draw(st.sampled_from(sorted(self.sent)))]
        batch = self.run(self.clone.recording.ingest.batch(self.person.me, [event]))
        assert (batch.accepted, batch.duplicates) == (0, 1)

    @rule(again=st.booleans())
    def promote(self, again: bool) -> None:
        self.run(self.person.promote(force=again))
        self.model.promote()

    @precondition(lambda self: self.model.facts)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        claims = data.draw(st.lists(st.sampled_from(sorted(self.model.facts)), min_size=1, max_size=2, unique=True))
        facts = self.facts()
        prediction = self.run(self.person.asked(*(facts[claim].id for claim in claims)))
        self.asked[prediction] = [self.model.facts[claim] for claim in claims]

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), outcome=OUTCOMES, times=st.integers(1, 2))
    def report(self, data: st.DataObject, outcome: str, times: int) -> None:
        prediction = data.draw(st.sampled_from(sorted(self.asked)))
        for _ in range(times):
            self.run(self.clone.prediction.feedback(self.person.me, prediction, outcome, None))
        for fact in self.asked[prediction]:  # one that was deleted is another than what says the same later
            fact.outcomes[prediction] = outcome

    @precondition(lambda self: self.model.facts)
    @rule(data=st.data())
    def delete_fact(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(sorted(self.model.facts)))
        self.run(self.clone.memory.correct.delete_fact(self.owner, self.facts()[claim].id))
        self._fact_is_gone(claim)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def delete_rows(self, data: st.DataObject) -> None:
        ids = data.draw(st.lists(st.sampled_from(sorted(self.model.rows)), min_size=1, max_size=3, unique=True))
        assert self.run(self.clone.memory.correct.delete_raws(self.owner, ids)) == len(ids)
        for row_id in ids:
            self.model.delete_row(row_id)

    @precondition(lambda self: set(WRITTEN) - self.model.facts.keys())
    @rule(data=st.data())
    def write_down(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(sorted(set(WRITTEN) - self.model.facts.keys())))
        fact = self.run(self.clone.memory.append.fact(self.owner, claim))
        self._is_written(claim, fact.id)

    @precondition(lambda self: self.model.facts)
    @rule(data=st.data(), how=st.sampled_from(["delete", "tag", "add", "row"]))
    def edit_the_folder(self, data: st.DataObject, how: str) -> None:
        folder = Path(tempfile.mkdtemp())
        try:
            self.run(self.clone.memory.markdown.export(self.owner, folder))
            self._edit(data, how, folder)
            assert self.run(self.clone.memory.markdown.plan(self.owner, folder)).changes == ()
        finally:
            shutil.rmtree(folder)

    def _edit(self, data: st.DataObject, how: str, folder: Path) -> None:
        claim = data.draw(st.sampled_from(sorted(self.model.facts)))
        new = sorted(set(WRITTEN) - self.model.facts.keys())
        [file] = [path for path in folder.glob("facts/*.md") if f"\n{claim}\n" in path.read_text(encoding="utf-8")]
        match how:
            case "add" if new:
                (folder / "facts" / "new.md").write_text(f"{new[0]}\n", encoding="utf-8")
                self._apply(folder)
                self._is_written(new[0], self.facts()[new[0]].id)
            case "tag":
                text = file.read_text(encoding="utf-8")
                head, _, rest = text.partition("\ntags:")
                file.write_text(f"{head}\ntags: [style]{rest[rest.index(chr(10)) :]}", encoding="utf-8")
                self._apply(folder)
                self.model.facts[claim].tags = ("style",)
            case "row" if self.model.rows:
                row_id = data.draw(st.sampled_from(sorted(self.model.rows)))
                [day] = [path for path in folder.glob("raw/*.md") if row_id in path.read_text(encoding="utf-8")]
                lines = day.read_text(encoding="utf-8").splitlines(keepends=True)
                day.write_text("".join(line for line in lines if row_id not in line), encoding="utf-8")
                self._apply(folder)
                self.model.delete_row(row_id)
            case _:
                file.unlink()
                self._apply(folder)
                self._fact_is_gone(claim)

    def _apply(self, folder: Path) -> None:
        self.run(self.clone.memory.markdown.apply(self.owner, folder))

    def _fact_is_gone(self, claim: str) -> None:
        self.model.delete_fact(claim, self.clock.now())
        self.clock.advance(seconds=1)

    def _is_written(self, claim: str, fact_id: str) -> None:
        cited = self.run(self.person.cites(Layer.FACT, fact_id))
        [statement] = cited & {raw.id for raw in self.run(self.person.raws())}
        self.model.statements[statement] = claim
        self.model.facts[claim] = Held({statement})
        self.model.deleted.pop(claim, None)

    @invariant()
    def facts_are_the_models(self) -> None:
        found = {text: (fact.tier.value, round(fact.importance, 6), fact.tags) for text, fact in self.facts().items()}
        assert found == self.model.seen()

    @invariant()
    def nothing_else_is_kept_or_lost(self) -> None:
        assert {raw.id for raw in self.run(self.person.raws())} == {*self.model.rows, *self.model.statements}
        assert self.run(self._answers()) == len(self.model.rows)

    @invariant()
    def the_card_holds_what_may_be_used_and_nothing_else(self) -> None:
        card = self.run(self.person.card())
        for claim in (*CLAIMS.values(), *WRITTEN):
            assert claim in self.model.facts or claim not in card

    async def _answers(self) -> int:
        async with storage_of(self.clone).begin(self.owner.tenant, readonly=True) as uow:
            history = await uow.replies.history(phrases=100, answers=10_000)
            counted, _ = await uow.replies.endings()
        assert counted == history.total == sum(phrase.times for phrase in history.phrases)
        return counted


@pytest.fixture
def machine(settings: Settings, clock: FixedClock) -> Iterator[type[Memory]]:
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(settings, clock))

        class Here(Memory):
            pass

        Here.clone, Here.clock, Here.runner = wire(settings, storage, clock, b"test"), clock, runner
        yield Here
        runner.run(storage.close())


def test_memory_is_what_a_simple_model_says_whatever_happens(machine: type[Memory], settings: Settings) -> None:
    run_state_machine_as_test(machine, settings=effort(12, stateful_step_count=15))
