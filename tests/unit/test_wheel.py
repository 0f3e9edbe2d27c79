"""The built wheel by itself: in an empty environment, in an empty folder, with its own rules."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = "id: [this is no rule\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Attt's wheel, built without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("attt-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel in it; dependencies come from the one that tests run in."""
    folder = tmp_path_factory.mktemp("venv") / "env"
    venv.create(folder, with_pip=False, symlinks=True)
    purelib = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(purelib)
    (purelib / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture
def attt(installed, tmp_path):
    """Runs the installed attt in the folder `here`, with nothing of the checkout on its path."""
    here = tmp_path / "here"
    here.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def run(*argv, code="from attt.cli.main import main; main()"):
        return subprocess.run(
            [installed / "bin" / "python", "-c", code, *argv],
            cwd=here, env=env, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


def test_the_wheel_holds_what_it_needs(wheel):
    """Rules, templates, schemas and both catalogues are in it, tests and notes are not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {str(p.relative_to(ROOT / "rules")) for p in (ROOT / "rules").rglob("*.yaml")}
    papers = {
        str(p.relative_to(ROOT / "reports")) for p in (ROOT / "reports").rglob("*") if p.is_file()
    }
    tops = {name.split("/")[0] for name in names}

    assert len(rules) > 16
    assert rules == {n.removeprefix("attt/data/rules/") for n in names if "/data/rules/" in n}
    assert papers <= {n.removeprefix("attt/data/reports/") for n in names if "/data/reports/" in n}
    assert {"attt/report/schemas/audit.json", "attt/locale/vi/LC_MESSAGES/attt.mo"} <= names
    assert {"attt/inventory/starter/vi.yaml", "attt/inventory/starter/en.yaml"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]
    assert {"attt"} == {top for top in tops if not top.endswith(".dist-info")}


def test_the_command_is_declared(wheel):
    """Who installs the wheel has `attt` on the path."""
    packed = zipfile.ZipFile(wheel)
    name = next(n for n in packed.namelist() if n.endswith("entry_points.txt"))

    assert "attt = attt.cli.main:main" in packed.read(name).decode()


def test_it_runs_where_nothing_else_is(attt, installed, tmp_path):
    """`rules list` and `check local` work from the wheel's own rules, and leave nothing behind."""
    where = attt(code="import attt.assets; print(attt.assets.folder('rules'))")
    listed = attt("--lang=en", "rules", "list")
    checked = attt("check", "local", "--json")

    assert str(installed) in where.stdout
    assert 0 == listed.returncode, listed.stderr
    assert "sshd-root-login" in listed.stdout
    assert checked.returncode in (0, 1, 4), checked.stderr
    assert checked.stdout.startswith('{\n "schema": "attt.check/1"')
    assert [] == list((tmp_path / "here").iterdir())


def test_it_speaks_vietnamese(attt):
    """The catalogue is found in the wheel."""
    assert attt("--lang=vi", "nonesuch").stderr.startswith("Lỗi: ")


def test_it_writes_papers(attt, tmp_path):
    """The templates are found in the wheel."""
    said = attt("--lang=en", "check", "local", "--rule", "file-cron", "--save")
    paper = attt("--lang=en", "report", "--kind", "leader", "--format", "html")

    assert 0 == paper.returncode, said.stderr + paper.stderr
    assert 1 == len(list((tmp_path / "here" / "out").glob("leader-*.html")))


def test_folders_in_the_working_directory_are_not_looked_at(attt, tmp_path):
    """Rules, papers, inventories and modules that happen to lie here change nothing."""
    code = "from attt.cli.main import main; import sys; sys.path.insert(0, ''); main()"
    before = attt("rules", "list", "--json")
    here = tmp_path / "here"
    for folder in ("rules", "reports", "inventories", "data/rules", "attt/data/rules"):
        (here / folder).mkdir(parents=True)
        (here / folder / "pack.yaml").write_text(WRONG)
        (here / folder / "sshd-root-login.yaml").write_text(WRONG)
    after, other = attt("rules", "list", "--json"), attt("rules", "list", "--json", code=code)
    checked = attt("check", "local", "--json")

    assert (0, before.stdout) == (after.returncode, after.stdout)
    assert before.stdout == other.stdout
    assert checked.returncode in (0, 1, 4), checked.stderr


def test_it_has_the_rules_of_the_checkout(attt):
    """Wheel and checkout judge by the very same rulebook."""
    code = (
        "from attt import assets\nfrom attt.facts.registry import FACTS\n"
        "from attt.rulebook.load import load\nprint(load([assets.folder('rules')], FACTS).digest)"
    )
    checkout = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert checkout.stdout.strip() == attt(code=code).stdout.strip() != ""
