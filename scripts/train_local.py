"""Train the local predictor's weights: `python -m scripts.train_local TURNS --weights OUT.json [--folds FOLDER]`.

TURNS holds conversations of several people, one turn a line (docs/reference/cli.md, `backtest`). With --folds, weights
are also written for each person that never saw that person's turns, for honest scores:
`clone-mcp backtest --turns TURNS --predictions OUT --weights 'FOLDER/{user}.json'`.

Needs the dependency group `train` (scikit-learn, lightgbm). Rows are made by the predictor's own code from what
was known at the time of each question, and labelled by whether a candidate means the same as what was typed: in
part the same is not the same.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression

from clone_mcp.evaluation.conversations import Turn, exchanges, read_people
from clone_mcp.language.message import read
from clone_mcp.language.pasted import own_words
from clone_mcp.language.wording import fold
from clone_mcp.prediction.predictors.local.candidates import GENERIC, closest
from clone_mcp.prediction.predictors.local.features import NAMES, Table
from clone_mcp.prediction.predictors.local.meant import same_answer
from clone_mcp.prediction.predictors.local.predictor import KEEP
from clone_mcp.prediction.predictors.local.situation import situation
from clone_mcp.prediction.predictors.local.weights import keyed
from clone_mcp.prediction.predictors.local.window import Window

PEOPLE = 3
"""A phrase ships when at least so many people use it."""
PHRASE = 80
BRIEF = 60
RIDGE = 0.0005
ROUNDS = 100
LIKE_PEOPLE = 0.5
"""How much people with many questions count: 0 fully, 1 no more than others."""
HOPELESS = 0.3
"""The share kept, for the trees, of questions that no candidate answers."""
TREES = {
    "objective": "lambdarank", "lambdarank_truncation_level": 8, "num_leaves": 8, "learning_rate": 0.07,
    "min_data_in_leaf": 200, "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10,
    "max_bin": 63, "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One question: a row for each candidate, which came true, which are brief, and which generic phrase each is."""

    rows: np.ndarray
    hits: np.ndarray
    brief: np.ndarray
    phrase: np.ndarray

    def among(self, phrases: Sequence[str]) -> Example:
        """Without other phrases."""
        kept = np.isin(self.phrase, phrases)
        return Example(self.rows[kept], self.hits[kept], self.brief[kept], self.phrase[kept])


People = dict[str, Sequence[Turn]]
Examples = dict[str, list[Example]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="where the weights go")
    parser.add_argument("--folds", type=Path, help="a folder for weights that leave one person out each")
    arguments = parser.parse_args()
    people = read_people(arguments.turns)
    data = seen(people)
    write(arguments.weights, train(people, data))
    if arguments.folds:
        leave_out(people, data, arguments.folds)
    for phrase, users in generic(people).items():
        print(f"{phrase!r}: {users} people")


def leave_out(people: People, data: Examples, folder: Path) -> None:
    """Weights for each person, learned from the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, left_out in enumerate(sorted(people), 1):
        others = {person: turns for person, turns in people.items() if person != left_out}
        write(folder / f"{left_out}.json", train(others, data))
        print(f"trained without person {number} of {len(people)}", flush=True)


def generic(people: People) -> dict[str, int]:
    """Short phrases that several people use, by how many, in their commonest spelling."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for person, turns in people.items():
        for turn in turns:
            if turn.by_person and len(turn.text) < PHRASE:
                users[fold(turn.text)].add(person)
                spelled[fold(turn.text)][turn.text.strip()] += 1
    shared = sorted((key for key in users if len(users[key]) >= PEOPLE), key=lambda key: (-len(users[key]), key))
    return {spelled[key].most_common(1)[0][0]: len(users[key]) for key in shared}


def seen(people: People) -> Examples:
    """Everybody's questions. Made once: what others must not know of somebody is left out when weights are trained."""
    phrases = tuple(generic(people))
    with ProcessPoolExecutor() as pool:
        found = pool.map(examples, people.values(), [phrases] * len(people))
        return dict(zip(people, found, strict=True))


def examples(turns: Sequence[Turn], phrases: tuple[str, ...]) -> list[Example]:
    """A person's questions, with the candidates that were known at the time."""
    window, phrased, found = Window(), keyed(phrases), []
    for exchange in exchanges(turns):
        message = read(exchange.agent_input)
        window.move_to(exchange.history.answers)
        here = situation(message, window, total=exchange.history.total, session_id=exchange.reply.session_id)
        candidates = closest(message, window, exchange.history.phrases, phrased, here.blend(), KEEP)
        typed = own_words(exchange.reply.text) or exchange.reply.text
        hits = np.array([same_answer(each.text, typed, exchange.agent_input) for each in candidates.all])
        brief = np.array([len(candidate.text) <= BRIEF for candidate in candidates.all])
        phrase = np.array([each.text if each.source == GENERIC else "" for each in candidates.all])
        found.append(Example(Table(candidates, here).rows.astype(np.float32), hits, brief, phrase))
    return found


def train(people: People, data: Examples) -> dict[str, Any]:
    """Weights from these people. They offer no phrase that too few of them use."""
    phrases = tuple(generic(people))
    mine = {person: [example.among(("", *phrases)) for example in data[person]] for person in sorted(people)}
    return {"generic": list(phrases), "confidence": confidence(mine), "order": {"trees": order(mine)}}


def confidence(data: Examples) -> dict[str, Any]:
    """A ridged logistic regression over brief candidates, on standardised numbers, told in the raw ones."""
    rows, hits, weight = stacked(data, lambda example: example.brief)
    mean = np.average(rows, axis=0, weights=weight)
    spread = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weight))
    spread[spread < 1e-6] = 1e9
    model = LogisticRegression(C=RIDGE, max_iter=500).fit((rows - mean) / spread, hits, sample_weight=weight)
    slopes = model.coef_[0] / spread
    bias = float(model.intercept_[0] - slopes @ mean)
    return {"bias": round(bias, 5), "weights": {n: round(float(w), 5) for n, w in zip(NAMES, slopes, strict=True)}}


def order(data: Examples) -> list[Any]:
    """Trees by LambdaRank: what came true before the other candidates."""
    chance = np.random.default_rng(0)
    kept = {
        person: [example for example in mine if example.hits.any() or chance.random() < HOPELESS]
        for person, mine in data.items()
    }
    rows, hits, weight = stacked(kept, lambda example: np.ones(len(example.rows), bool))
    groups = [len(example.rows) for mine in kept.values() for example in mine]
    table_ = lightgbm.Dataset(rows, hits.astype(int), weight=weight, group=groups, feature_name=list(NAMES))
    model = lightgbm.train(TREES, table_, ROUNDS)
    return [tree(grown["tree_structure"]) for grown in model.dump_model()["tree_info"]]


def stacked(data: Examples, mask: Callable[[Example], np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All rows, which came true, and how much each counts."""
    rows, hits, weight = [], [], []
    for mine in data.values():
        for example in mine:
            chosen = mask(example)
            rows.append(example.rows[chosen])
            hits.append(example.hits[chosen])
            weight.append(np.full(int(chosen.sum()), len(mine) ** -LIKE_PEOPLE))
    whole = np.concatenate(weight)
    return np.concatenate(rows).astype(float), np.concatenate(hits), whole / whole.mean()


def tree(node: dict[str, Any]) -> Any:
    """A fork as [feature, threshold, if at most, if more], a leaf as its number."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 5)
    forks = (tree(node["left_child"]), tree(node["right_child"]))
    return [node["split_feature"], float(f"{node['threshold']:.6g}"), *forks]


def write(path: Path, model: dict[str, Any]) -> None:
    """As JSON that a person can read: a line for each number, one for each tree."""
    trees = ",\n".join(json.dumps(each, separators=(",", ":")) for each in model["order"]["trees"])
    body = json.dumps({**model, "order": {"trees": "@"}}, indent=1, ensure_ascii=False)
    path.write_text(body.replace('"@"', f"[\n{trees}\n]") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
