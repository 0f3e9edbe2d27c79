"""What the instances of templates make: files like any other, whose places name both ends."""

from collections.abc import Iterator, Mapping, Sequence

from attt.errors import InputError
from attt.explain import did_you_mean, shown
from attt.inventory.references import Found, expect
from attt.inventory.schema import InventoryFile
from attt.inventory.secrets import refuse_literals
from attt.inventory.templates.fill import Filling, filled, size, text, used
from attt.inventory.templates.schema import InstanceEntry, MakeEntry, TemplateEntry
from attt.message import Message
from attt.model.inventory import Instance, Template
from attt.schema import validate
from attt.yamlio import Data, Document

MAX_MADE = 1_000_000  # values, over all instances

File = tuple[Document, InventoryFile]


def stamp(
    templates: Mapping[str, Found[TemplateEntry]], instances: Sequence[Found[InstanceEntry]]
) -> tuple[list[File], tuple[Template, ...]]:
    """The files that the instances make, and which instance made what.

    Raises InputError for a parameter or template that is not declared, a value that is missing,
    and for whatever of the outcome an inventory file may not hold.
    """
    bodies = {id_: _body(one) for id_, one in templates.items()}
    files: list[File] = []
    made: dict[str, list[Instance]] = {id_: [] for id_ in templates}
    _refuse_unfit(instances, {id_: size(body) for id_, body in bodies.items()})
    for one in instances:
        name = one.entry.template
        file = _file(one, templates[name], bodies[name])
        files.append(file)
        made[name].append(_instance(one, file[1]))
    return files, tuple(
        Template(id=id_, instances=tuple(made[id_]), place=one.place())
        for id_, one in templates.items()
    )


def _refuse_unfit(instances: Sequence[Found[InstanceEntry]], sizes: Mapping[str, int]) -> None:
    """Refuses templates that are not there, and more than the memory of a machine should hold."""
    total = 0
    for one in instances:
        expect(one.entry.template, sizes, "template", one.place("template"))
        total += sizes[one.entry.template]
        if total > MAX_MADE:
            raise InputError(
                Message("The instances make more than {limit} values", limit=MAX_MADE),
                hint=Message("Split the inventory into several, one audit each."),
                place=one.place(),
            )


def _body(one: Found[TemplateEntry]) -> Data:
    """What the template makes, as written. Refuses parameters that it does not declare."""
    data: Data = one.document.data
    for part in (*one.loc, "make"):
        data = data[part]  # type: ignore[index]  # validated: this path is there
    known = one.entry.parameters
    for name, loc in used(data):
        if name not in known:
            raise _no_parameter(name, known, one, "make", *loc)
    for name in one.entry.defaults:
        if name not in known:
            raise _no_parameter(name, known, one, "defaults", name)
    return data


def _no_parameter(
    name: str,
    known: Sequence[str],
    one: Found[TemplateEntry] | Found[InstanceEntry],
    *field: str | int,
) -> InputError:
    return InputError(
        Message("The template has no parameter '{name}'", name=shown(name)),
        hint=did_you_mean(name, known),
        place=one.place(*field),
    )


def _file(one: Found[InstanceEntry], template: Found[TemplateEntry], body: Data) -> File:
    values = _values(one, template)
    document = template.document.filled(
        (*template.loc, "make"), filled(body, values), str(one.place())
    )
    file = validate(document, InventoryFile)
    refuse_literals(document)  # after, for what can't be a reference need not be a secret
    return document, file


def _values(one: Found[InstanceEntry], template: Found[TemplateEntry]) -> dict[str, Filling]:
    known = template.entry.parameters
    for name in one.entry.values:
        if name not in known:
            raise _no_parameter(name, known, one, "with", name)
    values = {**template.entry.defaults, **one.entry.values}
    missing = [name for name in known if name not in values]
    if missing:
        raise InputError(
            Message(
                "This instance of '{template}' gives no {names}",
                template=template.entry.id,
                names=", ".join(missing),
            ),
            hint=Message("Add '{name}: …' under 'with'.", name=missing[0]),
            place=one.place("with"),
        )
    return values


def _instance(one: Found[InstanceEntry], file: InventoryFile) -> Instance:
    return Instance(
        values={name: text(value) for name, value in one.entry.values.items()},
        made=dict(_made(file)),
        place=one.place(),
    )


def _made(file: InventoryFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in MakeEntry.model_fields:
        entries = getattr(file, part)
        key = {"systems": "code", "scan_approvals": "document"}.get(part, "id")
        if entries:
            yield part, tuple(getattr(entry, key) for entry in entries)
