"""nginx, Apache and HAProxy that do not run, and that run without the last change of their files."""

from lab.judged import RULES, judged, questions
from lab.services import serve

ASKED = questions(
    rule for name, rule in RULES.items() if name.startswith(("nginx-", "apache-", "haproxy-"))
)
CHANGE = """sleep 5
echo '# sửa' >>/etc/nginx/sites-available/default
echo >>/etc/haproxy/haproxy.cfg
echo >>/etc/apache2/ports.conf
"""


def test_absent_and_then_changed_without_a_reload(lab):
    """What does not run is not judged, and of a change that is not loaded nobody knows the effect."""
    host = lab.host("debian-12-services")
    try:
        absent = judged(host, ASKED)
        serve(host, "web")
        host.run(CHANGE)
        changed = judged(host, ASKED)
    finally:
        host.stop()

    assert {"not_applicable"} == {one.verdict.value for one in absent.values()}
    moved = {name: one.verdict.value for name, one in changed.items()}
    assert dict.fromkeys(moved, "unknown") == moved
