"""Run breakages: each case on a hardened host must turn exactly its findings, its mend turn them back.

One check serves two cases: it sees the mend of one and the break of the next. Where it does not
see what it should, both are run again alone, each on a host of its own, so that one is blamed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from attt.model.finding import Finding, Verdict
from lab.cases import Case, Round
from lab.hardened import harden
from lab.host import LabHost
from lab.judged import RULES, Params, Questions, judged, questions

Boot = Callable[[str], LabHost]
Seen = Mapping[str, Finding]
Step = tuple[Case, ...]
"""Cases that are broken between two looks."""
Moved = Mapping[str, str]
"""By rule: `pass -> fail (what is said of it)`."""

DEAR = frozenset({"packages.files"})
"""Facts that cost a host seconds: asked only in a round that has a case for them."""
TYPED_IN = frozenset({"kernel-settings-kept"})
"""Rules that turn with every break that only types a value in: asked where a case is about them."""
_UNPREPARED: dict[tuple[str, str], Seen] = {}
PATIENCE_S = (0.5, 1.0, 2.0, 4.0)
"""How long to wait again and again for a service to come to itself before trouble is believed."""


@dataclass(slots=True, kw_only=True)
class Bench:
    """A hardened, prepared host and what was found on it before anything was broken."""

    host: LabHost
    asked: Questions
    params: Params
    before: Seen = field(default_factory=dict)
    _network: dict[str, int] = field(default_factory=dict)

    def break_(self, case: Case) -> None:
        """Break what the case is about."""
        for name, value in case.network.items():
            self._network[name] = int(self.host.run(["cat", f"/proc/sys/net/{name}"]).stdout)
            self.host.network(name, value)
        self._act(case.act)

    def mend(self, case: Case) -> None:
        """Mend it; what was set from outside is set back from outside."""
        self._act(case.mend)
        for name in case.network:
            self.host.network(name, self._network.pop(name))

    def look(self) -> Seen:
        """What is found now."""
        return judged(self.host, self.asked, params=self.params)

    def moved(self, wanted: frozenset[str] = frozenset()) -> Moved:
        """What is no longer as before; waits a little where that is not just what is `wanted`."""
        found: Moved = {}
        for pause in (0.0, *PATIENCE_S):
            time.sleep(pause)
            found = differences(self.before, self.look())
            if found.keys() == wanted:
                break
        return found

    def _act(self, script: str) -> None:
        if not script:
            return
        self.host.run(f"set -e\n{script}", timeout_s=120)
        if "systemctl" in script or "service " in script:
            time.sleep(0.3)


def run(this: Round, boot: Boot) -> Mapping[str, str]:
    """By rule, what went otherwise than it should; empty where all is well."""
    troubles: dict[str, str] = {}
    left = list(this.steps)
    while left:
        with bench(this, boot, troubles) as ready:
            if ready is None:
                break
            done, suspects = _in_a_row(ready, left)
        left = left[done:]
        for case in suspects:
            troubles.update(_alone(this, case, boot))
        if suspects and not troubles.keys() & {case.rule for case in suspects}:
            names = " and ".join(case.rule for case in suspects)
            troubles[suspects[-1].rule] = f"trouble only where {names} are run in a row"
    return troubles


def _in_a_row(ready: Bench, steps: Sequence[Step]) -> tuple[int, list[Case]]:
    """Break and mend one after the other; gives how many are done with, and who is to be blamed."""
    previous: Step = ()
    for number, step in enumerate(steps):
        try:
            _each(ready.break_, step)
            good = not _wrong(step, ready)
            _each(ready.mend, step)
        except RuntimeError:
            good = False
        if not good:
            return number + 1, [*previous, *step]
        previous = step
    return len(steps), list(previous) if ready.moved() else []


def _each(act: Callable[[Case], None], step: Step) -> None:
    """Services mostly wait: those of one step are broken, or mended, side by side."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(act, step))


def _alone(this: Round, case: Case, boot: Boot) -> Mapping[str, str]:
    """The whole turn of one case on a fresh host, and what is wrong with it in words."""
    troubles: dict[str, str] = {}
    alone = Round(root=this.root, name=this.name, cases=(case,))
    with bench(alone, boot, troubles) as ready:
        if ready is None:
            return troubles
        try:
            ready.break_(case)
            wrong = _wrong((case,), ready)
            said = [f"broken: {line}" for line in wrong]
            ready.mend(case)
            said += [f"mended: {rule} {move}" for rule, move in ready.moved().items()]
        except RuntimeError as error:
            said = [str(error)]
    return {case.rule: "\n".join(said)} if said else {}


@contextmanager
def bench(this: Round, boot: Boot, troubles: dict[str, str]) -> Iterator[Bench | None]:
    """A host for a round; None, with the reason in `troubles`, where it is not fit for it."""
    host = boot(this.root)
    try:
        yield _prepared(this, host, troubles)
    finally:
        host.stop()


def _prepared(this: Round, host: LabHost, troubles: dict[str, str]) -> Bench | None:
    ready = Bench(host=host, asked=asked_of(this), params=params_of(this))
    harden(host)
    alike = (this.root, str(ready.params))
    if this.scripts and alike not in _UNPREPARED:
        _UNPREPARED[alike] = _steady(ready)
    for script in this.scripts:
        try:
            host.run(f"set -e\n{script}", timeout_s=120)
        except RuntimeError as error:
            troubles[this.name] = f"prepare: {error}"
            return None
    ready.before = _steady(ready)
    if this.scripts:
        troubles.update(_moved_by_preparing(this, _UNPREPARED[alike], ready.before))
    for case in this.cases:
        if ready.before[case.rule].verdict is not Verdict.PASS:
            troubles[case.rule] = f"does not pass before: {told(ready.before[case.rule])}"
    return None if troubles.keys() & {this.name, *(case.rule for case in this.cases)} else ready


def _moved_by_preparing(this: Round, unprepared: Seen, before: Seen) -> Mapping[str, str]:
    moved = differences({k: v for k, v in unprepared.items() if k in before}, before)
    lost = [
        f"{rule} {move}"
        for rule, move in moved.items()
        if unprepared[rule].verdict is Verdict.PASS and rule not in this.prepared_moves
    ]
    return {this.name: "prepare moves " + "\n".join(lost)} if lost else {}


def _steady(ready: Bench) -> Seen:
    """What is found once two looks agree and the clock is known to be right."""
    wait = ("for n in $(seq 50); do chronyc -n tracking | grep -q ': Normal' && exit 0; sleep 0.2; "
            "done")  # fmt: skip
    ready.host.run(wait, check=False)
    time.sleep(0.3)
    return ready.look()


def asked_of(this: Round) -> Questions:
    """Every host rule, but for those that only a case of their own is asked for."""
    about = {rule for case in this.cases for rule in (case.rule, *case.moves)}
    return questions(
        rule
        for rule in RULES.values()
        if rule.id in about
        or not (rule.id in TYPED_IN or {key.id for key in rule.needs.values()} & DEAR)
    )


def params_of(this: Round) -> Params:
    """By rule, what the cases set."""
    return {case.rule: case.params for case in this.cases if case.params}


def _wrong(step: Step, ready: Bench) -> Sequence[str]:
    """What of the moves is not as the cases of a step say."""
    named = {rule for case in step for rule in (case.rule, *case.moves)}
    failed = {rule for rule in named if ready.before[rule].verdict is Verdict.FAIL}
    expected = frozenset(named - failed)
    moved = ready.moved(expected)
    lines = [
        f"{rule} moved too: {move}" for rule, move in moved.items() if rule not in expected | failed
    ]
    lines += [f"{rule} did not move" for rule in sorted(expected - moved.keys())]
    lines += [
        f"{case.rule} did not turn to fail: {moved[case.rule]}"
        for case in step
        if not moved.get(case.rule, "pass -> fail").startswith("pass -> fail")
    ]
    return lines


def differences(before: Seen, now: Seen) -> Moved:
    """What moved; of what does not pass to start with, only its verdict counts."""
    return {
        rule: f"{was.verdict} -> {told(now[rule])}"
        for rule, was in before.items()
        if was.verdict is not now[rule].verdict
    }


def told(finding: Finding) -> str:
    """A verdict and what led to it, in one line."""
    failing = ", ".join(
        f"{one.id} of {one.item}: {str(one.found)[:120]}" for one in finding.failing[:4]
    )
    unknown = ", ".join(f"{name} of {item}" for name, item in finding.unknown[:4])
    reason = f"{finding.reason.code} {finding.reason.detail}" if finding.reason else ""
    return f"{finding.verdict} ({'; '.join(part for part in (failing, unknown, reason) if part)})"
