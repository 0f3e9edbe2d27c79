"""The documentation says what the program does: nothing stale, missing, broken or not working."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from attt import assets, settings, yamlio
from attt.cli import main
from attt.cli.exits import Exit
from attt.facts.registry import FACTS
from attt.inventory.check import warnings
from attt.inventory.load import load as load_inventory
from attt.inventory.schema import InventoryFile
from attt.model.answer import Obstacle
from attt.model.finding import Verdict
from attt.model.rule import Operator
from attt.prove import prove
from attt.rulebook.lint import lint
from attt.rulebook.load import load as load_rulebook
from attt.rulebook.schema import PackFile, RuleFile
from attt.rulebook.standard.schema import StandardFile
from attt.schema import validate

ROOT = Path(main.__file__).parents[2]
DOCS = ROOT / "docs"
RULE_GUIDES = (DOCS / "writing-rules.md", DOCS / "viet-tieu-chi.md")
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "tests/**/*.md", "benchmarks/**/*.md")
    for path in ROOT.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NO_GUIDES = {"CHANGELOG", "cli", "rules", "facts", "coverage", "exit-codes"}
TODAY = date(2026, 11, 22)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return [body for name, body in BLOCK.findall(text_of(path)) if name == kind]


def coded(path: Path) -> set[str]:
    """The words that a page sets in code, whole and in pieces."""
    spans = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text_of(path)))
    return {*spans, *(word for span in spans for word in re.findall(r"[\w$.-]+", span))}


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key that a file may hold, at any depth, from its JSON Schema."""
    schema = model.model_json_schema()
    nodes = [schema, *schema.get("$defs", {}).values()]
    return {key for node in nodes for key in node.get("properties", {})}


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def commands() -> Iterator[tuple[str, click.Command]]:
    waiting: list[tuple[str, click.Command]] = [("attt", main.build())]
    while waiting:
        path, command = waiting.pop()
        yield path, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            names = command.list_commands(context)
            found = ((name, command.get_command(context, name)) for name in names)
            waiting += [(f"{path} {name}", inner) for name, inner in found if inner]


COMMANDS = dict(commands())


def test_generated_pages_are_up_to_date():
    """What is written from the program is what the program would write today."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )

    assert ("", "", 0) == (done.stdout, done.stderr, done.returncode)


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_every_command_is_documented(path: str):
    """Each command has a part of its own in the reference, with each of its options."""
    page = text_of(DOCS / "reference/cli.md")
    part = page.partition(f"## {path}\n")[2].partition("\n## ")[0]
    options = {name for p in COMMANDS[path].params for name in p.opts if name.startswith("--")}

    assert set() == {name for name in options if name not in part}
    assert "Usage:" in part


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_every_command_is_in_some_guide(path: str):
    """Somebody who reads the guides alone meets each command at least once."""
    words = path.split()
    guides = " ".join(text_of(p) for p in PAGES if p.stem not in _NO_GUIDES)
    grouped = rf"{' '.join(words[:-1])} [\w|]*\b{words[-1]}\b"

    assert path in guides or re.search(grouped, guides)


@pytest.mark.parametrize("page", RULE_GUIDES, ids=lambda path: path.stem)
def test_the_grammar_of_rules_is_documented(page: Path):
    """Each key, operator, verdict and obstacle that a rule or standard may hold is explained."""
    keys = keys_of(RuleFile) | keys_of(StandardFile) | keys_of(PackFile)
    owed = keys | {*Operator} | {*Verdict} | {*Obstacle}

    assert set() == {str(word) for word in owed} - coded(page)


def test_the_inventory_is_documented():
    """Each key that an inventory may hold is explained, and so is each setting."""
    page = DOCS / "inventory.md"
    owed = keys_of(InventoryFile)
    (toml,) = blocks(page, "toml")
    set_ = tomllib.loads(toml)
    inner = {key for table in set_.values() if isinstance(table, dict) for key in table}

    assert set() == owed - coded(page)
    assert keys_of(settings.SettingsFile) == set(set_) | inner


@pytest.mark.parametrize(
    "page",
    ["README.md", "README.vi.md", "docs/reference/exit-codes.md"],
    ids=lambda p: Path(p).stem,
)
def test_every_exit_code_is_documented(page: str):
    """Whoever writes a script finds what each code means."""
    rows = re.findall(r"^\| `(\d+)` \|", text_of(ROOT / page), re.MULTILINE)

    assert [str(int(code)) for code in Exit] == rows


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_dead(page: Path):
    """A relative link leads to a file that is there, and to a heading that it has."""
    dead = []
    for link in LINK.findall(BLOCK.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert [] == dead


def test_named_tests_are_there():
    """The page of promises names tests, and each of them is a test in the file that it links to."""
    page = text_of(DOCS / "security.md")
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", text_of(path), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", page))

    assert set() == named - tests
    assert len(named) > len(Exit)


SHOWN = sorted(
    {
        line.partition(">")[0]
        for page in PAGES
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.startswith("attt ")
    }
)


@pytest.mark.parametrize("line", SHOWN)
def test_shown_commands_are_accepted(line: str):
    """A command that a guide shows has the options and arguments that it is shown with."""
    words = shlex.split(line, comments=True)
    path = max((p for p in COMMANDS if " ".join(words).startswith(p)), key=len)
    rest = words[len(path.split()) :]

    assert COMMANDS[path].make_context(path, rest).params


INVENTORIES = [
    (page, block)
    for page in PAGES
    for block in blocks(page, "yaml")
    if block.startswith("organisations:")
]


@pytest.mark.parametrize(("page", "block"), INVENTORIES, ids=[page.stem for page, _ in INVENTORIES])
def test_shown_inventories_work(page: Path, block: str, tmp_path: Path):
    """An inventory that a page shows is accepted as it stands, without a warning."""
    path = tmp_path / "inventory.yaml"
    path.write_text(block, encoding="utf-8")

    assert () == warnings(load_inventory(path), TODAY), page


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_parts_of_inventories_have_the_right_form(page: Path):
    """A part of an inventory that a page shows holds no key or value that would be refused."""
    for block in blocks(page, "yaml"):
        if block.partition(":")[0] in InventoryFile.model_fields:
            document = yamlio.parse(block.encode(), page.name)

            assert isinstance(validate(document, InventoryFile), InventoryFile)


@pytest.mark.parametrize("page", RULE_GUIDES, ids=lambda path: path.stem)
def test_the_shown_pack_works(page: Path, tmp_path: Path):
    """The pack that a guide builds can be loaded, has no complaint, and its rules are proven."""
    for block in blocks(page, "yaml"):
        path = tmp_path / block.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
    book = load_rulebook([assets.folder("rules"), tmp_path / "goi-mau"], FACTS)
    own = [rule for rule in book.rules.values() if rule.pack == "tinh-mau"]

    assert () == lint(book, FACTS)
    assert [True, True] == [prove(rule).is_proven for rule in own]
    assert "tinh-mau-2026" in book.standards
