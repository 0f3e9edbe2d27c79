"""attt as a person runs it: in this process where that is enough, as its own where it is not."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import attt
from attt.cli import language
from attt.cli.main import main

ROOT = Path(attt.__file__).parents[1]
DEMO = ROOT / "inventories" / "demo.yaml"
SCHEMAS = ROOT / "attt" / "report" / "schemas"

RULE = """\
id: {id}
title: {{vi: Tệp tài khoản thuộc về root, en: Root owns the account file}}
severity: {severity}
needs: {{f: {{fact: file.attributes, with: {{path: /etc/passwd}}}}}}
expect:
  - {{id: owner, fact: f.user, is: {owner}}}
why: {{vi: Chủ tệp sửa được tệp., en: An owner may write.}}
fix: {{risk: none, vi: Trả tệp về cho root., en: Give the file back to root.}}
examples:
  - {{given: {{f: {{user: {owner}}}}}, verdict: pass}}
  - {{given: {{f: {{user: x}}}}, verdict: fail, failing: [owner]}}
  - {{given: {{f: {{_missed: denied}}}}, verdict: unknown}}
"""
STANDARD = """\
id: {id}
title: {{vi: Tiêu chuẩn thử, en: A standard to try}}
edition: "THU 1"
in_force: {{from: "2026-01-01", because: d-1}}
sections: [{{id: s, vi: Phần, en: Section}}]
groups: [{{id: g, section: s, vi: Nhóm, en: Group}}]
chapters: [{{id: C, vi: Chương, en: Chapter}}]
requirements:
  - id: C.ONE
    title: {{vi: Yêu cầu, en: Requirement}}
    group: {{nd331: g}}
    chapter: C
    clauses: {{3: "5.1 a)"}}
    strength: must
    evidence: [host]
    served_by:
      - {{any_of: [{{rule: {rule}}}], coverage: full}}
"""
PACK = 'id: {id}\nversion: 1.0.0\nneeds_attt: ">=0.1"\n'


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: object
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on stdout."""
        return json.loads(self.out)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of this machine's user: no agent, no settings, temporary files under `home`."""
    folder = home / "tmp"
    folder.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        **more,
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, of a user who has set nothing."""
    for name in ("XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "ATTT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(tmp_path, LANGUAGE="en").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(language, "_chosen", "vi")  # put back afterwards
    monkeypatch.setattr(language, "_is_asked_for", False)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Runs attt's own entry point in this process, in the folder `here`, in English by default."""
    on_interrupt = signal.getsignal(signal.SIGINT)

    def call(*argv: object, lang: str | None = "en") -> Said:
        words = [str(word) for word in argv]
        monkeypatch.setattr(sys, "argv", ["attt", *([f"--lang={lang}"] if lang else []), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        signal.signal(signal.SIGINT, on_interrupt)
        out, err = capsys.readouterr()
        return Said(ended.value.code, out, err)

    return call


def launch(*argv: object, cwd: Path, lang: str = "en", **env: str) -> Said:
    """Runs attt as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "attt", f"--lang={lang}", *map(str, argv)],
        cwd=cwd,
        env=environment(cwd.parent, **env),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def start() -> Callable[..., Said]:
    """`launch`, for tests that need a process of its own."""
    return launch


@pytest.fixture(scope="session")
def nmap() -> str:
    """The nmap program; CI must have one."""
    found = shutil.which("nmap")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("nmap is not installed")
        pytest.skip("nmap is not installed")
    return found


def write_pack(
    folder: Path, name: str = "own", *, severity: str = "high", owner: str = "root"
) -> Path:
    """A pack of one rule that any Linux meets, and a standard that asks only it."""
    pack = folder / name
    (pack / "standards").mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK.format(id=name))
    rule = RULE.format(id=f"{name}-rule", severity=severity, owner=owner)
    (pack / f"{name}-rule.yaml").write_text(rule)
    standard = STANDARD.format(id=f"{name}-1", rule=f"{name}-rule")
    (pack / "standards" / f"{name}-1.yaml").write_text(standard)
    return pack


@pytest.fixture(scope="session")
def own_pack() -> Callable[..., Path]:
    """Writes a pack of one's own."""
    return write_pack


@pytest.fixture(scope="session")
def demo() -> Path:
    """The inventory that audits the machine attt runs on."""
    return DEMO


@pytest.fixture(scope="session")
def schema() -> Callable[[str], object]:
    """A JSON Schema by its name."""
    return lambda name: json.loads((SCHEMAS / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def environment_of() -> Callable[..., dict[str, str]]:
    """`environment`, for tests that start processes of their own making."""
    return environment


@pytest.fixture(scope="session")
def pdf_text():
    """Reads a PDF back as poppler does; pypdf can't read every font that Pango embeds."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not here")

    def read(path):
        ran = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
        return ran.stdout

    return read
