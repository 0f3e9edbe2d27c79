"""The published JSON Schemas: fresh, true of real files, and false of broken ones."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from attt import yamlio
from attt.cli.schemas import KINDS, json_schema

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"
FILES = {
    "inventory": sorted((ROOT / "inventories").rglob("*.yaml")),
    "standard": sorted((RULES / "standards").glob("*.yaml")),
    "pack": [RULES / "pack.yaml"],
    "rule": sorted(
        p for p in RULES.glob("*/*.yaml") if p.parent.name not in {"standards", "tables"}
    ),
}


def validator(kind):
    return jsonschema.Draft202012Validator(json_schema(kind))


def test_published_schemas_are_up_to_date():
    """docs/schemas/ is what the program would write today."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/schemas.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )

    assert ("", "", 0) == (done.stdout, done.stderr, done.returncode)


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_schema(kind):
    """Valid JSON Schema 2020-12 with a title, and listed in the page beside."""
    document = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(document)

    assert "https://json-schema.org/draft/2020-12/schema" == document["$schema"]
    assert document["title"]
    assert f"({kind}.json)" in (ROOT / "docs/schemas/README.md").read_text()


@pytest.mark.parametrize("kind", FILES)
def test_real_files_fit(kind):
    """An editor marks nothing in what attt ships."""
    checker = validator(kind)
    complaints = [
        (path.name, list(error.absolute_path), error.message)
        for path in FILES[kind]
        for error in checker.iter_errors(yamlio.read(path).data)
    ]

    assert FILES[kind]
    assert [] == complaints


@pytest.mark.parametrize("kind", FILES)
def test_a_misspelt_or_missing_key_does_not_fit(kind):
    """In each real file, any key of the top misspelt is marked, and so is any that must be there."""
    checker = validator(kind)
    needed = set(json_schema(kind).get("required", ()))
    for path in FILES[kind]:
        whole = yamlio.read(path).data
        for key in whole:
            broken = {(f"{k}x" if k == key else k): v for k, v in whole.items()}
            assert not checker.is_valid(broken), (path, key)
            left = {k: v for k, v in whole.items() if k != key}
            assert (key in needed) == (not checker.is_valid(left)), (path, key)


def _rule():
    return copy.deepcopy(yamlio.read(RULES / "sshd" / "sshd-root-login.yaml").data)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r | {"severity": "urgent"},
        lambda r: r | {"id": "Root Login"},
        lambda r: r | {"title": {"vi": "x"}},
        lambda r: r | {"title": "x"},
        lambda r: r | {"expect": [{"id": "a", "fact": "ssh.x"}]},
        lambda r: r | {"expect": [{"id": "a", "is": 3}]},
        lambda r: r | {"expect": [{"fact": "ssh.x", "is": 3, "at_least": 2}]},
        lambda r: r | {"expect": [{"each": "ssh.x", "all": [{"fact": "ssh.y", "is": 1}]}]},
        lambda r: r | {"needs": {"ssh": 3}},
        lambda r: r | {"examples": [{"given": {}, "verdict": "ok"}]},
    ],
)
def test_a_broken_rule_does_not_fit(change):
    """What the loader refuses in the form of a rule an editor marks."""
    assert validator("rule").is_valid(_rule())
    assert not validator("rule").is_valid(change(_rule()))


@pytest.mark.parametrize(
    "data",
    [
        {"templates": [{"id": "a", "parameters": [], "make": {}}]},
        {"templates": [{"id": "a", "parameters": ["Tên"], "make": {}}]},
        {"templates": [{"id": "a", "parameters": ["ten"], "make": {"host": []}}]},
        {"instances": [{"template": "a"}]},
        {"instances": [{"template": "a", "with": {"x": None}}]},
        {"instances": [{"template": "a", "values": {"x": 1}}]},
        {"measures": [{"id": "m", "kind": "waiver"}]},
    ],
)
def test_broken_parts_of_an_inventory_do_not_fit(data):
    """Templates, instances and measures have their forms too."""
    assert not validator("inventory").is_valid(data)


def test_settings_fit():
    """The settings that the guide shows, and nothing misspelt."""
    assert validator("settings").is_valid({"state": "x", "letterhead": {"body": "y"}})
    assert not validator("settings").is_valid({"stat": "x"})
