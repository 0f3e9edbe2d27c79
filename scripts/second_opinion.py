"""Let OpenSCAP and Lynis judge the lab's hosts beside attt, and write docs/second-opinion.md.

Needs root, the lab of tests/lab, and two to seven minutes; not part of CI.

sudo .venv/bin/python scripts/second_opinion.py    writes the page; exit 1: a difference that
                                                   nobody explained, or one explained in vain
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests/lab")]

from lab import ground, roots  # noqa: E402
from lab.command import check  # noqa: E402
from lab.hardened import NETWORK, harden  # noqa: E402
from lab.host import LabHost  # noqa: E402
from lab.neglected import neglect  # noqa: E402
from lab.session import Lab  # noqa: E402
from opinion_page import PAGE, Found, Mapped, Topic, Triple, complaints, mapped, render  # noqa: E402
from opinion_readers import (  # noqa: E402
    DEBIAN_12,
    LynisReport,
    Verdicts,
    every_rule,
    only,
    read_attt,
    read_xccdf,
    worst,
)

STREAM = "usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml"
TWELVE, THIRTEEN = "debian-12-opinion", "debian-13-opinion"
LEVELS = ("5", "3")
"""What level 3 asks is judged as level 3 asks it; the rest as level 5 does."""
OSCAP = "cd /root && oscap xccdf eval --skip-valid --results results.xml stream.xml"
LYNIS = "lynis audit system --quick --cronjob --no-plugins"
PROGRAMS = ("openscap-scanner", "lynis")
CONTENT = "ssg-debian"
# Neither logs the auditor out nor asks for a network.
NOT_MENDED = {"sshd_disable_root_login", "package_aide_installed", "package_apparmor_installed"}
MEND = "cd /root && oscap xccdf eval --skip-valid --remediate mend.xml; systemctl restart ssh"


def mend_by_ssg(host: LabHost) -> None:
    """Let SSG's own fixes harden the host; what a read-only /proc/sys refuses is set from outside."""
    rules = {name for topic in mapped().topics for name in topic.ssg} - NOT_MENDED
    host.write("/root/mend.xml", only(_stream(TWELVE), rules))
    host.run(MEND, timeout_s=300)
    for family, settings in NETWORK.items():
        for place in ("all", "default", "host0"):
            for name, value in settings.items():
                host.network(f"{family}/conf/{place}/{name}", value)


HOSTS: Mapping[str, tuple[str, Callable[[LabHost], None] | None]] = {
    "plain-12": (TWELVE, None),
    "hardened-12": (TWELVE, harden),
    "by-ssg-12": (TWELVE, mend_by_ssg),
    "neglected-12": (TWELVE, neglect),
    "plain-13": (THIRTEEN, None),
    "hardened-13": (THIRTEEN, harden),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What the three said of one host."""

    attt: Verdicts
    ssg: Verdicts
    lynis: LynisReport
    versions: Mapping[str, str]


def ask(host: LabHost, release: str, folder: Path) -> Opinions:
    """All three, one after the other; attt first, while the host is as it was set up."""
    home = folder / host.name
    home.mkdir()
    by_level = [read_attt(check(host, home, "--level", level)[1]) for level in LEVELS]
    host.write("/root/stream.xml", _stream(release))
    host.run(OSCAP, check=False, timeout_s=300)  # exit 2: some rule failed
    host.run(LYNIS, check=False, timeout_s=300)
    report, log = (
        host.run(["cat", f"/var/log/lynis{name}"]).stdout for name in ("-report.dat", ".log")
    )
    return Opinions(
        attt={rule: verdict for verdicts in by_level for rule, verdict in verdicts.items()},
        ssg=read_xccdf(host.run(["cat", "/root/results.xml"]).stdout),
        lynis=LynisReport(report, log),
        versions={name: _version(host, name) for name in (*PROGRAMS, CONTENT)},
    )


def judge(topic: Topic, said: Opinions) -> Triple:
    """The three verdicts on a topic; a rule or test that the tool does not know raises."""
    tests = {reference.partition(" ")[0] for reference in topic.lynis}
    strange = [
        *(name for name in topic.rules if name not in said.attt),
        *(name for name in topic.ssg if name not in said.ssg),
        *(name for name in tests if name not in said.lynis.executed | said.lynis.skipped),
    ]
    if strange:
        raise ValueError(f"{topic.title}: no tool knows {', '.join(strange)}")
    return (
        worst(said.attt[name] for name in topic.rules),
        worst(said.ssg[name] for name in topic.ssg),
        worst(said.lynis.says(name) for name in topic.lynis),
    )


def gather(data: Mapped) -> Found:
    """Boot the hosts, and ask two at a time."""
    with tempfile.TemporaryDirectory() as name:
        lab = Lab(Path(name))
        try:
            hosts = [_boot(lab, one) for one in HOSTS]
            with ThreadPoolExecutor(2) as pool:
                releases = [release for release, _ in HOSTS.values()]
                said = list(pool.map(ask, hosts, releases, [Path(name)] * len(hosts)))
        finally:
            lab.stop()
    by_host = dict(zip(HOSTS, said, strict=True))
    verdicts = {
        topic.title: {host: judge(topic, one) for host, one in by_host.items()}
        for topic in data.topics
    }
    return Found(versions=_versions(by_host["plain-12"], by_host["plain-13"]), verdicts=verdicts)


def main() -> int:
    """Write the page, unless something in it would stand without a reason."""
    lacking = ground.lacking()
    if lacking is not None:
        print(lacking)
        return 1
    data = mapped()
    found = gather(data)
    wrong = list(complaints(data, found))
    if wrong:
        print("\n".join(wrong))
        return 1
    PAGE.write_text(render(data, found), encoding="utf-8")
    return 0


def _boot(lab: Lab, name: str) -> LabHost:
    release, prepare = HOSTS[name]
    host = lab.host(release, name=name)
    host.user("root")
    if prepare is not None:
        prepare(host)
    return host


def _version(host: LabHost, package: str) -> str:
    return host.run(["dpkg-query", "-W", "-f", "${Version}", package]).stdout


def _versions(twelve: Opinions, thirteen: Opinions) -> Mapping[str, str]:
    """Of the programs by release; of the content the one that judged both."""
    programs = {"Debian 12": twelve, "Debian 13": thirteen}
    return {
        "Content": f"{CONTENT} {thirteen.versions[CONTENT]}",
        **{
            release: ", ".join(f"{name} {said.versions[name]}" for name in PROGRAMS)
            for release, said in programs.items()
        },
    }


def _stream(release: str) -> str:
    text = (roots.root(THIRTEEN) / STREAM).read_text(encoding="utf-8")
    return every_rule(text if release == TWELVE else text.replace(DEBIAN_12, ""))


if __name__ == "__main__":
    sys.exit(main())
