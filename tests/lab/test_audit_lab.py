"""An audit of several real hosts, as the README walks through it; and what it leaves behind."""

import json
import os
import shutil

import pytest
from lab.command import attt
from lab.snapshot import LOGIN_WRITES

# What a host's own daemons write meanwhile, whether anybody looks or not.
DAEMON_WRITES = ("/var/lib/chrony/*", "/var/lib/systemd/timesync/*", "/var/lib/systemd/timers/*")
INVENTORY = """organisations:
  - {{id: ubnd, name: Ủy ban nhân dân tỉnh Mẫu, role: owner}}
  - {{id: tt, name: Trung tâm Chuyển đổi số, role: operator}}
vantage: {{zone: may-chu}}
zones:
  - id: may-chu
    name: Vùng máy chủ
    cidrs: ["{first}/32", "{second}/32", 192.0.2.0/24]
    expose: [{{from: may-chu, services: [22/tcp]}}]
scan_approvals:
  - {{zones: [may-chu], document: 1/KH-UBND, date: 2026-01-01, until: 2099-12-31, by: ubnd}}
systems:
  - {{code: A, name: Hệ thống A, level: 3, owner: ubnd, operator: tt, hosts: [h1, h2]}}
  - {{code: B, name: Hệ thống B, level: 1, owner: ubnd, operator: tt, hosts: [h2, h3]}}
hosts:
  - {{id: h1, name: may-1, addresses: ["{first}"], zone: may-chu}}
  - {{id: h2, name: may-2, addresses: ["{second}"], zone: may-chu}}
  - {{id: h3, name: may-3, zone: may-chu, transport: none, reason: Máy chủ Windows}}
connect: {{user: audit, key: "file:{identity}"}}
"""


def fingerprint(host):
    """The host key's fingerprint, read on the host itself."""
    words = ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]
    return host.run(words).stdout.split()[1]


@pytest.fixture(scope="module")
def audited(lab, tmp_path_factory):
    """Two hosts, enrolled by fingerprint and audited once: folder and the audit's document."""
    folder = tmp_path_factory.mktemp("office")
    hosts = [lab.host("debian-12"), lab.host("debian-13")]
    for host in hosts:
        host.user("audit")
    first, second = (host.address for host in hosts)
    text = INVENTORY.format(first=first, second=second, identity=hosts[0].identity)
    (folder / "i.yaml").write_text(text)
    refused = attt("audit", "i.yaml", "--json", cwd=folder)
    words = [word for host in hosts for word in ("--fingerprint", fingerprint(host))]
    enrolled = attt("keys", "enrol", "i.yaml", *words, cwd=folder)
    said = attt("audit", "i.yaml", "--json", cwd=folder)
    yield folder, refused, enrolled, said, hosts
    for host in hosts:
        host.stop()


def test_nobody_is_logged_into_before_keys_are_enrolled(audited):
    """Without enrolled keys both hosts are refused with that reason, and the exit code is 4."""
    _, refused, enrolled, _, _ = audited
    hosts = json.loads(refused.stdout)["hosts"]

    assert 4 == refused.returncode
    assert ["host_key_unknown"] * 2 == [h["reason"]["code"] for h in hosts if h["reason"]][:2]
    assert 0 == enrolled.returncode, enrolled.stdout


def test_the_audit_reads_both_hosts_and_scans_them(audited):
    """Both are read whole; the Windows host is declared as out of reach; each address is scanned."""
    _, _, _, said, _ = audited
    document = json.loads(said.stdout)
    coverage = document["coverage"]

    assert (3, 2, 2) == (coverage["declared"], coverage["logged_in"], coverage["addresses_scanned"])
    exposure = {e["verdict"] for e in document["endpoints"] if e["rule"] == "endpoint-exposure"}
    assert {"pass"} == exposure
    assert ["A", "B"] == [system["code"] for system in document["systems"]]


def test_a_host_of_two_systems_is_judged_for_both(audited):
    """may-2 answers each question once; its findings name the clauses of both systems' levels."""
    _, _, _, said, _ = audited
    host = next(h for h in json.loads(said.stdout)["hosts"] if h["host"]["name"] == "may-2")
    single_root = [f for f in host["findings"] if f["rule"] == "account-single-root"]

    assert 1 == len(single_root)
    assert {1, 3} == {clause["level"] for clause in single_root[0]["clauses"]}


def test_judging_again_and_reports_need_no_host(audited):
    """With the hosts gone, the run is judged to the same bytes and its papers are written."""
    folder, _, _, _, hosts = audited
    for host in hosts:
        host.stop()
    again = attt("judge", "latest", cwd=folder)
    papers = attt("report", "latest", "--out", "papers", cwd=folder)

    assert "byte for byte" in again.stdout
    assert 0 == papers.returncode, papers.stderr
    assert 3 == len(list((folder / "papers").glob("*.pdf")))


@pytest.mark.parametrize("user", ["root", "audit"])
def test_a_whole_check_writes_nothing_on_the_host(host, tmp_path, user):
    """Every fact of every rule is read, and the file system is as it was but for the login itself."""
    host.user("root")
    words = ("check", f"{user}@{host.address}", "-i", str(host.identity), "--accept-new-host-key",
             "--level", "5", "--json")  # fmt: skip
    attt(*words, cwd=tmp_path)
    before = host.snapshot()

    said = attt(*words, cwd=tmp_path)

    assert len(json.loads(said.stdout)["findings"]) > 15
    changed = before.changed(host.snapshot(), but=(*LOGIN_WRITES, *DAEMON_WRITES))
    assert () == changed


def test_without_any_network_a_local_check_works(tmp_path):
    """No rule, fact or report asks the network: in an empty network namespace all is as before."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("needs root and unshare")

    said = attt("check", "local", "--json", cwd=tmp_path, prefix=("unshare", "--net"))

    assert said.returncode in (0, 1, 4), said.stderr
    assert json.loads(said.stdout)["findings"]
