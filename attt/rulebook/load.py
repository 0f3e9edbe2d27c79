"""Rule packs → one Rulebook. Raises InputError at file:line:column for the first thing wrong."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import eq, ge, gt, le, lt
from pathlib import Path

from attt import __version__
from attt.errors import InputError, Place
from attt.facts.kind import FactKind
from attt.message import Message
from attt.model.known_on import KnownOn
from attt.model.rule import Example, Rule, Table
from attt.model.rulebook import Pack, Rulebook
from attt.model.standard import Standard
from attt.rulebook.check import At, check_rule, check_standard, check_transition
from attt.rulebook.fields import settled
from attt.rulebook.known_on import PlatformsFile, joined
from attt.rulebook.overlay.apply import with_overlays
from attt.rulebook.overlay.schema import ServesFile
from attt.rulebook.schema import ExampleFile, PackFile, RuleFile
from attt.rulebook.standard.schema import StandardFile
from attt.rulebook.table.resolve import with_tables
from attt.rulebook.table.schema import TableFile
from attt.rulebook.values import value
from attt.schema import validate
from attt.yamlio import Data, Document, read

PACK, STANDARDS, TABLES, SERVES = "pack.yaml", "standards", "tables", "serves.yaml"
PLATFORMS = "platforms.yaml"
_EXAMPLES = "examples"
_COMPARE = {">=": ge, "<=": le, "==": eq, ">": gt, "<": lt}


@dataclass(slots=True)
class _Shelf:
    """What has been read so far, with the data that the digest is made of."""

    facts: Mapping[str, FactKind]
    proven: frozenset[Path] = frozenset()
    tables: dict[str, Table] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    packs: dict[str, Pack] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    data: dict[str, object] = field(default_factory=dict)
    waiting: list[Document] = field(default_factory=list)
    serving: list[Document] = field(default_factory=list)
    known_on: KnownOn = field(default_factory=KnownOn)

    def add(self, kind: str, name: str, document: Document) -> None:
        """Takes note of an id; raises InputError where another file has it."""
        place = document.place(("id",))
        if first := self.places.get((kind, name)):
            raise InputError(
                Message("'{id}' is also the id of {first}", id=name, first=first),
                hint=Message("Give one of the two another id."),
                place=place,
            )
        self.places[(kind, name)] = place
        self.data[f"{kind} {name}"] = _judged_by(document.data)


def _judged_by(data: Data) -> Data:
    """What a verdict can hang on: examples prove a rule, and change none."""
    if isinstance(data, dict) and _EXAMPLES in data:
        return {name: part for name, part in data.items() if name != _EXAMPLES}
    return data


def load(
    packs: Sequence[Path], facts: Mapping[str, FactKind], *, proven: Collection[Path] = ()
) -> Rulebook:
    """All rules and standards of the packs, in the order given; `facts` are those that attt knows.

    The digest is over what the files say, not over how they are laid out or where they lie, nor
    over examples. Rules of `proven` packs come without theirs: to judge by, nobody needs them, and
    they are half of what there is to read.
    """
    shelf = _Shelf(facts=facts, proven=frozenset(proven))
    for folder in packs:
        _pack(folder, shelf)
    for document in shelf.waiting:
        _standard(document, shelf)
    for document in shelf.waiting:
        check_transition(At(document), shelf.standards)
    for document in shelf.serving:
        file = validate(document, ServesFile)
        shelf.standards = with_overlays(At(document), file, shelf.standards, shelf.rules)
    return Rulebook(
        rules=shelf.rules,
        standards=shelf.standards,
        packs=tuple(shelf.packs.values()),
        tables=shelf.tables,
        known_on=shelf.known_on,
        digest=_digest(shelf.data),
    )


def _pack(folder: Path, shelf: _Shelf) -> None:
    document = read(folder / PACK)
    pack = validate(document, PackFile).to_model()
    if not serves(pack.needs_attt, __version__):
        raise InputError(
            Message(
                "Pack '{id}' needs attt {needs}, and this is {version}",
                id=pack.id,
                needs=pack.needs_attt,
                version=__version__,
            ),
            hint=Message("Install an attt that it was made for, or leave the pack out."),
            place=document.place(("needs_attt",)),
        )
    shelf.add("pack", pack.id, document)
    shelf.packs[pack.id] = pack
    files = list(_files(folder))
    for path in files:
        if path.relative_to(folder).parts[0] == TABLES:
            _table(read(path), shelf)
    for path in files:
        match path.relative_to(folder).parts:
            case (folder_name, *_) if folder_name == TABLES:
                continue
            case (folder_name, _, *_) if folder_name == STANDARDS:
                shelf.waiting.append(read(path))
            case (name,) if name == PLATFORMS:
                found = validate(read(path), PlatformsFile).to_model()
                shelf.known_on = joined(shelf.known_on, found)
            case (name,) if name == SERVES:
                shelf.serving.append(read(path))
                shelf.data[f"serves {pack.id}"] = shelf.serving[-1].data
            case _:
                without = _EXAMPLES if folder in shelf.proven else ""
                _rule(read(path, without=without), path, pack, shelf)


def _files(folder: Path) -> Iterator[Path]:
    """The YAML files of a pack, in the order of their names; another ending would be overlooked."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            raise InputError(
                Message("A rule file must end in .yaml"),
                hint=Message("Rename it; otherwise it would not be read."),
                place=Place(str(path)),
            )
        if path.suffix == ".yaml" and path != folder / PACK and path.is_file():
            yield path


def serves(needs: str, version: str) -> bool:
    """Whether a version of attt is what a pack needs; `needs` is such as ">=0.1,<2"."""
    return all(
        _COMPARE[found[1]](*_padded(version, found[2]))
        for part in needs.split(",")
        if (found := re.fullmatch(r"([<>=]+)(.*)", part))
    )


def _padded(one: str, two: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    parts = [tuple(int(n) for n in text.split(".")) for text in (one, two)]
    width = max(map(len, parts))
    first, second = (part + (0,) * (width - len(part)) for part in parts)
    return first, second


def _table(document: Document, shelf: _Shelf) -> None:
    file = validate(document, TableFile)
    shelf.add("table", file.id, document)
    shelf.tables[file.id] = file.to_model()


def _rule(document: Document, path: Path, pack: Pack, shelf: _Shelf) -> None:
    file = validate(document, RuleFile)
    if file.id != path.stem:
        raise InputError(
            Message("Rule '{id}' stands in a file of another name", id=file.id),
            hint=Message("Rename the file to {name}.", name=f"{file.id}.yaml"),
            place=document.place(("id",)),
        )
    check_rule(At(document), file, shelf.facts)
    shelf.add("rule", file.id, document)
    shelf.rules[file.id] = replace(
        with_tables(At(document), file.to_model(), shelf.tables),
        examples=tuple(
            _example(one, document.place(("examples", n))) for n, one in enumerate(file.examples)
        ),
        pack=pack.id,
        place=document.place(("id",)),
    )


def _example(file: ExampleFile, place: Place) -> Example:
    return Example(
        given={alias: value(raw) for alias, raw in file.given.items()},
        verdict=file.verdict,
        params={name: settled(raw) for name, raw in file.params.items()},
        failing=file.failing,
        observed_at=file.at,
        place=place,
    )


def _standard(document: Document, shelf: _Shelf) -> None:
    file = validate(document, StandardFile)
    check_standard(At(document), file, shelf.rules)
    shelf.add("standard", file.id, document)
    model = file.to_model()
    placed = tuple(
        replace(one, place=document.place(("requirements", n)))
        for n, one in enumerate(model.requirements)
    )
    shelf.standards[file.id] = replace(model, requirements=placed)


def _digest(data: Mapping[str, object]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
