"""The command line as a user would type it, and what its document says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.host import LabHost

ROOT = Path(__file__).resolve().parents[3]

Document = Mapping[str, Any]
Findings = Mapping[tuple[str, str], tuple[str, str]]
"""By rule and clauses (one rule may be asked with several parameters): verdict, and what fails."""


def attt(
    *words: str, cwd: Path, prefix: Sequence[str] = (), **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run it in an empty home; give the finished process."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "attt", "--lang", "en", *words],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONPATH": str(ROOT), **environ},
    )  # fmt: skip


def check(host: LabHost, folder: Path, *words: str, user: str = "root") -> tuple[int, Document]:
    """`attt check --json` of a lab host; gives exit code and document."""
    done = attt("check", f"{user}@{host.address}", "-i", str(host.identity), "--json",
                "--accept-new-host-key", *words, cwd=folder)  # fmt: skip
    document = json.loads(done.stdout) if done.stdout else {}
    assert "findings" in document, done.stdout + done.stderr
    return done.returncode, document


_WORST_FIRST = ("fail", "unknown", "pass", "not_applicable")


def verdicts(document: Document) -> dict[str, str]:
    """The verdict of each rule; of a rule asked with several parameters, the worst of them."""
    return worst((finding["rule"], finding["verdict"]) for finding in document["findings"])


def worst(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The worst of all verdicts that each rule has."""
    found: dict[str, str] = {}
    for rule, verdict in said:
        kept = found.get(rule, _WORST_FIRST[-1])
        found[rule] = min(verdict, kept, key=_WORST_FIRST.index)
    return found


def findings(document: Document) -> Findings:
    """Every finding, without evidence and found values that move by themselves."""
    return {
        (one["rule"], " ".join(sorted(clause["requirement"] for clause in one["clauses"]))): (
            one["verdict"],
            " ".join(f"{part['id']}:{part['item']}" for part in one["failing"]),
        )
        for one in document["findings"]
    }
