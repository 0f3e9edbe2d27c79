"""One host, broken in one way at a time: exactly the findings that concern it turn to fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULESET = """flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    tcp dport 22 accept
    meta l4proto { 1, 58 } accept
  }
}
"""
HARDEN = "PermitRootLogin prohibit-password\nMaxAuthTries 4\nClientAliveInterval 60\nClientAliveCountMax 3\n"


def attt(*words, cwd, **environ):
    """Run the command line as a user would; give the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "attt", "--lang", "en", *words],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONPATH": str(ROOT), **environ},
    )  # fmt: skip


def check(host, folder, *words, user="root"):
    """`attt check --json` of a lab host; gives exit code and document."""
    done = attt("check", f"{user}@{host.address}", "-i", str(host.identity), "--json",
                "--accept-new-host-key", *words, cwd=folder)  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def verdicts(document):
    """The verdict of each rule."""
    return {finding["rule"]: finding["verdict"] for finding in document["findings"]}


@pytest.fixture
def hardened(host):
    """A fresh host on which a good admin has been."""
    host.user("root")
    host.write("/etc/ssh/sshd_config.d/10-hardening.conf", HARDEN)
    host.run("systemctl reload ssh || systemctl restart ssh")
    host.run(["nft", "-f", "-"], input=RULESET)
    host.write("/etc/rsyslog.d/50-central.conf", "*.* @10.10.30.5\n")
    host.run("systemctl restart rsyslog")
    host.run("sed -i 's/rotate 4/rotate 90/; s/weekly/daily/' /etc/logrotate.d/rsyslog")
    host.run("systemctl disable --now vsftpd")
    # Lists of a security archive that holds nothing newer: the lab has no network to fetch them.
    host.run("touch /var/lib/apt/lists/lab_dists_stable-security_main_binary-amd64_Packages")
    # The master clock of a closed network: its own clock, and no server that never answers.
    host.run("sed -i /^pool/d /etc/chrony/chrony.conf; systemctl restart chrony")
    host.run("for n in $(seq 50); do chronyc -n tracking | grep -q 'Leap status *: Normal' && exit 0; "
             "sleep 0.2; done; exit 1", check=False)  # fmt: skip
    return host


BREAKS = {
    "root-login": (
        "echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/01-oops.conf; systemctl reload ssh",
        {"sshd-root-login"},
    ),
    "second-uid-0": ("useradd -o -u 0 -g 0 -M -s /bin/bash toor", {"account-single-root"}),
    "passwd-writable": (
        "chmod 0666 /etc/passwd",
        {"file-account-database", "file-no-world-writable", "file-system-files-protected"},
    ),
    "firewall-flushed": ("nft flush ruleset", {"firewall-active", "firewall-default-deny"}),
    "time-stopped": (
        "systemctl stop chrony",
        {"time-service-running", "time-synchronised"},
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_turns_exactly_its_findings(hardened, tmp_path, name):
    """Before: everything concerned passes. After: exactly that fails, and nothing else moved."""
    command, expected = BREAKS[name]
    _, before = check(hardened, tmp_path)
    hardened.run(command)

    _, after = check(hardened, tmp_path)

    was, now = verdicts(before), verdicts(after)
    assert {"pass"} == {was[rule] for rule in expected}
    assert expected == {rule for rule in now if now[rule] != was[rule]}
    assert {"fail"} == {now[rule] for rule in expected}


def test_a_hardened_host_has_no_serious_finding(hardened, tmp_path):
    """A host that was set up well is clean at the default threshold, and was read whole."""
    code, document = check(hardened, tmp_path)

    assert "audited" == document["status"], document["missed"]
    assert 0 == code, {r: v for r, v in verdicts(document).items() if v != "pass"}


def test_sudo_finds_what_root_finds(hardened, tmp_path):
    """The same findings under root and under an account with sudo, evidence aside."""
    _, as_root = check(hardened, tmp_path)
    _, as_sudo = check(hardened, tmp_path, user="audit")

    assert "sudo" == as_sudo["privilege"]
    differing = {
        rule: (verdict, verdicts(as_sudo)[rule])
        for rule, verdict in verdicts(as_root).items()
        if verdict != verdicts(as_sudo)[rule]
    }
    assert {} == differing


def test_without_rights_nothing_passes_that_was_not_seen(hardened, tmp_path):
    """An account without sudo: the host is read in part, exit 4, and the reason is named."""
    hardened.user("plain", sudo=None)
    code, document = check(hardened, tmp_path, user="plain")

    assert (4, "partly", "none") == (code, document["status"], document["privilege"])
    assert "unknown" == verdicts(document)["sshd-root-login"]
    assert "unknown" == verdicts(document)["firewall-active"]
