"""The values that the kernel itself gives settings of /proc/sys, where no file sets them at boot.

Most are the same in every kernel that is still supported. Some follow from how a kernel was built,
which its own file in /boot tells; a few differ between distributions' patches, and are not known.
Sources: Documentation/admin-guide/sysctl, Documentation/networking/ip-sysctl, the kernel's Kconfig.
"""

import re
from collections.abc import Mapping

from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing

_BUILT = {
    "kernel/dmesg_restrict": "CONFIG_SECURITY_DMESG_RESTRICT",
    "kernel/unprivileged_bpf_disabled": "CONFIG_BPF_UNPRIV_DEFAULT_OFF",
    "kernel/sysrq": "CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE",
}
_ON = {"kernel/dmesg_restrict": "1", "kernel/unprivileged_bpf_disabled": "2"}
ASK: Ask = Command(
    argv=(
        *("/bin/grep", "-RsE", "--include=config-*"),
        *("-e", f"^(# )?({'|'.join(_BUILT.values())})[= ]", "/boot"),
    ),
    privilege=Privilege.ROOT,
    statuses=(0, 1, 2),
)

_FIXED: Mapping[str, tuple[str, ...]] = {
    "kernel/randomize_va_space": ("2",),
    "kernel/kptr_restrict": ("0",),
    "kernel/yama/ptrace_scope": ("0", "1"),  # Debian's patch, the kernel's own
    "fs/suid_dumpable": ("0",),
    "fs/protected_hardlinks": ("0", "1"),  # the kernel's own, Debian's patch
    "fs/protected_symlinks": ("0", "1"),
    "net/ipv4/tcp_syncookies": ("1",),
    "net/ipv4/icmp_echo_ignore_broadcasts": ("1",),
    "net/ipv4/icmp_ignore_bogus_error_responses": ("1",),
    **{
        f"net/ipv4/conf/{place}/{name}": (value,)
        for place in ("all", "default")
        for name, value in {
            "accept_redirects": "1",
            "send_redirects": "1",
            "rp_filter": "0",
            "accept_source_route": "1" if place == "default" else "0",
            "log_martians": "0",
        }.items()
    },
    **{f"net/ipv6/conf/{place}/accept_redirects": ("1",) for place in ("all", "default")},
    **{f"net/ipv6/conf/{place}/accept_source_route": ("0",) for place in ("all", "default")},
    "net/ipv6/conf/default/accept_ra": ("1",),
}
_LAXEST = {
    "kernel/dmesg_restrict": ("0", "1"),
    "kernel/unprivileged_bpf_disabled": ("0", "1", "2"),
    "kernel/sysrq": ("1", "438"),
}
"""What a kernel may have whose build is not told."""
NAMES = (*_FIXED, *_BUILT)


def possible(name: str, release: str, config: Answer) -> tuple[str, ...] | Missing:
    """The values that this kernel may have given a setting of NAMES, the laxest first.

    `release` is the kernel's as uname(2) tells it, `config` what ASK was told.
    """
    if name in _FIXED:
        return _FIXED[name]
    if config.obstacle is not None:
        return Missing(config.obstacle, config.detail or "/boot/config")
    option = re.escape(_BUILT[name])
    file = re.escape(f"/boot/config-{release}")
    said = re.search(rf"(?m)^{file}:(?:{option}=(\w+)|# {option} is not set)$", text_of(config))
    if said is None:
        return _LAXEST[name]
    if name in _ON:
        return (_ON[name],) if said[1] == "y" else ("0",)
    if said[1] is None or not re.fullmatch(r"(?:0x)?[0-9a-fA-F]{1,8}", said[1]):
        return _LAXEST[name]
    return (str(int(said[1], 16)),)


def of_command_line(answer: Answer) -> dict[str, str] | Missing:
    """What the boot loader hands the kernel as `sysctl.NAME=VALUE`, by path below /proc/sys."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle or Obstacle.FAILED, answer.detail or "/proc/cmdline")
    said = re.findall(r"(?<!\S)sysctl[./]([\w./-]+)=(\S+)", text_of(answer))
    return {name.replace(".", "/"): value.strip('"') for name, value in said}
