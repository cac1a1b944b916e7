"""Make the table of French communes for `kiosque check`. Run by hand once a year, when Insee's code changes.

    npm pack @etalab/decoupage-administratif@6.0.0          # and some of the versions of earlier years
    python tools/communes.py NEWEST/package OLDER/package… > plugins/kiosque/territory/communes.tsv

The packages carry Insee's *Code officiel géographique* (Licence Ouverte 2.0) of a year. Older ones tell what
a commune was called before: that of 2019 is 0.7.0.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

Communes = dict[str, dict[str, Any]]


def main(newest: str, *older: str) -> None:
    """Print a line a commune: its code, its name, former names and those of its parts, former codes."""
    everything = json.loads(Path(newest, "data", "communes.json").read_text())
    present = _present(everything)
    now_of = {former: code for code, one in present.items() for former in one.get("anciensCodes", ())}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for one in everything:
        if one["type"] in {"commune-deleguee", "commune-associee"}:
            names[one["chefLieu"]].add(one["nom"])
    for folder in older:
        for code, one in _present(json.loads(Path(folder, "data", "communes.json").read_text())).items():
            names[now_of.get(code, code)].add(one["nom"])
    for code, one in sorted(present.items()):
        former = sorted(names[code] - {one["nom"]})
        print(code, one["nom"], ";".join(former), ";".join(one.get("anciensCodes", ())), sep="\t")


def _present(everything: list[dict[str, Any]]) -> Communes:
    return {one["code"]: one for one in everything if one["type"] == "commune-actuelle"}


if __name__ == "__main__":
    main(*sys.argv[1:])
