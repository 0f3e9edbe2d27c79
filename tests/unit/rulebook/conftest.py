"""A pack of one rule and one standard, and the facts that they are about."""

import copy

import pytest
import yaml

from attt.facts.kind import FactKind
from attt.model.answer import Obstacle
from attt.model.fact import FactMissed
from attt.model.shape import (
    Address,
    Boolean,
    Instant,
    Integer,
    ListOf,
    Mode,
    Record,
    Text,
    Version,
)
from attt.rulebook.load import load

SHAPE = Record(
    {
        "tries": Integer(nullable=True),
        "mode": Mode(),
        "kind": Text(choices=("file", "dir")),
        "at": Instant(),
        "on": Boolean(),
        "version": Version(),
        "address": Address(),
        "words": ListOf(Text()),
        "list": ListOf(Record({"name": Text(), "mode": Mode()})),
    }
)
RULE = {
    "id": "one-rule",
    "title": {"vi": "Giới hạn số lần thử", "en": "Tries are limited"},
    "severity": "high",
    "needs": {"f": "x.y"},
    "applies": {"present": "f"},
    "params": {"max": {"type": "integer", "default": 4, "stricter": "lower"}},
    "expect": [{"id": "max", "fact": "f.tries", "at_most": "$max"}],
    "why": {
        "vi": "Kẻ tấn công dò mật khẩu cho đến khi vào được.",
        "en": "An attacker guesses passwords until one of them lets him in.",
    },
    "fix": {
        "risk": "restart",
        "vi": "Sửa tệp. Kiểm chứng bằng mắt.",
        "en": "Edit the file. Verify it by eye.",
    },
    "examples": [
        {"given": {"f": {"tries": 4}}, "verdict": "pass"},
        {"given": {"f": {"tries": 5}}, "verdict": "fail", "failing": ["max"]},
        {"given": {"f": {"tries": 5}}, "with": {"max": 5}, "verdict": "pass"},
        {"given": {"f": {"_missed": "denied"}}, "verdict": "unknown"},
        {"given": {"f": {"_absent": True}}, "verdict": "not_applicable"},
    ],
}
STANDARD = {
    "id": "std-1",
    "title": {"vi": "Tiêu chuẩn", "en": "Standard"},
    "edition": "S 1",
    "in_force": {"from": "2026-01-01", "because": "d-1"},
    "sections": [{"id": "s", "vi": "Phần", "en": "Section"}],
    "groups": [{"id": "g", "section": "s", "vi": "Nhóm", "en": "Group"}],
    "chapters": [{"id": "C", "vi": "Chương", "en": "Chapter"}],
    "requirements": [
        {
            "id": "C.ONE",
            "title": {"vi": "Yêu cầu", "en": "Requirement"},
            "group": {"nd331": "g"},
            "chapter": "C",
            "clauses": {1: "3.1", 3: "5.1 a)"},
            "strength": "must",
            "evidence": ["host"],
            "params": {"period": {"1": "1y"}},
            "served_by": [
                {
                    "any_of": [
                        {"rule": "one-rule", "with": {"max": {"1-2": 6, 3: 3}}},
                        {"rules": ["one-rule", {"rule": "one-rule", "with": {"max": {"1-5": 2}}}]},
                    ],
                    "coverage": "full",
                    "levels": "3-5",
                },
                {"any_of": [{"rule": "one-rule"}], "coverage": "partial", "levels": 1},
            ],
        }
    ],
}
PACK = {"id": "test", "version": "1.0.0", "needs_attt": ">=0.1"}


class Plain(yaml.SafeDumper):
    """Writes every value out: attt reads no anchors."""

    def ignore_aliases(self, data):
        """Always."""
        return True


def kind(name, shape, **more):
    return FactKind(
        id=name,
        title=name,
        shape=shape,
        asks=lambda params: {},
        parse=lambda answers, params: FactMissed(obstacle=Obstacle.FAILED),
        **more,
    )


class Packs:
    """Writes packs and loads them; `rule` and `standard` are fresh copies to break."""

    def __init__(self, folder):
        self.folder = folder
        self.facts = {
            "x.y": kind("x.y", SHAPE),
            "x.ini": kind("x.ini", Record({"value": Text()}), params=("path", "key")),
        }
        self.rule = copy.deepcopy(RULE)
        self.standard = copy.deepcopy(STANDARD)

    def write(self, *, pack=PACK, name="test", rules=None, standards=None):
        """A pack folder with the rules and standards given, by default one of each."""
        folder = self.folder / name
        (folder / "topic").mkdir(parents=True, exist_ok=True)
        (folder / "standards").mkdir(exist_ok=True)
        self.put(folder / "pack.yaml", pack)
        for rule in [self.rule] if rules is None else rules:
            self.put(folder / "topic" / f"{rule['id']}.yaml", rule)
        for standard in [self.standard] if standards is None else standards:
            self.put(folder / "standards" / f"{standard['id']}.yaml", standard)
        return folder

    @staticmethod
    def put(path, data):
        """Writes data as YAML, or text as it is."""
        text = (
            data
            if isinstance(data, str)
            else yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False)
        )
        path.write_text(text, encoding="utf-8")

    def load(self, *folders):
        """The rulebook of the packs given, by default of the one pack."""
        return load(folders or (self.write(),), self.facts)


@pytest.fixture
def packs(tmp_path):
    return Packs(tmp_path)
