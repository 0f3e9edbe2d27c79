"""Software of a real host, broken one thing at a time: exactly the rule that watches it turns."""

import pytest
from lab.breaking import broken, expected, turned
from lab.command import check, findings

RULES = (
    *("package-changes-logged", "package-files-intact", "package-none-held"),
    *("package-sources-protected", "package-state-whole", "service-libraries-current"),
    *("software-no-miners", "software-no-remote-control", "system-supported"),
)
WORDS = ("--level", "4", *(word for rule in RULES for word in ("--rule", rule)))
STATUS = "/var/lib/dpkg/status"
HALF = (
    'awk \'/^Package: /{own=($2=="hostname")} own&&/^Status:/{$4="half-configured"} {print}\' '
    f"{STATUS} >/run/status && cp {STATUS} /run/was && cp /run/status {STATUS}"
)
BREAKS = {
    "program-changed": broken(
        "cp -a /usr/bin/tac /run/tac; echo x >>/usr/bin/tac",
        "mv /run/tac /usr/bin/tac",
        "package-files-intact",
    ),
    "held": broken("apt-mark hold hostname", "apt-mark unhold hostname", "package-none-held"),
    "sources-writable": broken(
        "chmod 0666 /etc/apt/sources.list",
        "chmod 0644 /etc/apt/sources.list",
        "package-sources-protected",
    ),
    "not-logged": broken(
        "sed -i 's/^log /#log /' /etc/dpkg/dpkg.cfg",
        "sed -i 's/^#log /log /' /etc/dpkg/dpkg.cfg",
        "package-changes-logged",
    ),
    "half-configured": broken(HALF, f"cp /run/was {STATUS}", "package-state-whole"),
    "replaced-program": broken(
        "cp /bin/sleep /usr/lib/own; (/usr/lib/own 300 >/dev/null 2>&1 &) ; sleep 0.2; rm /usr/lib/own",
        "kill $(pidof own)",
        "service-libraries-current",
    ),
    "miner": broken(
        "cp /bin/sleep /var/tmp/xmrig; (/var/tmp/xmrig 300 >/dev/null 2>&1 &)",
        "kill $(pidof xmrig); rm /var/tmp/xmrig",
        "software-no-miners",
    ),
    "remote-control": broken(
        "mkdir /opt/anydesk", "rmdir /opt/anydesk", "software-no-remote-control"
    ),
    "old-release": broken(
        "sed 's/VERSION_ID=.*/VERSION_ID=10/' /usr/lib/os-release >/run/os; rm /etc/os-release; "
        "cp /run/os /etc/os-release",
        "ln -sf ../usr/lib/os-release /etc/os-release",
        "system-supported",
    ),
}


@pytest.fixture(scope="module")
def untouched(debian, tmp_path_factory):
    """What these rules say of the host before anybody breaks anything."""
    debian.user("root")
    found = findings(check(debian, tmp_path_factory.mktemp("before"), *WORDS)[1])

    assert {"pass"} == {verdict for verdict, _ in found.values()}
    return found


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_turns_exactly_its_rule(debian, untouched, tmp_path, name):
    """Before: everything passes. After: exactly that fails, and nothing else moved."""
    moved = turned(debian, BREAKS[name], untouched, tmp_path, *WORDS)
    # A package that is not whole is not counted as installed, so what is there is not known either.
    moved = {rule: way for rule, way in moved.items() if way != "pass -> unknown"}

    assert expected(BREAKS[name]) == moved
