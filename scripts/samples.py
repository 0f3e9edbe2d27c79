"""Write docs/samples/: what attt shows and prints, from three real hosts of the test lab.

.venv/bin/python scripts/samples.py             as root, like the lab itself; about a minute

Needs what tests/lab needs, and chromium and pdftoppm (poppler-utils) for the pictures. Names,
addresses and papers are made up; what is found is what a fresh Debian with a few mistakes shows.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/lab")]

from lab import ground  # noqa: E402
from lab.host import LabHost  # noqa: E402
from lab.session import Lab  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.terminal_theme import DEFAULT_TERMINAL_THEME  # noqa: E402
from rich.text import Text  # noqa: E402

SAMPLES = ROOT / "docs/samples"
LIMIT = 1_500_000
KERNEL = "6.12.0"
"""Shown instead of the kernel of whatever machine the lab runs on."""
COLUMNS, ROWS = 112, 46
HOSTS = (("web1", "debian-12"), ("app1", "debian-13"), ("db1", "debian-12"))
MISTAKES = {
    "web1": ("systemctl disable --now vsftpd; echo 'PermitRootLogin yes' >>/etc/ssh/sshd_config",),
    "app1": ("systemctl disable --now vsftpd; sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 90/' /etc/login.defs",),
    "db1": ("chmod 0666 /etc/crontab; echo 'kho ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/kho",),
}  # fmt: skip
SETTINGS = """language = "vi"
[letterhead]
parent_body = "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
body = "TRUNG TÂM CHUYỂN ĐỔI SỐ"
place = "Mẫu"
"""
INVENTORY = """organisations:
  - {{id: ubnd, name: Ủy ban nhân dân tỉnh Mẫu, role: owner}}
  - {{id: ttcds, name: Trung tâm Chuyển đổi số, role: operator, parent: Sở Khoa học và Công nghệ}}
vantage: {{zone: may-chu}}
zones:
  - id: may-chu
    name: Vùng máy chủ
    cidrs: [{web1}/32, {app1}/32, {db1}/32]
    expose: [{{from: may-chu, services: [22/tcp]}}]
scan_approvals:
  - {{zones: [may-chu], document: 12/KH-UBND, date: 2026-11-02, until: 2099-12-31, by: ubnd}}
systems:
  - code: TTHC
    name: Hệ thống thông tin giải quyết thủ tục hành chính
    level: 3
    owner: ubnd
    operator: ttcds
    dossier: tthc-2026
    hosts: [web1, app1, db1]
dossiers:
  - id: tthc-2026
    status: approved
    decision: {{number: 123/QĐ-UBND, date: 2026-10-15, by: ubnd}}
    regulation: {{number: 45/QĐ-UBND, date: 2026-09-01, by: ubnd}}
    standard: tcvn-14423-2026
    plan: partly
hosts:
  - {{id: h-0001, name: web1, addresses: [{web1}], zone: may-chu}}
  - {{id: h-0002, name: app1, addresses: [{app1}], zone: may-chu}}
  - {{id: h-0003, name: db1, addresses: [{db1}], zone: may-chu}}
connect: {{user: attt, key: "file:{key}"}}
"""


class Office:
    """A folder in which attt is run as somebody at a terminal would run it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def attt(self, *words: str) -> str:
        """One command, with its output as a terminal shows it, in colour."""
        inner = " ".join(
            ["stty", "cols", str(COLUMNS), "rows", "400;", f"{sys.executable} -m attt"]
        )
        line = f"{inner} {' '.join(words)} 2>/dev/null"
        done = subprocess.run(
            ["script", "-qec", line, "/dev/null"], cwd=self._folder, capture_output=True,
            text=True, check=False, timeout=300, stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder), "PYTHONPATH": str(ROOT),
                 "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode not in (0, 1, 4):
            raise RuntimeError(f"attt {words}: exit {done.returncode}\n{done.stdout}")
        return self._plain(done.stdout)

    def _plain(self, shown: str) -> str:
        """Without this machine's paths, and without what a terminal is told beside text."""
        return shown.replace("\r", "").replace(f"{self._folder}/", "").replace("\x1b[?25h", "")


def picture(name: str, command: str, shown: str) -> None:
    """A terminal's output as SVG, cut to the first lines."""
    lines = shown.rstrip().split("\n")
    kept = lines[:ROWS] + ([f"… ({len(lines) - ROWS} dòng nữa)"] if len(lines) > ROWS else [])
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(),
        force_terminal=True, color_system="truecolor",
    )  # fmt: skip
    console.print(Text.from_ansi(f"$ {command}\n" + "\n".join(kept)))
    svg = console.export_svg(title=command, theme=DEFAULT_TERMINAL_THEME, unique_id=name)
    # The font comes from the reader's machine: nothing is fetched.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "Consolas, Menlo, Liberation Mono")
    SAMPLES.joinpath(f"{name}.svg").write_text(svg, encoding="utf-8")


def ready(lab: Lab) -> dict[str, LabHost]:
    """Three hosts with the account that the guides make, and a few mistakes."""
    hosts = {name: lab.host(release, name=name) for name, release in HOSTS}
    for name, host in hosts.items():
        host.user("attt", sudo=None)
        for mistake in MISTAKES[name]:
            host.run(mistake)
        host.run("systemctl restart ssh")
    return hosts


def entitle(office: Office, folder: Path, hosts: dict[str, LabHost]) -> None:
    """The account may run exactly what attt plans to run."""
    office.attt("plan", "--sudoers", "kiem-ke.yaml", ">attt.sudoers")
    lines = folder.joinpath("attt.sudoers").read_text(encoding="utf-8")
    for host in hosts.values():
        host.write("/etc/sudoers.d/attt", lines, mode="0440")


def enrol(office: Office, hosts: dict[str, LabHost]) -> None:
    """Host keys, by the fingerprints that the hosts themselves show."""
    words = ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]
    prints = [host.run(words).stdout.split()[1] for host in hosts.values()]
    given = [word for one in prints for word in ("--fingerprint", one)]
    office.attt("keys", "enrol", "kiem-ke.yaml", *given)


def run(words: Sequence[str | Path]) -> None:
    """A program that must succeed."""
    subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=120)


def pages(folder: Path) -> None:
    """The papers, and pictures of their first pages."""
    (leader,) = folder.glob("out/leader-*.pdf")
    (system,) = folder.glob("out/system-*.pdf")
    (host,) = folder.glob("out/host-*.html")
    shutil.copyfile(leader, SAMPLES / "leader.pdf")
    shutil.copyfile(system, SAMPLES / "system.pdf")
    page = host.read_text(encoding="utf-8").replace(os.uname().release, KERNEL)
    SAMPLES.joinpath("host.html").write_text(page, encoding="utf-8")
    for source, name in ((leader, "leader"), (system, "system")):
        run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-gray", source, SAMPLES / name])
    with tempfile.TemporaryDirectory() as profile:
        run(["chromium", "--headless", "--no-sandbox", f"--user-data-dir={profile}",
             "--window-size=1000,1300", "--hide-scrollbars",
             f"--screenshot={SAMPLES / 'host.png'}", (SAMPLES / "host.html").as_uri()])  # fmt: skip


def write(folder: Path, lab: Lab) -> None:
    """Audit once, and keep what was shown and printed."""
    hosts, office = ready(lab), Office(folder)
    addresses = {name: host.address for name, host in hosts.items()}
    folder.joinpath("attt.toml").write_text(SETTINGS, encoding="utf-8")
    inventory = INVENTORY.format(**addresses, key=lab.key)
    folder.joinpath("kiem-ke.yaml").write_text(inventory, encoding="utf-8")
    entitle(office, folder, hosts)
    enrol(office, hosts)
    picture("doctor", "attt doctor kiem-ke.yaml", office.attt("doctor", "kiem-ke.yaml"))
    picture("audit", "attt audit kiem-ke.yaml", office.attt("audit", "kiem-ke.yaml"))
    check = office.attt("check", f"attt@{addresses['db1']}", "-i", str(lab.key))
    picture("check", f"attt check attt@{addresses['db1']} -i ~/.ssh/attt_ed25519", check)
    office.attt("report", "latest", "--kind", "host", "--host", "db1")
    pages(folder)


def main() -> int:
    """0 when everything is written and small; 2 where this machine can't have the lab."""
    for lacking in (ground.lacking(), *(f"needs {p}" for p in ("chromium", "pdftoppm", "script")
                                        if shutil.which(p) is None)):  # fmt: skip
        if lacking:
            print(lacking, file=sys.stderr)
            return 2
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lab = Lab(folder)
        try:
            write(folder, lab)
        finally:
            lab.stop()
    sizes = {path.name: path.stat().st_size for path in sorted(SAMPLES.iterdir())}
    print("\n".join(f"{size:>9}  {name}" for name, size in sizes.items()))
    return 0 if sum(sizes.values()) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
