"""Fact `mac.state`: whether the kernel confines programs beyond file modes (AppArmor, SELinux).

`system` is apparmor, selinux or none; `is_enforcing`: SELinux refuses what its policy forbids, or
AppArmor has at least one profile in enforce mode; `enforced` and `complaining` count AppArmor's
profiles, null for SELinux; `at_boot`: SELinux's mode after a restart by its configuration, null
where there is none. Where no policy is loaded nothing is enforced. Only the running kernel is believed (apparmorfs, selinuxfs); none of the two
is proved by /proc/filesystems and /sys/module, which every process sees. In a container these show
the kernel of its host, whose profiles are not to be seen from inside: missed.
"""

import re

from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Missing, Value

_PROFILE = re.compile(r"(?m)^.+ \((enforce|complain|kill|prompt|unconfined|audit)\)$")
_MODE = re.compile(r"(?m)^[ \t]*SELINUX[ \t]*=[ \t]*(enforcing|permissive|disabled)[ \t]*$")


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    return {
        "filesystems": ReadFile(path="/proc/filesystems"),
        "enforce": ReadFile(path="/sys/fs/selinux/enforce"),
        "label": ReadFile(path="/proc/self/attr/current"),
        "config": ReadFile(path="/etc/selinux/config"),
        "enabled": ReadFile(path="/sys/module/apparmor/parameters/enabled", privilege=root),
        "profiles": ReadFile(
            path="/sys/kernel/security/apparmor/profiles", privilege=root, cap_bytes=1 * MIB
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    selinux, apparmor = _has_selinux(answers), _has_apparmor(answers["enabled"])
    if selinux is True and _has_no_policy(answers["label"]):
        return _read("selinux", is_enforcing=False, at_boot=_at_boot(answers["config"]))
    if selinux is True:
        return _read("selinux", _enforces(answers["enforce"]), at_boot=_at_boot(answers["config"]))
    if apparmor is True:
        return _apparmor(answers["profiles"])
    for unsure in (selinux, apparmor):
        if isinstance(unsure, Missing):
            return missed(unsure.obstacle, unsure.detail)
    return _read("none", is_enforcing=False)


def _has_selinux(answers: Answers) -> bool | Missing:
    answer = answers["filesystems"]
    if answer.obstacle is not None or not answer.exists:
        return Missing(answer.obstacle or Obstacle.FAILED, "/proc/filesystems")
    names = {line.split()[-1] for line in text_of(answer).split("\n") if line.strip()}
    if "proc" not in names:
        return Missing(Obstacle.UNPARSABLE, "/proc/filesystems")
    return "selinuxfs" in names


def _has_apparmor(answer: Answer) -> bool | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "apparmor")
    if not answer.exists:
        return False
    said = text_of(answer).strip()
    return said == "Y" if said in {"Y", "N"} else Missing(Obstacle.UNPARSABLE, "apparmor")


def _has_no_policy(label: Answer) -> bool:
    """Whether the kernel knows SELinux without any policy, as in RHEL 9 with SELINUX=disabled.

    A process then bears the name of a first label of the kernel, and not user:role:type.
    """
    is_read = label.obstacle is None and label.exists
    return is_read and text_of(label).strip("\0\n ") in {"kernel", "init"}


def _enforces(answer: Answer) -> bool | Missing:
    if answer.obstacle is not None or not answer.exists:
        return Missing(answer.obstacle or Obstacle.UNSUPPORTED, "selinuxfs is not mounted here")
    said = text_of(answer).strip()
    return said == "1" if said in {"0", "1"} else Missing(Obstacle.UNPARSABLE, "enforce")


def _at_boot(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/etc/selinux/config")
    said = _MODE.findall(text_of(answer)) if answer.exists else []
    return said[-1] if said else None


def _apparmor(answer: Answer) -> Fact:
    if answer.obstacle is not None or not answer.exists:
        gap = Missing(answer.obstacle or Obstacle.UNSUPPORTED, "apparmorfs is not to be seen here")
        return _read("apparmor", gap, enforced=gap, complaining=gap)
    modes = _PROFILE.findall(text_of(answer))
    enforced = sum(mode in {"enforce", "kill", "prompt"} for mode in modes)
    complaining = modes.count("complain")
    return _read("apparmor", enforced > 0, enforced=enforced, complaining=complaining)


def _read(
    system: str,
    is_enforcing: bool | Missing,  # noqa: FBT001 - it is a value, not a switch
    *,
    enforced: Value = None,
    complaining: Value = None,
    at_boot: Value = None,
) -> FactRead:
    return FactRead(
        value={
            "system": system,
            "is_enforcing": is_enforcing,
            "enforced": enforced,
            "complaining": complaining,
            "at_boot": at_boot,
        },
        assurance=Assurance.RUNNING,
    )


STATE = FactKind(
    id="mac.state",
    title="Mandatory access control (AppArmor, SELinux)",
    shape=Record(
        {
            "system": Text(choices=("apparmor", "selinux", "none")),
            "is_enforcing": Boolean(),
            "enforced": Integer("profiles", nullable=True),
            "complaining": Integer("profiles", nullable=True),
            "at_boot": Text(nullable=True),
        }
    ),
    asks=_asks,
    parse=_parse,
    version=2,
)
