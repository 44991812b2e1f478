"""Labelled pairs, and what the rules and traits of `language.meaning` make of them.

`python -m scripts.meaning_pairs PAIRS OUT` writes {"id", "label"} for each pair, by the weights that ship. Needs no
more than Clone itself does.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.language.meaning.answer import answer
from clone_mcp.language.meaning.traits import traits
from clone_mcp.language.meaning.verdict import Verdict, by_weights, clashes, ruled
from clone_mcp.language.meaning.weights import Weights, shipped

OWN = Path(__file__).with_name("meaning_pairs.tsv")
"""Pairs written for Clone. They are only learned from, never measured on."""


@dataclass(frozen=True)
class Pair:
    id: str
    agent: str
    a: str
    b: str
    label: str
    row: tuple[float, ...]
    ruled: Verdict | None
    clash: str

    @property
    def open(self) -> bool:
        """Neither ruled nor kept from being the same: what the first regression decides."""
        return self.ruled is None and not self.clash


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.pairs)
    write_predictions(arguments.out, pairs, [judged(pair, shipped()).sameness for pair in pairs])


def write_predictions(out: Path, pairs: Sequence[Pair], said: Sequence[str]) -> None:
    lines = [json.dumps({"id": pair.id, "label": label}) for pair, label in zip(pairs, said, strict=True)]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_pairs(path: Path) -> list[Pair]:
    """One pair a line: {"id", "agent", "a", "b", "label"}."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [pair_of(json.loads(line)) for line in lines if line.strip()]


def own_pairs() -> list[Pair]:
    rows = [line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        pair_of({"id": f"own {place}", "agent": question, "a": a, "b": b, "label": label})
        for place, (label, question, a, b) in enumerate(rows[1:])
    ]


def pair_of(raw: dict[str, Any]) -> Pair:
    x, y = answer(raw["a"], raw["agent"]), answer(raw["b"], raw["agent"])
    return Pair(
        id=raw["id"],
        agent=raw["agent"],
        a=raw["a"],
        b=raw["b"],
        label=raw.get("label", ""),
        row=traits(x, y),
        ruled=ruled(x, y),
        clash=clashes(x, y),
    )


def judged(pair: Pair, weights: Weights) -> Verdict:
    """The verdict on a pair by other weights than those that ship."""
    return pair.ruled or by_weights(pair.row, pair.clash, weights)


def folds_of(pairs: Sequence[Pair], folds: int) -> list[int]:
    """A fold for each pair. Pairs that share a text, or what the agent said, stay together."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    keys = [_keys(pair) for pair in pairs]
    for names in keys:
        for name in names[1:]:
            parent[root(names[0])] = root(name)
    sizes = Counter(root(names[0]) for names in keys)
    filled, place = [0] * folds, dict[str, int]()
    for name, size in sizes.most_common():
        place[name] = filled.index(min(filled))
        filled[place[name]] += size
    return [place[root(names[0])] for names in keys]


def _keys(pair: Pair) -> list[str]:
    said = [f"said {text.strip().casefold()}" for text in (pair.a, pair.b)]
    return [*said, f"asked {pair.agent.strip().casefold()}"] if pair.agent.strip() else said


if __name__ == "__main__":
    main()
