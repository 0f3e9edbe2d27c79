"""Which words of a job make it a backup."""

import pytest

from attt.facts import backup_words as words


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"/usr/bin/restic", "/srv"}, ("restic",)),
        ({"tar", "/srv/a.tar"}, ()),
        ({"tar", "/mnt/backup"}, ("tar",)),
        ({"rsync", "/srv"}, ()),
        ({"rsync", "pg_dump"}, ("pg_dump", "rsync")),
        ({"/usr/libexec/dpkg/dpkg-db-backup", "tar"}, ()),
        ({"/usr/sbin/logrotate"}, ()),
    ],
)
def test_a_tool_of_many_uses_counts_where_the_job_is_named_so(said, found):
    """Tar and rsync alone may be anything."""
    assert found == words.programs(said)


@pytest.mark.parametrize(
    ("paths", "script"),
    [
        (["/root/backup.sh"], "/root/backup.sh"),
        (["/usr/bin/nice", "/opt/sao-luu.sh"], "/opt/sao-luu.sh"),
        (["/usr/bin/find", "/var/backups"], None),
        (["/usr/local/bin/backup.sh"], None),
    ],
)
def test_a_script_named_like_a_backup_that_was_not_read(paths, script):
    """A folder is none, and one whose words are known is none."""
    assert script == words.unread_script(paths, {"/usr/local/bin/backup.sh"})


@pytest.mark.parametrize(
    ("programs", "told"),
    [(("restic",), True), (("pg_dump", "restic"), True), (("borg",), None), (("rsync",), False)],
)
def test_encryption_is_told_by_the_program_or_not_at_all(programs, told):
    """Borg's repository decides, which nobody read."""
    assert told == words.encryption(programs)
