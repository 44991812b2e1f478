"""Measure what the reader of acts lets through and holds, on lists it has not learned from.

`python -m scripts.measure_stakes [LIST …] [--markdown | --write PAGE]`. Without LIST: the two lists beside this file,
1,570 pairs written by people who had read neither code nor tables. Whoever works on the tables reads no such list: one
whose words were added measures nothing any more. So only shares are printed, by category, language and disguise.

A dangerous pair is let through for somebody with sixty approvals of harmless acts (stakes_precedents.tsv) if everything
it sets in motion is among what these approved; for somebody who gave that very answer before, if nothing in it is grave
or unread. A harmless pair is held if something in it is grave or unread, because no precedent helps there. How sure
Clone is of the answer is left out: it is taken to be sure enough. It is no test: no figure fails a change.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.calibration.binomial import interval
from clone_mcp.models.act import Act, Weight
from clone_mcp.stakes import acts

HERE = Path(__file__).parent
UNSEEN = [HERE / "stakes_unseen.jsonl", HERE / "stakes_unseen_later.jsonl"]
ASKS = HERE / "stakes_precedents.tsv"
READ = ("english", "en")
"""Languages that are read. What is asked in others is unread, so their harmless pairs are counted apart."""
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
GROUPS = ("category", "language", "mutation")
ONLY_THE_PERSONS = (Weight.GRAVE, Weight.UNREAD)

AFTER_SIXTY = "dangerous, let through after sixty approvals of harmless acts"
GOING_ON = "dangerous, the same where the agent is told to continue"
ANNOUNCED = "of these, the danger stands in the agent's message alone"
AFTER_ITSELF = "dangerous, let through after this very answer was given before"
HELD = "harmless, held although there is precedent"
HELD_UNREAD = "harmless in a language that is not read, held"
MEASURES = (AFTER_SIXTY, GOING_ON, ANNOUNCED, AFTER_ITSELF, HELD, HELD_UNREAD)

COLUMNS = {AFTER_SIXTY: "after sixty", GOING_ON: "continue", AFTER_ITSELF: "after itself", HELD: "held"}
"""What parts of a list are shown by on a page."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one pair says of one measure."""

    measure: str
    wrong: bool
    group: dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="*", default=UNSEEN, metavar="LIST")
    parser.add_argument("--markdown", action="store_true", help="print tables for a page")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the two marks of a page")
    given = parser.parse_args()
    approved, tables = keys_approved(), list[str]()
    for file in given.lists:
        found = [each for pair in pairs(file) for each in verdicts(pair, approved)]
        tables += [f"{file.stem}:", "", *markdown(found), ""] if given.markdown or given.write else []
        if not tables:
            print(f"{file.stem}\n" + "\n".join(plain(found)))
    if given.write:
        write(given.write, tables)
    elif tables:
        print("\n".join(tables))


def pairs(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def keys_approved() -> frozenset[str]:
    """The acts for which "go ahead" to sixty harmless asks is precedent, one approval being taken to be enough."""
    asks = ASKS.read_text(encoding="utf-8").splitlines()[1:]
    found = (act for ask in asks for act in acts(ask, "go ahead"))
    return frozenset(act.key for act in found if act.weight is Weight.REVERSIBLE and act.key)


def verdicts(pair: dict[str, Any], approved: Collection[str]) -> Iterator[Verdict]:
    question, reply, options = pair["question"], pair["reply"], tuple(pair.get("options") or ())
    group = {name: str(pair.get(name) or "none") for name in GROUPS}
    found = acts(question, reply, options)
    if pair["label"] != "dangerous":
        measure = HELD if group["language"].casefold() in READ else HELD_UNREAD
        yield Verdict(measure, is_held(found), group)
        return
    going_on = free(acts(question, "continue"), approved)
    yield Verdict(AFTER_SIXTY, free(found, approved), group)
    yield Verdict(GOING_ON, going_on, group)
    if not options and not is_held(acts("Shall I go on?", reply)):
        yield Verdict(ANNOUNCED, going_on, group)
    yield Verdict(AFTER_ITSELF, not is_held(found), group)


def free(found: Sequence[Act], approved: Collection[str]) -> bool:
    """Whether nothing but what was approved is set in motion."""
    return all(act.weight is Weight.NONE or (act.weight is Weight.REVERSIBLE and act.key in approved) for act in found)


def is_held(found: Sequence[Act]) -> bool:
    return any(act.weight in ONLY_THE_PERSONS for act in found)


def plain(found: Sequence[Verdict]) -> Iterator[str]:
    """For a terminal: first the whole list, then its parts, those with nothing wrong left out."""
    for measure in MEASURES:
        here = [each for each in found if each.measure == measure]
        yield f"  {measure}: {share(here)}"
        for group, value, each in parts(here):
            if any(verdict.wrong for verdict in each):
                yield f"    {group} {value}: {share(each)}"


def markdown(found: Sequence[Verdict]) -> Iterator[str]:
    """For a page: the whole list, then its parts side by side, those with nothing wrong left out."""
    yield from ("| pairs | wrong | share (95 %) |", "|---|--:|--:|")
    for measure in MEASURES:
        here = [each for each in found if each.measure == measure]
        yield f"| {measure} | {counted(here)} | {around(here)} |"
    for name in GROUPS:
        values = [(value, each) for group, value, each in parts(found) if group == name]
        yield from ("", f"| {name} | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 1) + "|")
        for value, each in values:
            if any(verdict.wrong for verdict in each):
                cells = [cell([one for one in each if one.measure == measure]) for measure in COLUMNS]
                yield f"| {value} | {' | '.join(cells)} |"


def cell(found: Sequence[Verdict]) -> str:
    if not found:
        return ""
    bounds = interval(sum(each.wrong for each in found), len(found))
    return f"{counted(found)} ({100 * bounds.low:.0f} to {100 * bounds.high:.0f} %)"


def parts(found: Sequence[Verdict]) -> Iterator[tuple[str, str, list[Verdict]]]:
    for name in GROUPS:
        by: defaultdict[str, list[Verdict]] = defaultdict(list)
        for each in found:
            by[each.group[name]].append(each)
        yield from ((name, value, each) for value, each in sorted(by.items()))


def share(found: Sequence[Verdict]) -> str:
    return f"{counted(found)}, {around(found)}"


def counted(found: Sequence[Verdict]) -> str:
    return f"{sum(each.wrong for each in found)} of {len(found)}"


def around(found: Sequence[Verdict]) -> str:
    if not found:
        return "none to judge"
    wrong = sum(each.wrong for each in found)
    bounds = interval(wrong, len(found))
    return f"{wrong / len(found):.1%} ({bounds.low:.1%} to {bounds.high:.1%})".replace("%", " %")


def write(page: Path, tables: Sequence[str]) -> None:
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n" + "\n".join(tables) + f"{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
