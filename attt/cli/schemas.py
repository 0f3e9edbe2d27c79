"""The JSON Schema of every kind of file that people write and of every document that attt prints."""

import json
from collections.abc import Mapping
from pathlib import Path

from attt import report, settings
from attt.inventory import schema as inventory
from attt.model.rule import Operator
from attt.rulebook.schema import PackFile, RuleFile
from attt.rulebook.standard.schema import StandardFile
from attt.schema import Strict

KINDS = (
    "inventory", "rule", "standard", "pack", "settings",
    "audit", "check", "error", "inventory-check", "inventory-show", "software", "doctor",
    "diff", "transition",
)  # fmt: skip
_SHORT = {"NeedFile", "RuleUseFile"}  # may be written as the name alone
_HEADS = ("fact", "present", "each", "all", "any", "none")
_CONDITION = {
    "anyOf": [{"required": [head]} for head in _HEADS],
    "dependentSchemas": {
        "fact": {"oneOf": [{"required": [operator.value]} for operator in Operator]},
        "each": {"required": ["item"]},
    },
}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str) -> Mapping[str, object]:
    """The JSON Schema (2020-12) of one of KINDS."""
    match kind:
        case "inventory":
            return inventory.json_schema()
        case "rule":
            return _of(RuleFile, "attt rule")
        case "standard":
            return _of(StandardFile, "attt standard")
        case "pack":
            return _of(PackFile, "attt pack.yaml")
        case "settings":
            return settings.json_schema()
        case _:
            path = Path(str(report.__file__)).parent / "schemas" / f"{kind}.json"
            document: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
            return document


def _of(model: type[Strict], title: str) -> Mapping[str, object]:
    """What pydantic says of a file, and what its validators let in and ask beyond that."""
    document = model.model_json_schema()
    parts = document.get("$defs", {})
    for name in _SHORT & parts.keys():
        parts[name] = {"anyOf": [{"type": "string", "minLength": 1}, parts[name]]}
    if "ConditionFile" in parts:
        parts["ConditionFile"] |= _CONDITION
    if "ServiceFile" in parts:
        parts["ServiceFile"]["properties"]["levels"]["items"] = {"type": ["string", "integer"]}
    return {"$schema": _DRAFT, **document, "title": title}
