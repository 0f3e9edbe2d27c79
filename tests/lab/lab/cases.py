"""The breakage files of tests/lab/breakages/: one thing to break on a host, and the fix that mends it.

    releases: [debian-12, debian-13]   # the lab roots on which it is run
    group: web                         # a host of its own, shared by the cases of this name
    with: {param: value}               # parameters that an office would have set
    prepare: |                         # once, before the baseline: let the rule apply and pass
    break: |                           # breaks exactly one thing
    network: {ipv4/conf/host0/rp_filter: 0}   # instead, or besides: from outside the host
    mend: |                            # the commands of the rule's own fix (en)
    by_hand: true                      # the fix says "edit": the mend does that edit
    moves: {other-rule: why}           # rules that rightly move with it
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import yaml
from lab.roots import SUITES

from attt.model.value import Value

FOLDER = Path(__file__).resolve().parents[1] / "breakages"
NOT_IN_LAB = FOLDER.with_name("not_in_lab.yaml")
PLAIN = "plain"
AT_MOST = 16
"""Cases that share one host: enough to pay for its boot, few enough for two workers to share."""
_TYPES = {
    "releases": list,
    "group": str,
    "with": dict,
    "prepare": str,
    "break": str,
    "network": dict,
    "mend": str,
    "by_hand": bool,
    "moves": dict,
}


class BadCase(ValueError):
    """A breakage file that nobody could run, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One breakage of one rule; `network` are settings from outside, put back by the mend."""

    rule: str
    releases: tuple[str, ...]
    group: str
    act: str
    mend: str
    prepare: str
    network: Mapping[str, int]
    params: Mapping[str, Value]
    moves: Mapping[str, str]
    is_by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Cases that are run one after the other on one host of one root."""

    root: str
    name: str
    cases: tuple[Case, ...]


def read(folder: Path = FOLDER) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Every case, by rule id; and what is wrong with the files that are none."""
    found: list[Case] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(read_one(path))
        except (BadCase, yaml.YAMLError) as error:
            wrong.append(f"{path.name}: {error}")
    return tuple(found), tuple(wrong)


def read_one(path: Path) -> Case:
    """One file; BadCase says what is wrong with it."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if trouble := "; ".join(_troubles(raw)):
        raise BadCase(trouble)
    prepare = raw.get("prepare", "")
    of_its_own = path.stem.partition("-")[0] if prepare or raw.get("with") else PLAIN
    return Case(
        rule=path.stem,
        releases=tuple(raw["releases"]),
        group=raw.get("group", of_its_own),
        act=raw.get("break", ""),
        mend=raw.get("mend", ""),
        prepare=prepare,
        network=raw.get("network", {}),
        params=raw.get("with", {}),
        moves=raw.get("moves", {}),
        is_by_hand=raw.get("by_hand", False),
    )


def rounds(cases: Iterable[Case]) -> Iterator[Round]:
    """The cases by root and group; those that need nothing prepared in parts of AT_MOST."""
    pairs = [(root, case.group, case) for case in cases for root in case.releases]
    pairs.sort(key=lambda pair: (pair[0], pair[1], pair[2].rule))
    for (root, group), found in groupby(pairs, key=lambda pair: pair[:2]):
        mine = _apart([case for _, _, case in found])
        for start in range(0, len(mine), AT_MOST):
            number = f"-{start // AT_MOST + 1}" if len(mine) > AT_MOST else ""
            part = tuple(mine[start : start + AT_MOST])
            yield Round(root=root, name=f"{root}-{group}{number}", cases=part)


def _apart(cases: list[Case]) -> list[Case]:
    """Neighbours by name break the same file in turn: every second one goes to the end."""
    return cases[::2] + cases[1::2]


def _troubles(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield "not a mapping"
        return
    yield from (f"unknown key {key!r}" for key in raw if key not in _TYPES)
    for key, kind in _TYPES.items():
        if key in raw and not isinstance(raw[key], kind):
            yield f"{key} is not a {kind.__name__}"
    roots = raw.get("releases")
    if not roots:
        yield "releases names no lab root"
    elif isinstance(roots, list):
        yield from (f"no lab root {root!r}: {', '.join(SUITES)}" for root in roots
                    if root not in SUITES)  # fmt: skip
    if not (raw.get("break") or raw.get("network")):
        yield "neither break nor network: nothing is broken"
    if not (raw.get("mend") or raw.get("network")):
        yield "no mend"
