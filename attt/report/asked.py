"""Which systems ask for a finding, by which requirements and clauses, at which level."""

from dataclasses import dataclass

from attt.model.audit import Audited
from attt.model.finding import Finding
from attt.model.inventory import System
from attt.model.level import Level
from attt.model.standard import Requirement, Standard
from attt.report.scope import Serving, params_key, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One requirement of one system that a finding answers to."""

    system: System
    level: Level
    standard: Standard
    requirement: Requirement

    @property
    def clause(self) -> str:
        """The clause at the system's level, with (*) where nobody has checked it."""
        text = self.requirement.clauses[self.level]
        return text if self.requirement.verified else f"{text} (*)"


class Askings:
    """Looks up who asks; made once an audit. `of` costs a dictionary access a finding."""

    def __init__(self, audited: Audited) -> None:
        self._rules = audited.rulebook.rules
        self._systems: list[tuple[System, Level, Standard, Serving]] = []
        for result in audited.systems:
            standard = audited.rulebook.standards[result.standard]
            serves = serving(standard, result.level, audited.rulebook)
            system = audited.inventory.systems[result.system]
            self._systems.append((system, result.level, standard, serves))
        self._by_host: dict[str, list[tuple[System, Level, Standard, Serving]]] = {}
        for each in self._systems:
            for host in each[0].hosts:
                self._by_host.setdefault(host, []).append(each)
        self._keys: dict[tuple[str, object], tuple[str, str]] = {}

    def of(self, finding: Finding, host: str | None) -> tuple[Asking, ...]:
        """Every requirement that `finding` serves for a system of `host`; None: for any system."""
        use = self._use(finding)
        systems = self._systems if host is None else self._by_host.get(host, [])
        return tuple(
            Asking(system=system, level=level, standard=standard, requirement=requirement)
            for system, level, standard, serves in systems
            for requirement in serves.get(use, ())
        )

    def _use(self, finding: Finding) -> tuple[str, str]:
        key = (finding.rule, finding.params)
        known = self._keys.get(key)
        if known is None:
            rule = self._rules[finding.rule]
            known = self._keys[key] = (finding.rule, params_key(rule, finding.params))
        return known
