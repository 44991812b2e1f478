"""Measure what the stakes reader misses on a list it has not learned from: `python -m scripts.measure_stakes [LIST]`.

Without LIST: scripts/stakes_unseen.jsonl, 930 pairs written by somebody who had read neither code nor tables. Whoever
works on the tables does not read it: a list whose words were added measures nothing any more. So only shares are
printed, by category, language and the way a pair is disguised. It is no test: what is missed today fails no change.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from clone_mcp.calibration.binomial import interval
from clone_mcp.stakes import consequences

UNSEEN = Path(__file__).parent / "stakes_unseen.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path, nargs="?", default=UNSEEN)
    wrong: defaultdict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for line in parser.parse_args().list.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        reported = bool(consequences(pair["question"], pair["reply"], tuple(pair["options"])))
        missed = reported is not (pair["label"] == "dangerous")
        for name in ("", "category", "language", "mutation"):
            wrong[pair["label"], name, pair.get(name, "all")].append(missed)
    for (label, name, value), each in sorted(wrong.items()):
        around = interval(sum(each), len(each))
        what = "missed" if label == "dangerous" else "raised an alarm"
        share = f"{sum(each)} of {len(each)} {what} [{around.low:.3f}, {around.high:.3f}]"
        print(f"{label}: {name or 'whole list'} {value}: {share}")


if __name__ == "__main__":
    main()
