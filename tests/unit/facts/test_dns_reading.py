"""Whether a name server has read the last change of its files."""

import pytest

from attt.facts import dns_reading
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

AT = 1_795_373_763  # 2026-11-22T18:56:03Z
START = "Sun 2026-11-22 18:56:03 UTC"
RELOAD = "Sun 2026-11-22 19:00:00 UTC"
SETTINGS = (
    'options { directory "/var/cache/bind"; }; zone "a" { type master; file "/etc/bind/a.zo"; };'
)


def late(name, path, *, later_s=5, reloaded="n/a", rndc="", unit=None):
    """What is said of a server started at AT whose file was changed some seconds later."""
    lines = (
        f"Id={unit or name}.service",
        "ActiveState=active",
        f"ExecMainStartTimestamp={START}",
        f"ExecReload={{ path=/bin/kill ; start_time=[{reloaded}] ; stop_time=[n/a] }}",
    )
    answers = {
        "daemon_units": Answer(stdout="\n".join(lines).encode()),
        "changed": Answer(stdout=f"{AT + later_s}.5 {path}\0".encode()),
        "rndc": Answer(stdout=rndc.encode()) if rndc else Answer(obstacle=Obstacle.NO_TOOL),
        "bind": Answer(stdout=SETTINGS.encode()),
        "bind_sbin": Answer(obstacle=Obstacle.NO_TOOL),
    }
    return isinstance(dns_reading.late(name, answers), Missing)


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("named", "/etc/bind/named.conf.options", True),
        ("named", "/etc/bind/acls", True),
        ("named", "/etc/named.conf", True),
        ("named", "/etc/bind/db.example", False),
        ("named", "/etc/bind/a.zo", False),
        ("named", "/etc/bind/rndc.key", False),
        ("named", "/etc/bind/named.conf.bak", False),
        ("named", "/etc/unbound/unbound.conf", False),
        ("unbound", "/etc/unbound/unbound.conf.d/open.conf", True),
        ("unbound", "/etc/unbound/unbound_server.key", False),
        ("dnsmasq", "/etc/dnsmasq.conf", True),
        ("dnsmasq", "/etc/dnsmasq.d/open", True),
        ("dnsmasq", "/etc/dnsmasq.d/README", False),
    ],
)
def test_a_change_after_the_start_is_not_in_force(name, path, expected):
    """Settings count, files of zones, keys and copies do not; nor do those of another server."""
    assert expected is late(name, path)
    assert not late(name, path, later_s=0)


def test_a_reload_is_for_those_that_read_their_settings_then():
    """A reload of dnsmasq reads names and leases again, and no settings."""
    assert not late("named", "/etc/bind/named.conf", reloaded=RELOAD)
    assert not late("unbound", "/etc/unbound/unbound.conf", reloaded=RELOAD)
    assert late("dnsmasq", "/etc/dnsmasq.conf", reloaded=RELOAD)
    assert late("named", "/etc/named.conf", unit="named-chroot")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("boot time: x\nlast configured: Sun, 22 Nov 2026 18:57:00 GMT\n", False),
        ("last configured: Sun, 22 Nov 2026 18:56:03 GMT\n", True),
        ("last configured: Sun, 32 Nov 2026 18:57:00 GMT\n", True),
        ("rndc: connect failed: 127.0.0.1#953: connection refused\n", True),
    ],
)
def test_named_says_when_it_was_last_configured(told, expected):
    """A reload by rndc is one that systemd never hears of."""
    assert expected is late("named", "/etc/bind/named.conf", rndc=told)
