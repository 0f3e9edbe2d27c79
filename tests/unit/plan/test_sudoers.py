"""sudoers lines are exact, and sudo's own checker accepts them."""

import shutil
import subprocess

import pytest

from attt.collect.dialect.posix import sudo_argv
from attt.facts.registry import FACTS
from attt.model.ask import Privilege
from attt.plan.sudoers import sudoers


def test_special_characters_are_escaped():
    """Commas, colons, equal signs and glob signs stand for themselves."""
    line = sudoers(("attt",), (("/bin/x", "a=b,c:d", "*.conf", ""),))

    assert 'attt ALL=(root) NOPASSWD: /bin/x a\\=b\\,c\\:d \\*.conf ""\n' == line


def test_a_backslash_is_escaped_twice():
    """Once for sudoers' own reader, once for fnmatch(3): it must match itself and nothing else."""
    line = sudoers(("attt",), (("/usr/bin/find", "%p\\0", "#1"),))

    assert "attt ALL=(root) NOPASSWD: /usr/bin/find %p\\\\\\\\0 \\#1\n" == line


def test_visudo_accepts_every_privileged_ask(tmp_path):
    """The lines for everything that attt can ask pass `visudo -c`."""
    if not shutil.which("visudo", path="/usr/sbin:/usr/bin"):
        pytest.skip("sudo is not installed")
    asks = [
        ask
        for kind in FACTS.values()
        for ask in kind.asks(dict.fromkeys(kind.params, "/etc/example")).values()
    ]
    argvs = [argv for ask in asks if ask.privilege is Privilege.ROOT for argv in sudo_argv(ask)]
    file = tmp_path / "attt"
    file.write_text(sudoers(("attt",), argvs, "Exact commands, nothing more"))
    file.chmod(0o440)

    ran = subprocess.run(["/usr/sbin/visudo", "-c", "-f", file], capture_output=True, check=False)

    assert len(argvs) > 3
    assert 0 == ran.returncode, ran.stderr
