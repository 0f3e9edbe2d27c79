"""Hosts that were hardened after three other heads' ideas: every fail is true, nothing else moves."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from lab import archive
from lab.boot_values import bring_in
from lab.command import attt
from lab.hardened import MACHINES_OWN, exact_lines
from lab.host import LabHost
from lab.session import Lab

HERE = Path(__file__).parent / "hardenings"
LEVELS = (1, 3, 5)
HOSTS = (
    ("role", "debian-12"),
    ("role", "debian-13"),
    ("benchmark", "debian-12"),
    ("benchmark", "debian-13"),
    ("distribution", "debian-12-services"),
)
# These the hosts do set, and what they set is laid over the machine's own.
LAID_OVER = frozenset({"kernel-pointers-hidden", "kernel-settings-kept"})
# What every office has: an administrator, package lists, a clock of its own network.
BEFORE = """set -e
useradd -m -s /bin/bash -c 'Le Van An' -G sudo an; usermod -c Audit audit
usermod -p '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7' an
logger -i -t sshd 'Accepted publickey for an from 192.0.2.9 port 50022 ssh2'
sed -i /^pool/d /etc/chrony/chrony.conf
apt-get -q update
systemctl restart chrony
for n in $(seq 50); do
  chronyc -n tracking | grep -q 'Leap status *: Normal' && exit 0; sleep 0.2
done
exit 1
"""
SYSTEM = (
    "  - {{code: L{0}, name: Hệ thống {0}, level: {0}, owner: ubnd, operator: ubnd, hosts: [h]}}\n"
)
INVENTORY = """organisations:
  - {{id: ubnd, name: Ủy ban nhân dân tỉnh Mẫu, role: owner}}
systems:
{systems}hosts:
  - {{id: h, name: may, addresses: ["{address}"]}}
connect: {{user: audit, key: "file:{identity}"}}
"""


@pytest.fixture(params=HOSTS, ids="-".join)
def others(lab: Lab, request: pytest.FixtureRequest) -> Iterator[tuple[str, LabHost]]:
    """A host that somebody else hardened; `audit` may use exactly the lines of sudo that it needs."""
    script, release = request.param
    host = lab.host(release)
    try:
        host.user("audit", sudo=exact_lines("audit", host))
        for path, text in {"/etc/apt/sources.list": archive.SOURCE, **archive.FILES}.items():
            host.write(path, text)
        host.run(BEFORE)
        host.run(["bash", "-s"], input=(HERE / f"{script}.sh").read_text(), timeout_s=120)
        bring_in(host)
        yield f"{script} {release}", host
    finally:
        host.stop()


def expected(name: str) -> Mapping[str, str]:
    """Verdict by finding, from the table's sections that concern the host."""
    table = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
    sections = [section for section in table if name.startswith(section["begins"])]
    return {
        finding: verdict
        for section in sections
        for verdict in ("fail", "unknown")
        for finding in section.get(verdict, {})
    }


def not_passed(document: Mapping[str, object]) -> Mapping[str, str]:
    """What is bad or unknown, by rule, with the parameters where they make the difference."""
    host = document["hosts"][0]  # type: ignore[index]
    asked: dict[str, list[dict]] = {}
    for finding in host["findings"]:
        if finding["rule"] not in MACHINES_OWN or finding["rule"] in LAID_OVER:
            asked.setdefault(finding["rule"], []).append(finding)
    return {
        _named(one, is_alone=len({each["verdict"] for each in findings}) == 1): one["verdict"]
        for findings in asked.values()
        for one in findings
        if one["verdict"] in {"fail", "unknown"}
    }


def _named(finding: Mapping[str, object], *, is_alone: bool) -> str:
    params = finding["params"]
    assert isinstance(params, dict)
    told = " ".join(f"{name}={value}" for name, value in sorted(params.items()))
    return str(finding["rule"]) if is_alone else f"{finding['rule']} {told}"


def audit(host: LabHost, folder: Path) -> Mapping[str, object]:
    """One audit for systems of three levels, which may each ask what no other asks."""
    text = INVENTORY.format(
        systems="".join(SYSTEM.format(level) for level in LEVELS),
        address=host.address,
        identity=host.identity,
    )
    (folder / "i.yaml").write_text(text, encoding="utf-8")
    told = host.run(["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]).stdout.split()[1]
    enrolled = attt("keys", "enrol", "i.yaml", "--fingerprint", told, cwd=folder)
    assert 0 == enrolled.returncode, enrolled.stdout + enrolled.stderr
    said = attt("audit", "i.yaml", "--no-scan", "--no-reports", "--json", cwd=folder)
    assert said.stdout, said.stderr
    return json.loads(said.stdout)


def test_every_fail_on_hosts_hardened_by_others_is_known_to_be_true(others, tmp_path):
    """At levels 1, 3 and 5 exactly what the table gives a reason for does not pass."""
    name, host = others
    found = not_passed(audit(host, tmp_path))

    assert expected(name) == found
