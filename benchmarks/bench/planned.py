"""What attt would ask a host of level 3: the asks of its plan, and the rules that it is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from attt import assets
from attt.audit import Plan, make_plan
from attt.facts.registry import FACTS
from attt.inventory.load import load
from attt.model.ask import Ask
from attt.model.inventory import Inventory
from attt.model.rulebook import Rulebook
from attt.plan.hosts import Use
from attt.rulebook.load import load as load_rulebook

STANDARD = "tcvn-14423-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An inventory's plan without a scan."""

    inventory: Inventory
    rulebook: Rulebook
    plan: Plan

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What the first host is asked."""
        return self.plan.hosts[0].asks

    @property
    def uses(self) -> tuple[Use, ...]:
        """The rules that the first host is judged by, with their parameters."""
        return self.plan.hosts[0].uses

    @property
    def rules(self) -> list[str]:
        """The rules that the first host is judged by."""
        return list(dict.fromkeys(use[0] for use in self.plan.hosts[0].uses))


def planned(
    inventory_file: Path, *, packs: Sequence[Path] = (), standard: str = STANDARD
) -> Planned:
    """The plan for `inventory_file` as of now."""
    inventory = load(inventory_file)
    rulebook = load_rulebook([assets.folder("rules"), *packs], FACTS)
    today = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    plan = make_plan(inventory, rulebook, today=today, standard=standard, with_scan=False)
    return Planned(inventory=inventory, rulebook=rulebook, plan=plan)
