"""Reads recorded cases: what a real host answered, and what the fact must be."""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from attt.facts.learn import learn
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.fact import Fact, FactAbsent, FactKey, FactMissed, FactRead
from attt.model.value import Missing, Value

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recorded case; `answers` by the names that the fact gives its asks.

    `platform` is whose output it is, as os-release tells it: `debian-12`, `ubuntu-22.04`, `rhel-9`,
    `rocky-8`, `sles-15`, `alpine-3`; None where the output could be of any.
    """

    path: Path
    key: FactKey
    platform: str | None
    answers: Mapping[str, Answer]
    expect: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.key.id}/{self.path.stem}"

    def fact(self, answers: Mapping[str, Answer] | None = None) -> Fact:
        """What attt learns from these answers, or from others in their place."""
        named = FACTS[self.key.id].asks(dict(self.key.params))
        given = self.answers if answers is None else answers
        by_key = {asks.key(named[name]): answer for name, answer in given.items()}
        return learn([self.key], by_key, {}, FACTS, surface_bugs=True)[self.key]


@cache
def cases() -> tuple[Case, ...]:
    """Every case below this folder."""
    return tuple(_case(path) for path in sorted(HERE.glob("*/*.yaml")))


def _case(path: Path) -> Case:
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    params = tuple(sorted(written.get("params", {}).items()))
    return Case(
        path=path,
        key=FactKey(path.parent.name, params),
        platform=written.get("platform"),
        answers={name: _answer(one) for name, one in written["answers"].items()},
        expect=written["expect"],
    )


def _answer(written: Mapping[str, Any]) -> Answer:
    obstacle = written.get("obstacle")
    return Answer(
        stdout=_tar(written["files"], written.get("modes", {}))
        if "files" in written
        else written.get("stdout", "").encode(),
        stderr=written.get("stderr", "").encode(),
        status=written.get("status", 0),
        exists=written.get("exists", True),
        obstacle=Obstacle(obstacle) if obstacle else None,
        detail=written.get("detail", ""),
    )


def _tar(files: Mapping[str, str], modes: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if name.endswith("/"):
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            member.mode = int(modes[name], 8) if name in modes else member.mode
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


def told(fact: Fact) -> dict[str, Any]:
    """A fact as a case writes it."""
    match fact:
        case FactRead():
            return {"assurance": str(fact.assurance), "value": plain(fact.value)}
        case FactMissed():
            return {"missed": str(fact.obstacle)}
        case FactAbsent():
            return {"absent": fact.proof}


def plain(value: Value) -> Any:
    """A value as YAML can hold it."""
    if isinstance(value, Missing):
        return {"_missed": str(value.obstacle)}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    return value
