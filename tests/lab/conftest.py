"""Fixtures that give tests real booted hosts."""

import os
from collections.abc import Iterator

import pytest
from lab import ground
from lab.cases import Round
from lab.command import Findings, check, findings
from lab.hardened import harden
from lab.host import LabHost
from lab.session import Lab


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the lab carries its mark, so that `-m 'not lab'` is sure to leave it out."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)
        # A round of breakages is found by the rules that it is about, too.
        this = item.callspec.params.get("this") if hasattr(item, "callspec") else None
        if isinstance(this, Round):
            item.extra_keyword_matches.update(case.rule for case in this.cases)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab; skipped where this machine cannot have one, but never silently in CI."""
    lacking = ground.lacking()
    if lacking is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    session = Lab(tmp_path_factory.mktemp("lab"))
    try:
        yield session
    finally:
        session.stop()


@pytest.fixture(params=["debian-12", "debian-13"])
def host(lab: Lab, request: pytest.FixtureRequest) -> Iterator[LabHost]:
    """A fresh host of each release, with account `audit`: the lab's key, sudo without a password."""
    booted = lab.host(request.param)
    booted.user("audit")
    try:
        yield booted
    finally:
        booted.stop()


@pytest.fixture(scope="module")
def debian(lab: Lab) -> Iterator[LabHost]:
    """One Debian 12 for a whole file of tests that do not mind each other."""
    booted = lab.host("debian-12")
    try:
        yield booted
    finally:
        booted.stop()


@pytest.fixture(scope="session", params=["debian-12", "debian-13"])
def hardened(lab: Lab, request: pytest.FixtureRequest) -> Iterator[LabHost]:
    """One host a release on which a good admin has been; whoever breaks it sets it right again."""
    booted = lab.host(request.param)
    try:
        harden(booted)
        yield booted
    finally:
        booted.stop()


@pytest.fixture(scope="session")
def before(hardened: LabHost, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What is found on the hardened host while nothing on it is broken."""
    return findings(check(hardened, tmp_path_factory.mktemp("before"))[1])
