"""The worked example of the guides, command by command, from nothing to a finding in a report."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {"en": "writing-rules.md", "vi": "viet-tieu-chi.md"}
INI = "/etc/mot-cua/app.ini"


def attt(words, cwd, language):
    """Runs a command of the page as a person would, in an empty folder of their own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(cwd)}
    return subprocess.run(
        [sys.executable, "-m", "attt", "--lang", language, *words],
        cwd=cwd, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("language", PAGES)
def test_the_guides_example_ends_in_a_report(language, tmp_path):
    """What the page shows is typed and written as it stands; the report then tells the failure."""
    page = (ROOT / "docs" / PAGES[language]).read_text(encoding="utf-8")
    heads = list(re.finditer(r"(?m)^## .*$", page))
    start = next(n for n, head in enumerate(heads) if "INI" in head[0])
    part = page[heads[start].end() : heads[start + 1].start()]
    ini = tmp_path / "app.ini"
    ini.write_text("[server]\ndebug = on\n[database]\npassword = S3cret-x\n", encoding="utf-8")
    done = {}
    for kind, body in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", part.replace(INI, str(ini))):
        match kind:
            case "yaml":
                path = tmp_path / body.splitlines()[0].removeprefix("# ")
                path.write_text(body, encoding="utf-8")
            case "toml":
                (tmp_path / "attt.toml").write_text(body, encoding="utf-8")
            case "sh":
                for line in body.splitlines():
                    words = shlex.split(line)[1:]
                    done[" ".join(words[:2])] = attt(words, tmp_path, language)
    reports = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("out/**/*.html"))

    assert 0 == done["rules new"].returncode, done["rules new"].stderr
    assert "mot-cua" not in done["rules lint"].stdout
    assert 0 == done["rules prove"].returncode, done["rules prove"].stdout
    assert 1 == done["check local"].returncode, done["check local"].stderr
    assert "mot-cua-debug-off" in reports
    assert "S3cret-x" not in reports + done["check local"].stdout
