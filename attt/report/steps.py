"""A rule's fix as steps: what to mind first, what to type, how to verify; no word is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from attt.report.prose import reflow

_ITEM = re.compile(r"(\d+)\. ")
_DEEP = " " * 6
_VERIFY = re.compile(r"(Kiểm chứng|Kiểm tra lại|Verify|Check again)\b", re.IGNORECASE)
_PROGRAM_NAMES = """
    aa-enforce aa-status apt apt-get apt-mark auditctl augenrules authselect cat chage chattr chgrp
    chmod chown chronyc cp crontab dnf dpkg dpkg-reconfigure dpkg-statoverride echo faillock find
    firewall-cmd getent getenforce gpasswd grep groupadd groupmod grub-mkconfig grub2-mkconfig
    install ip iptables iptables-save ip6tables journalctl last lastlog logrotate ls lsattr lsmod
    lsof mkdir modprobe mount mv nft nginx openssl pam-auth-update passwd printf pwck pwconv reboot
    resolvectl restorecon rm rpm rsyslogd sed semanage sestatus setenforce setfacl getfacl ss ssh
    ssh-keygen sshd stat su sudo sysctl systemctl tee timedatectl touch tune2fs ufw umount
    unattended-upgrade unattended-upgrades update-grub update-initramfs useradd userdel usermod
    vipw visudo xargs yum zypper
    """
_PROGRAMS = frozenset(_PROGRAM_NAMES.split())
_END = re.compile(r"; | \(|\. | rồi | then |\)(?=[.;, ]|$)|[.;,]?$")
_BEGIN = re.compile(r"(?:^|: |; | rồi | then )(?=[a-z/])")
_PROSE_WORDS = """
    an and are be but by here if is it its lists must now of one or prints says shows still that the
    then there this what when where which who with without you cho ghi hai khi ra sau sang theo trong
    """
_PROSE = frozenset(_PROSE_WORDS.split())
"""Words of sentences; those that ufw, nft and others take as arguments are not among them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a step: a sentence, or a command to type as it stands."""

    text: str
    is_command: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `number` is empty for what stands before the first."""

    number: str
    parts: tuple[Part, ...]

    @property
    def is_verifying(self) -> bool:
        """Whether it says how to see that the mend holds."""
        return bool(self.parts) and bool(_VERIFY.match(self.parts[0].text))


@dataclass(frozen=True, slots=True)
class Guide:
    """A fix: read `before` first, then do `steps`, then `verify`."""

    before: tuple[Step, ...]
    steps: tuple[Step, ...]
    verify: tuple[Step, ...]

    @property
    def first(self) -> str:
        """The first action as one line."""
        chosen = self.steps or self.before or self.verify
        return " ".join(p.text for p in chosen[0].parts) if chosen else ""


def guide(text: str) -> Guide:
    """Read the steps of a fix's text in one language."""
    steps = tuple(_steps(text))
    doing = tuple(s for s in steps if not s.is_verifying)
    numbered = tuple(s for s in doing if s.number)
    return Guide(
        before=tuple(s for s in doing if not s.number) if numbered else (),
        steps=numbered or doing,
        verify=tuple(s for s in steps if s.is_verifying),
    )


def _steps(text: str) -> Iterator[Step]:
    number, parts = "", list[Part]()
    for line in reflow(text).split("\n"):
        item = _ITEM.match(line)
        if item:
            if parts:
                yield Step(number, tuple(parts))
            number, parts = item[1], []
        if line.startswith(_DEEP):
            parts.append(Part(line.strip(), is_command=True))
        else:
            parts += _parts(line[item.end() :] if item else line)
    if parts:
        yield Step(number, tuple(parts))


def _parts(text: str) -> list[Part]:
    """Sentences and the commands in them; a doubtful piece stays part of its sentence."""
    made: list[Part] = []
    said = 0
    for begin in _BEGIN.finditer(text):
        end = _END.search(text, begin.end())
        before = text[: begin.end()]
        if begin.end() < said or end is None or before.count("(") > before.count(")"):
            continue
        piece = text[begin.end() : end.start()]
        if _is_command(piece):
            made += _sentence(text[said : begin.end()])
            made.append(Part(piece, is_command=True))
            said = end.start()
    return [*made, *_sentence(text[said:])]


def _sentence(text: str) -> list[Part]:
    bare = text.strip().lstrip(".;, ")
    return [Part(bare)] if bare.strip(".;,) ") else []


def _is_command(piece: str) -> bool:
    """Known program first, then nothing that a sentence would hold."""
    words = piece.split()
    if not words or words[0].rsplit("/", 1)[-1] not in _PROGRAMS:
        return False
    if piece.count("(") != piece.count(")"):
        return False
    return all((w.isascii() or w.upper() == w) and w not in _PROSE for w in words) and not any(
        w.endswith(",") for w in words
    )
