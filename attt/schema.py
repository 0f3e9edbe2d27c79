"""The edge where files become values: strict models, and every complaint with its place and mend."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeVar

import pydantic
from pydantic import AfterValidator, Field

from attt.errors import InputError
from attt.explain import ALTERNATIVES, explain, iso_day
from attt.message import Message
from attt.yamlio import Document


class Strict(pydantic.BaseModel):
    """Nothing is converted, nothing unknown is let in, nothing changes later."""

    model_config = pydantic.ConfigDict(
        strict=True, extra="forbid", frozen=True, populate_by_name=True
    )


M = TypeVar("M", bound=pydantic.BaseModel)


Level = Annotated[int, Field(ge=1, le=5)]
Day = Annotated[
    str, AfterValidator(iso_day), Field(json_schema_extra={"pattern": r"^\d{4}-\d\d-\d\d$"})
]


def validate(document: Document, model: type[M]) -> M:
    """The document as `model`. Raises InputError for the first thing that is wrong in it.

    Pydantic's strict JSON mode decides, so that enums and tuples are read from text and lists,
    and nothing else is converted.
    """
    text = json.dumps(document.data, ensure_ascii=False)
    try:
        return model.model_validate_json(text)
    except pydantic.ValidationError as found:
        raise _complaint(document, model, found) from None


def _complaint(
    document: Document, model: type[pydantic.BaseModel], found: pydantic.ValidationError
) -> InputError:
    """The error that stands first in the file; a missing key only where nothing else is wrong."""

    def rank(error: Any) -> tuple[bool, object]:
        return error["type"] == "missing", document.place(error["loc"], of_key=True)

    errors = sorted(_own(found.errors(include_url=False)), key=rank)
    first = errors[0]
    loc = first["loc"]
    known = _known(model, loc) if first["type"] == "extra_forbidden" else ()
    message, hint = explain({**first}, known=known)
    of_key = first["type"] == "extra_forbidden" or (bool(loc) and loc[-1] == "[key]")
    if more := len(errors) - 1:
        hint = Message("{hint} (And {n} more to mend in this file.)", hint=hint or "", n=more)
    return InputError(message, hint=hint, place=document.place(loc, of_key=of_key))


def _own(errors: Sequence[Any]) -> list[Any]:
    """Without lists that are too short only because what stands in them was refused.

    A value that is none of several plain types is refused once for each, and told once.
    """
    of_plain: dict[tuple[str | int, ...], Any] = {}
    for error in errors:
        loc = tuple(error["loc"])
        is_one_of = bool(loc) and loc[-1] in ALTERNATIVES
        of_plain.setdefault(loc[:-1] if is_one_of else (*loc, error["type"]), error)
    errors = list(of_plain.values())
    locs = [tuple(error["loc"]) for error in errors]
    return [
        error
        for error, loc in zip(errors, locs, strict=True)
        if error["type"] != "too_short"
        or not any(len(other) > len(loc) and other[: len(loc)] == loc for other in locs)
    ]


# --- which keys may stand at a place, for "did you mean" -----------------------------------

_Node = dict[str, Any]


def _known(model: type[pydantic.BaseModel], loc: Sequence[str | int]) -> set[str]:
    """The keys that may stand beside the last part of `loc`, read from the JSON Schema."""
    try:
        schema = model.model_json_schema()
    except pydantic.errors.PydanticInvalidForJsonSchema:
        return set()
    nodes = list(_branches(schema, schema))
    for part in loc[:-1]:
        nodes = [n for node in nodes for n in _step(node, part, schema)] or nodes
    return {key for node in nodes for key in node.get("properties", {})}


def _step(node: _Node, part: str | int, schema: _Node) -> Iterator[_Node]:
    inner: list[object] = []
    if isinstance(part, int):
        inner = [node.get("items"), *node.get("prefixItems", [])]
    elif part in node.get("properties", {}):
        inner = [node["properties"][part]]
    else:
        inner = [node.get("additionalProperties")]
    for found in inner:
        if isinstance(found, dict):
            yield from _branches(found, schema)


def _branches(node: _Node, schema: _Node) -> Iterator[_Node]:
    """The node with references followed and alternatives spread out."""
    if "$ref" in node:
        yield from _branches(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema)
        return
    yield node
    for word in ("anyOf", "oneOf", "allOf"):
        for branch in node.get(word, []):
            yield from _branches(branch, schema)
