"""A backup job that cron passes over; other breaks of databases and backups are in breakages/."""

from lab.judged import RULES, judged, questions
from lab.services import serve

BACKUP = ("backup-automatic", "backup-encrypted", "backup-mysql", "backup-postgresql")


def test_cron_passes_over_a_script_whose_name_has_a_dot(lab):
    """The same script is a backup by a timer and none in cron.daily: run-parts leaves out the dot."""
    host = lab.host("debian-12-services")
    try:
        serve(host, "databases")
        asked = questions(RULES[name] for name in BACKUP)
        by_timer = judged(host, asked)
        host.run(
            "systemctl stop backup.timer; cp /usr/local/sbin/backup.sh /etc/cron.daily/backup.sh"
        )
        by_cron = judged(host, asked)
    finally:
        host.stop()

    assert dict.fromkeys(BACKUP, "pass") == {name: f.verdict.value for name, f in by_timer.items()}
    assert dict.fromkeys(BACKUP, "fail") == {name: f.verdict.value for name, f in by_cron.items()}
