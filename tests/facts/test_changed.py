"""Recorded answers with one thing changed: what then only looks right is read as what it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from recorded import Case, cases, told

HAPROXY = "/etc/haproxy/haproxy.cfg\0"
APACHE = "/etc/apache2/conf-enabled/zz-hardening.conf\0"
SHELL = "Id=rescue.service\n\nId=debug-shell.service\nActiveState=inactive\nUnitFileState={}\n\n"
CHANGES = {
    "a frontend that keeps no good connection": (
        *("haproxy.settings/debian-12-hardened", "texts"),
        (f"{HAPROXY}frontend web\n", f"{HAPROXY}frontend web\n{HAPROXY} option dontlog-normal\n"),
        {"proxies.0.is_logged": False},
    ),
    "a log that takes errors alone": (
        *("haproxy.settings/debian-12-hardened", "texts"),
        ("log /dev/log\tlocal0\n", "log /dev/log len 4096 local0 err\n"),
        {"proxies.0.is_logged": False},
    ),
    "the same log that takes all": (
        *("haproxy.settings/debian-12-hardened", "texts"),
        ("log /dev/log\tlocal0\n", "log /dev/log len 4096 format rfc5424 local0 info\n"),
        {"proxies.0.is_logged": True},
    ),
    "HSTS switched off by nginx": (
        *("nginx.settings/debian-12-hardened", "texts", ("max-age=31536000", "max-age=0")),
        {"servers.1.has_hsts": False},
    ),
    "HSTS switched off by Apache": (
        *("apache.settings/debian-12-hardened", "texts", ("max-age=31536000", "max-age=00")),
        {"sites.1.has_hsts": False},
    ),
    "a status page opened by a later section": (
        *("apache.settings/debian-12-hardened", "texts"),
        (
            f"{APACHE}ServerTokens Prod\n",
            (
                f"{APACHE}ServerTokens Prod\n{APACHE}<Location />\n{APACHE}Require all granted\n"
                f"{APACHE}</Location>\n"
            ),
        ),
        {"status_pages.0.is_closed": False},
    ),
    "an account that takes on a role that may do all": (
        *("mysql.servers/hardened-12", "mariadb"),
        (
            "=end\n",
            (
                "=account\tr\t\t\tY\tY\tY\tY\t\t0\t1\t0\n=role\tung_dung\t10.10.%\tr\n=end\n"
                "=method\tr\t\t1\tNULL\t1\tNULL\t1\tNULL\t1\tNULL\t1\t.\n"
            ),
        ),
        {"servers.0.accounts.2.is_powerful": True},
    ),
    "an account that may write the server's own tables": (
        *("mysql.servers/hardened-12", "mariadb"),
        ("=end\n", "=system\tung_dung\t10.10.%\n=role\n=end\n"),
        {"servers.0.accounts.2.is_powerful": True},
    ),
    "a file for some clients alone": (
        *("files.samba/hardened", "includes", ("", " include = /etc/samba/%U.conf\n")),
        {"shares.-1": {"_missed": "in_context"}},
    ),
    "queries written to nowhere": (
        *("dns.servers/hardened", "bind"),
        ('file "/var/cache/bind/q.log" versions 3 size 1048576;', "null;"),
        {"servers.0.logs_queries": False},
    ),
    "a policy zone that only logs": (
        *(
            "dns.servers/hardened",
            "bind",
            ('zone "rpz.local";', 'zone "rpz.local" policy disabled;'),
        ),
        {"servers.0.filters_names": False},
    ),
    "signatures of no name checked": (
        *("dns.servers/hardened", "bind"),
        ("dnssec-validation auto;", 'dnssec-validation auto;\n\tvalidate-except {\n\t\t".";\n\t};'),
        {"servers.0.checks_signatures": False},
    ),
    "a table asked before anything is refused": (
        *("mail.servers/hardened", "postconf"),
        ("permit_sasl_authenticated, reject", "check_client_access hash:/etc/postfix/a, reject"),
        {"servers.0.relays_for_all": {"_missed": "in_context"}},
    ),
    "any variable for a single command": (
        *("sudo.environment/debian-13", "policy"),
        (
            '"Options": [\n                { "env_reset": true }',
            '"Options": [\n { "setenv": true }',
        ),
        {"kept": ["*"]},
    ),
    "a shell of root that starts with the host": (
        *("boot.rescue/debian-12", "units", ("Id=rescue.service\n\n", SHELL.format("enabled"))),
        {"units.1": {"name": "debug-shell.service", "asks_login": False}},
    ),
    "the same shell where it does not start": (
        *("boot.rescue/debian-12", "units", ("Id=rescue.service\n\n", SHELL.format("disabled"))),
        {"units.1.name": "emergency.service"},
    ),
    "a timer whose last time has gone by": (
        *("backup.jobs/hardened-12", "timers"),
        ("Triggers=sao-luu.service\n", "Triggers=sao-luu.service\nSubState=elapsed\n"),
        {"jobs": []},
    ),
    "a job that looks at the backups alone": (
        *("backup.jobs/hardened-12", "words"),
        ("/etc/crontab:22:#\n", "/etc/crontab:21: restic snapshots \n/etc/crontab:22:#\n"),
        {"jobs.-1.name": "sao-luu.timer"},
    ),
    "a job that runs when the host starts": (
        *("backup.jobs/hardened-12", "words"),
        ("/etc/crontab:22:#\n", "/etc/crontab:20:@reboot\n/etc/crontab:20: borg create \n"),
        {"jobs.0.is_active": False},
    ),
    "AIDE that only makes its database": (
        *("integrity.aide/rhel-cron", "crons", ("aide --check", "aide --init")),
        {"is_scheduled": False},
    ),
    "AIDE in a file that cron passes over": (
        *("integrity.aide/left-to-timer", "crons"),
        ("", "/etc/cron.d/aide.check:0 5 * * * root aide --check\n"),
        {"is_scheduled": False},
    ),
    "dpkg's log to nowhere": (
        *("packages.history/debian-12", "config", ("log /var/log/dpkg.log", "log /dev/null")),
        {"is_logged": False},
    ),
}


def _case(name: str) -> Case:
    (found,) = [case for case in cases() if str(case) == name]
    return found


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[step] if isinstance(value, Mapping) else value[int(step)]
    return value


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_is_read_as_what_it_means(name: str) -> None:
    """A single edit of what a real host said moves exactly the part of the value that it is about."""
    of, ask, (old, new), expected = CHANGES[name]
    case = _case(of)
    answer = case.answers[ask]
    assert old.encode() in answer.stdout
    text = answer.stdout.replace(old.encode(), new.encode(), 1)
    value = told(case.fact({**case.answers, ask: replace(answer, stdout=text)}))["value"]

    assert expected == {path: _at(value, path) for path in expected}
