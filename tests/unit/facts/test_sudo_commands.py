"""How far a command of sudoers reaches without a password."""

import pytest

from attt.facts.sudo_commands import Reach, reach


@pytest.mark.parametrize(
    "command",
    [
        "ALL",
        "/opt/tools/",
        "/usr/bin/*",
        "/usr/bin/vim",
        "/usr/bin/vim /etc/motd",
        "/usr/bin/less /var/log/syslog",
        "/bin/bash",
        '/bin/sh ""',
        "/bin/bash -p",
        "/bin/sh ^-c .*$",
        "/usr/bin/python3",
        "/usr/bin/python3.11 /opt/*",
        "/usr/bin/find /var/log *",
        "/usr/bin/systemctl",
        "/usr/bin/systemctl restart *",
        "/usr/bin/cat /var/log/*",
        "/usr/bin/su - postgres",
        '/usr/bin/python3 ""',
        "/usr/bin/git log",
        "sudoedit",
        "list",
        "/usr/bin/mysql",
        "/usr/bin/mysql --batch",
        r"/usr/bin/mysql --execute \\\\\! sh",
        r"/usr/bin/mysql --execute SELECT 1;\ system sh",
        r"/usr/bin/mariadb -e source /tmp/x.sql",
        "/usr/bin/psql -c COPY passwd FROM PROGRAM 'id'",
    ],
)
def test_what_gives_all_of_root(command: str) -> None:
    """Shells, editors and whatever starts or writes anything, once its words are free."""
    assert Reach.ANYTHING == reach(command)


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/cat /etc/shadow",
        "/usr/bin/systemctl restart nginx.service",
        '/usr/sbin/iptables-save ""',
        "/bin/sh /opt/backup.sh",
        "/usr/bin/python3 /opt/backup.py",
        "/usr/bin/su - postgres -c /opt/dump.sh",
        "/usr/bin/find -L /etc/ssh/sshd_config -maxdepth 1 -newer /run/sshd.pid",
        r"/usr/bin/ls /srv/a\*b",
        r"/usr/bin/mysql --batch --execute SELECT \'a\' FROM mysql.user\;",
        r"/usr/bin/mariadb --execute SELECT '\=system'\,User FROM mysql.user",
        r"/usr/bin/mariadb --execute SELECT /\*M\!100100 is_role\*/ FROM mysql.user",
    ],
)
def test_what_gives_just_that(command: str) -> None:
    """Words that are all written out, of a program that asks nothing further."""
    assert Reach.EXACT == reach(command)


@pytest.mark.parametrize("command", ["/opt/deploy.sh", "/usr/sbin/reboot", "sudoedit /etc/motd"])
def test_what_gives_one_program(command: str) -> None:
    """A program that nobody here knows, with any words: what it can do is its owner's to say."""
    assert Reach.PROGRAM == reach(command)
