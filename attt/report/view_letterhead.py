"""The head of a paper: who writes, where, when; shared by all reports."""

from dataclasses import dataclass

from attt.model.inventory import Inventory, Organisation, Role
from attt.report.figures import long_day
from attt.report.options import Options

DOTS = "………………"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The two columns above a paper; `upper` decides nothing, CSS does the capitals."""

    parent: str
    body: str
    place: str
    date: str
    circulation: str

    @property
    def dateline(self) -> str:
        """Place and date, as they stand above a paper."""
        return f"{self.place}, {self.date}"


def letterhead(
    inventory: Inventory, options: Options, as_of: str, writer: str | None
) -> Letterhead:
    """The head as the options say, else as the inventory names the body that assesses."""
    body = inventory.organisations.get(writer or "") or _first(
        inventory, Role.ASSESSOR, Role.SECURITY_UNIT, Role.OPERATOR
    )
    owner = _first(inventory, Role.OWNER)
    parent = (body.parent if body else None) or (owner.name if owner else "")
    return Letterhead(
        parent=options.parent or parent or DOTS,
        body=options.body or (body.name if body else DOTS),
        place=options.place or "………",
        date=long_day(as_of),
        circulation=options.circulation,
    )


def name_of(inventory: Inventory, organisation: str | None) -> str:
    """What papers call an organisation; dots where there is none."""
    known = inventory.organisations.get(organisation or "")
    return known.name if known else DOTS


def _first(inventory: Inventory, *roles: Role) -> Organisation | None:
    for role in roles:
        for organisation in inventory.organisations.values():
            if organisation.role is role:
                return organisation
    return None
