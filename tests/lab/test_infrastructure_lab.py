"""An account with exactly the printed lines of sudo sees of many services what root sees."""

from lab.command import check, findings
from lab.hardened import exact_lines
from lab.judged import RULES
from lab.services import serve

FOLDERS = (
    *("docker", "samba", "mail", "ftp", "dns", "dhcp", "snmp", "nginx", "apache", "haproxy"),
    *("postgresql", "mysql", "redis", "backup", "integrity", "malware", "host-ips"),
)
ASKED = [
    "--level",
    "5",
    *(word for name in RULES if name.startswith(FOLDERS) for word in ("--rule", name)),
]


def test_the_printed_lines_of_sudo_find_what_root_finds(lab, tmp_path):
    """Each argument of `plan --sudoers` is matched: no service is seen less by the account."""
    host = lab.host("debian-12-services")
    try:
        serve(host, "web", "databases", "servers")
        host.user("root")
        host.user("audit", sudo=exact_lines("audit", host))
        of_root = findings(check(host, tmp_path, *ASKED)[1])
        of_account = findings(check(host, tmp_path, *ASKED, user="audit")[1])
    finally:
        host.stop()

    assert {"pass", "fail"} <= {verdict for verdict, _ in of_root.values()}
    assert of_root == of_account
