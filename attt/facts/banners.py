"""Fact `banners.texts`: what a host says before and after somebody logs in.

`texts`: for the console (/etc/issue and /etc/issue.d), the network (/etc/issue.net), SSH (the file
that sshd shows before a login) and the day (/etc/motd): `name`, `is_shown` (there, and not empty),
`warns` (says that only those with permission may enter, or that they are watched, in Vietnamese or
English) and `tells_system` (shows system, version or kernel). Texts themselves are not kept.
Sources: issue(5), agetty(8), sshd_config(5), motd(5).
"""

import re
import unicodedata

from attt.facts import sshd, sshd_running, tar
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.sshd_config import read
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_FILES = {
    "issue": "/etc/issue",
    "issue_net": "/etc/issue.net",
    "motd": "/etc/motd",
    "ssh_banner": "/etc/ssh/banner",
    "ssh_sshd_banner": "/etc/ssh/sshd_banner",
    "ssh_banner_txt": "/etc/ssh/banner.txt",
    "ssh_issue": "/etc/ssh/issue.net",
    "banner": "/etc/banner",
    "banner_net": "/etc/banner.net",
    "ssh_banner_net": "/etc/ssh/ssh_banner",
}
_WARNS = re.compile(
    r"authori[sz]ed|unauthori[sz]ed|prohibited|forbidden|restricted|monitor|permission|"
    r"private system|prosecut|được phép|cho phép|phép|thẩm quyền|ủy quyền|uỷ quyền|nghiêm cấm|"
    r"trái phép|giám sát|ghi lại|theo dõi|cảnh báo|xử lý theo|duoc phep|trai phep|nghiem cam|"
    r"uy quyen|tham quyen|giam sat|ghi lai|canh bao|consent",
    re.IGNORECASE,
)
_NAMES = (
    r"debian|ubuntu|red hat|redhat|rhel|centos|rocky linux|almalinux|fedora|opensuse|suse linux|"
    r"oracle linux|amazon linux|openeuler|kernel|linux \d|openssh|astra linux|kali"
)
_TELLS = re.compile(rf"\b(?:{_NAMES})", re.IGNORECASE)
_ESCAPES = re.compile(r"\\(?:[mrsv]|S)")
_FREE = re.compile(r"Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY")

_TEXT = Record(
    {
        "name": Text(choices=("console", "network", "ssh", "day")),
        "is_shown": Boolean(),
        "warns": Boolean(),
        "tells_system": Boolean(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **{name: ReadFile(path=path) for name, path in _FILES.items()},
        "issue_tree": ReadTree(path="/etc/issue.d", glob="*.issue"),
        "settings": Command(argv=(sshd.SSHD, "-T"), privilege=Privilege.ROOT),
        **sshd.FILES,
        **sshd_running.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    console = _joined(answers["issue"], answers["issue_tree"])
    texts = (
        _told("console", console, escapes=True),
        _told("network", _text(answers["issue_net"]), escapes=True),
        *_ssh(answers),
        _told("day", _text(answers["motd"]), escapes=False),
    )
    return FactRead(value={"texts": texts}, assurance=Assurance.CONFIGURED)


def _text(answer: Answer) -> str | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail)
    return text_of(answer) if answer.exists else ""


def _joined(issue: Answer, tree: Answer) -> str | Missing:
    first = _text(issue)
    if isinstance(first, Missing) or not tree.exists:
        return first
    if tree.obstacle is not None:
        return Missing(tree.obstacle, tree.detail)
    parts = (m.content.decode("utf-8", errors="replace") for m in tar.members(tree.stdout))
    return "\n".join((first, *parts))


def _ssh(answers: Answers) -> list[Value]:
    """Nothing where no sshd is installed; a file that is not among those asked is not known."""
    settings = answers["settings"]
    if settings.obstacle is Obstacle.NO_TOOL:
        return []
    if settings.obstacle is not None:
        return [
            _told("ssh", Missing(settings.obstacle, settings.detail or "sshd -T"), escapes=False)
        ]
    started = sshd_running.started(answers)
    if isinstance(started, FactMissed):
        return [_told("ssh", Missing(started.obstacle, started.detail), escapes=False)]
    if (lost := sshd.unread(answers)) is not None:
        return [_told("ssh", Missing(lost.obstacle, lost.detail), escapes=False)]
    written = read(sshd.texts(answers), has_vendor=answers["vendor_tree"].obstacle is None)
    if "banner" in written.in_match or written.unseen:
        gap = Missing(Obstacle.IN_CONTEXT, "a Match block sets it for some connections")
        return [_told("ssh", gap, escapes=False)]
    found = re.search(r"(?m)^banner (.+)$", text_of(settings))
    path = dict(started.settings).get("banner", found[1] if found else "none").strip()
    if path.lower() == "none":
        return [_told("ssh", "", escapes=False)]
    name = next((name for name, one in _FILES.items() if one == path), None)
    unread = Missing(Obstacle.UNSUPPORTED, f"sshd shows a file that is not asked: {path[:80]}")
    return [_told("ssh", unread if name is None else _text(answers[name]), escapes=False)]


def _told(name: str, text: str | Missing, *, escapes: bool) -> Value:
    if isinstance(text, Missing):
        return {"name": name, "is_shown": text, "warns": text, "tells_system": text}
    plain = unicodedata.normalize("NFC", _FREE.sub("", text))
    return {
        "name": name,
        "is_shown": bool(text.strip()),
        "warns": bool(_WARNS.search(plain)),
        "tells_system": bool(_TELLS.search(plain) or (escapes and _ESCAPES.search(plain))),
    }


TEXTS = FactKind(
    id="banners.texts",
    title="Texts shown before and after login",
    shape=Record({"texts": ListOf(_TEXT)}),
    asks=_asks,
    parse=_parse,
    version=3,
)
