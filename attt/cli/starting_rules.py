"""Writing the first file of a rule, and of the pack around it."""

import re
from pathlib import Path

from attt.errors import UsageError
from attt.facts.registry import FACTS
from attt.message import Message
from attt.rulebook.fresh import fresh
from attt.rulebook.generic import instead_of

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PACK = 'id: {id}\nversion: 1.0.0\nneeds_attt: ">=0.1"\n'


def start_rule(rule: str, folder: Path, fact: str, given: tuple[str, ...]) -> Path:
    """Write `folder`/rules/`rule`.yaml, and pack.yaml where there is none; the rule file's path.

    Raises UsageError for an id or a fact that can't be, and for a file that is there already.
    """
    params = _checked(rule, fact, given)
    path = folder / "rules" / f"{rule}.yaml"
    if path.exists():
        raise UsageError(
            Message("{path} is there already", path=path),
            hint=Message("Give the new rule another id, or edit that file."),
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    pack = folder / "pack.yaml"
    if not pack.exists():
        name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "pack"
        pack.write_text(_PACK.format(id=name), encoding="utf-8")
    path.write_text(fresh(rule, FACTS[fact], params), encoding="utf-8")
    return path


def _checked(rule: str, fact: str, given: tuple[str, ...]) -> dict[str, str]:
    if not _ID.fullmatch(rule):
        raise UsageError(
            Message("'{id}' can't be the id of a rule", id=rule),
            hint=Message("Write small letters, digits and -, such as app-debug-off."),
        )
    if fact not in FACTS:
        raise UsageError(
            Message("There is no fact '{fact}'", fact=fact), hint=instead_of(fact, FACTS)
        )
    params = dict(part.split("=", 1) for part in given if "=" in part)
    names = FACTS[fact].params
    if set(params) != set(names) or len(params) != len(given):
        wanted = " ".join(f"--with {name}=…" for name in names)
        raise UsageError(
            Message("Fact '{fact}' takes other parameters", fact=fact),
            hint=Message("Write: {options}", options=wanted)
            if names
            else Message("It takes none."),
        )
    if (refused := FACTS[fact].refuse(params)) is not None:
        raise UsageError(refused, hint=Message("Generic facts read plain names and paths only."))
    return params
