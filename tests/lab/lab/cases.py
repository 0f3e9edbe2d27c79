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
from itertools import groupby, zip_longest
from pathlib import Path

import yaml

from attt.model.value import Value
from lab.roots import SUITES

FOLDER = Path(__file__).resolve().parents[1] / "breakages"
NOT_IN_LAB = FOLDER.with_name("not_in_lab.yaml")
PLAIN = "plain"
AT_MOST = 28
"""Cases that share one host: enough to pay for its boot, few enough for two workers to share."""
GROUPS = "groups"
"""Folder beside the cases: groups/GROUP/*.sh prepare a host for all cases of a group, in order.

groups/GROUP/moves.yaml names the rules that rightly no longer pass after that, and why. In such a
group rules of different first words are about different services: a case of each is broken at once.
"""
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


class BadCaseError(ValueError):
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

    @property
    def scripts(self) -> tuple[str, ...]:
        """What prepares the host: the group's scripts, then the cases' own, each once."""
        shared = [
            path.read_text(encoding="utf-8")
            for group in dict.fromkeys(case.group for case in self.cases)
            for path in sorted((FOLDER / GROUPS / group).glob("*.sh"))
        ]
        return tuple(dict.fromkeys([*shared, *(c.prepare for c in self.cases if c.prepare)]))

    @property
    def prepared_moves(self) -> frozenset[str]:
        """Rules that may fail once the host is prepared: the cases' own, and those of their group."""
        own = {rule for case in self.cases for rule in (case.rule, *case.moves)}
        files = [FOLDER / GROUPS / group / "moves.yaml" for group in {c.group for c in self.cases}]
        texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
        return frozenset(own.union(*(yaml.load(text, Loader=yaml.CSafeLoader) for text in texts)))

    @property
    def steps(self) -> tuple[tuple[Case, ...], ...]:
        """What is broken between two looks: one case, or one of each service of a group."""
        if not any((FOLDER / GROUPS / case.group).is_dir() for case in self.cases):
            return tuple((case,) for case in self.cases)
        services: dict[str, list[Case]] = {}
        for case in self.cases:
            services.setdefault(case.rule.partition("-")[0], []).append(case)
        columns = zip_longest(*services.values())
        return tuple(tuple(case for case in column if case) for column in columns)


def read(folder: Path = FOLDER) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Every case, by rule id; and what is wrong with the files that are none."""
    found: list[Case] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(read_one(path))
        except (BadCaseError, yaml.YAMLError) as error:
            wrong.append(f"{path.name}: {error}")
    return tuple(found), tuple(wrong)


def read_one(path: Path) -> Case:
    """One file; BadCaseError says what is wrong with it."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if trouble := "; ".join(_troubles(raw)):
        raise BadCaseError(trouble)
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
        params={
            name: tuple(value) if isinstance(value, list) else value
            for name, value in raw.get("with", {}).items()
        },
        moves=raw.get("moves", {}),
        is_by_hand=raw.get("by_hand", False),
    )


def rounds(cases: Iterable[Case]) -> Iterator[Round]:
    """The cases by root and group; those that need nothing prepared in parts of AT_MOST."""
    pairs = [(root, case.group, case) for case in cases for root in case.releases]
    pairs.sort(key=lambda pair: (pair[0], pair[1], pair[2].rule))
    for (root, group), found in groupby(pairs, key=lambda pair: pair[:2]):
        mine = _apart([case for _, _, case in found])
        at_most = len(mine) if (FOLDER / GROUPS / group).is_dir() else AT_MOST
        for start in range(0, len(mine), at_most):
            number = f"-{start // at_most + 1}" if len(mine) > at_most else ""
            part = tuple(mine[start : start + at_most])
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
