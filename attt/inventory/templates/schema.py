"""How templates and what fills them in are written in an inventory."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from attt.explain import UnfitError, shown
from attt.inventory.papers.schema import Id
from attt.inventory.templates.fill import PLACEHOLDER
from attt.message import Message
from attt.schema import Strict

_NAME = r"^[a-z][a-z0-9_]*$"


def _parameter(text: str) -> str:
    if PLACEHOLDER.fullmatch(f"<{text}>") and text.isascii() and text == text.lower():
        return text
    raise UnfitError(
        Message("'{text}' can't be a parameter", text=shown(text)),
        hint=Message("Use small unaccented letters, digits and '_', such as ten or dai_dia_chi."),
    )


Parameter = Annotated[str, AfterValidator(_parameter), Field(json_schema_extra={"pattern": _NAME})]
Filling = str | int | bool
Parts = tuple[dict[str, Any], ...]


class MakeEntry(Strict):
    """What a template makes: parts of an inventory in which <parameters> may stand."""

    organisations: Parts = ()
    zones: Parts = ()
    scan_approvals: Parts = ()
    systems: Parts = ()
    dossiers: Parts = ()
    hosts: Parts = ()
    measures: Parts = ()
    attestations: Parts = ()


class TemplateEntry(Strict):
    """Near-identical parts, written once."""

    id: Id
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1)]
    defaults: dict[str, Filling] = Field(default_factory=dict)
    make: MakeEntry


class InstanceEntry(Strict):
    """One filling in of a template."""

    model_config = ConfigDict(populate_by_name=False)

    template: str
    values: Annotated[dict[str, Filling], Field(alias="with")]
