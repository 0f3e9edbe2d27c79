"""Fact `files.samba`: what the Samba server resolves its own files to, and its shares.

`min_protocol` (Samba's word: NT1 is SMB1), `signing` and `encryption` (mandatory, desired, default,
disabled; its synonyms are made one), `guest_mapping` (never, bad user, bad password, bad uid),
`null_passwords`, `is_lan_manager` (LM or NTLMv1 answers are taken), `is_limited` (to networks or
interfaces), `logs` (at log level 1 or more), `shares`: `name`, `takes_guests`, `is_writable`,
`is_limited` (to hosts or named accounts). smbd reads changed files again by itself.
Source: smb.conf(5), testparm(1).
"""

import re
from collections.abc import Iterable, Mapping

from attt.facts import daemons, networks, tar
from attt.facts.daemons import Daemon, Seen
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_DAEMON = Daemon(
    programs=("/usr/sbin/smbd", "/usr/sbin/samba", "/usr/local/samba/sbin/smbd"),
    processes=frozenset({"smbd", "samba"}),
    units=("smbd.service", "smb.service", "samba.service", "samba-ad-dc.service"),
    ports=frozenset({"445/tcp", "139/tcp"}),
)
_TESTPARM = ("/usr/bin/testparm", "-s", "-v", "--suppress-prompt")
# The program testparm prints no variable of a path: what it includes for nobody stands there.
_INCLUDES = ("/usr/bin/grep", "-hsE", "^[[:space:]]*include[[:space:]]*=.*%", "/etc/samba/smb.conf")
_USERSHARES = "/var/lib/samba/usershares"
_SHARE = Record(
    {
        "name": Text(),
        "takes_guests": Boolean(),
        "is_writable": Boolean(),
        "is_limited": Boolean(),
    }
)
_SHAPE = Record(
    {
        "min_protocol": Text(),
        "signing": Text(),
        "encryption": Text(),
        "guest_mapping": Text(),
        "null_passwords": Boolean(),
        "is_lan_manager": Boolean(),
        "is_limited": Boolean(),
        "logs": Boolean(),
        "shares": ListOf(_SHARE),
    }
)
_STRENGTH = {
    **dict.fromkeys(
        ("mandatory", "required", "force", "forced", "enforced", "require"), "mandatory"
    ),
    **dict.fromkeys(("yes", "true", "1", "on", "enabled", "desired", "auto"), "desired"),
    **dict.fromkeys(("no", "false", "0", "off", "disabled"), "disabled"),
    **dict.fromkeys(("if_required", "default", ""), "default"),
}
_Section = Mapping[str, str]


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **daemons.asks(_DAEMON),
        "includes": Command(argv=_INCLUDES, privilege=Privilege.ROOT, statuses=(0, 1, 2)),
        "settings": Command(argv=_TESTPARM, privilege=Privilege.ROOT, redact="settings"),
        "usershares": ReadTree(path=_USERSHARES, privilege=Privilege.ROOT),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    if seen.gaps:
        return missed(seen.gaps[0].obstacle, seen.gaps[0].detail)
    if any(daemons.word_after(one, "-s", "--configfile") for one in seen.processes):
        return missed(Obstacle.IN_CONTEXT, "smbd runs on another file than its own")
    if (obstacle := obstacle_of(answers["settings"])) is not None:
        return obstacle
    sections = _sections(text_of(answers["settings"]))
    general = sections.get("global", {})
    if "server min protocol" not in general:
        raise Unparsable("testparm prints no server min protocol")
    return FactRead(
        value={
            "min_protocol": general["server min protocol"].upper(),
            "signing": _strength(general, "server signing"),
            "encryption": _strength(general, "server smb encrypt", "smb encrypt"),
            "guest_mapping": general.get("map to guest", "").lower(),
            "null_passwords": _is_yes(general, "null passwords"),
            "is_lan_manager": _is_yes(general, "lanman auth")
            or general.get("ntlm auth", "").lower() in {"yes", "ntlmv1-permitted"},
            "is_limited": _is_limited(general),
            "logs": _logs(general),
            "shares": (*_shares(general, sections, answers), *_for_some(answers["includes"])),
        },
        assurance=Assurance.RESOLVED,
    )


def _sections(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    name = ""
    for line in text.splitlines():
        option, sign, value = line.partition(" =")
        if line[:1] == "[" and line[-1:] == "]" and len(line) > 2:
            name = "global" if line[1:-1].lower() == "global" else line[1:-1]
            found.setdefault(name, {})
        elif name and sign and option[:1] == "\t" and option[1:] and "=" not in option:
            found[name][option[1:]] = value.strip()
    return found


def _strength(general: _Section, *names: str) -> Value:
    said = next((general[name].lower() for name in names if name in general), None)
    known = None if said is None else _STRENGTH.get(said)
    return known or Missing(Obstacle.OUT_OF_TYPE, f"{names[0]}: {str(said)[:40]}")


def _is_yes(section: _Section, name: str) -> bool:
    return section.get(name, "No").lower() in {"yes", "true", "1", "on"}


def _is_limited(section: _Section) -> bool:
    hosts = re.split(r"[\s,]+", section.get("hosts allow", "").strip())
    words = {word for word in hosts if word}
    if words and not _are_everyone(words):
        return True
    heard = section.get("interfaces", "").split()
    return _is_yes(section, "bind interfaces only") and bool(heard) and not _are_everyone(heard)


def _are_everyone(words: Iterable[str]) -> bool:
    """`128.` is a network by its beginning; a name is some host."""
    plain = [word.strip('"').lower() for word in words]
    starts = [f"{word}/{8 * word.count('.')}" for word in plain if word.endswith(".")]
    is_any = bool({"all", "0.", "0.0.0.0"} & set(plain))  # noqa: S104
    return is_any or networks.is_one_for_everybody([*plain, *starts])


def _logs(general: _Section) -> bool:
    level = re.match(r"[0-9]+", general.get("log level", "0"))
    return bool(level) and int(level[0][:4]) > 0 if level else False


def _shares(general: _Section, sections: Mapping[str, _Section], answers: Answers) -> list[Value]:
    found: list[Value] = [
        {
            "name": name,
            "takes_guests": _is_yes({**general, **own}, "guest ok"),
            "is_writable": not _is_yes({"read only": "Yes", **general, **own}, "read only"),
            "is_limited": bool(own.get("valid users")) or _is_limited(own) or _is_limited(general),
        }
        for name, own in sections.items()
        if name != "global"
    ]
    if general.get("registry shares", "No").lower() == "yes":
        found.append(
            Missing(Obstacle.UNSUPPORTED, "shares of the registry that are asked for later")
        )
    return found + _of_users(general, answers["usershares"])


def _for_some(answer: Answer) -> list[Value]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or "/etc/samba/smb.conf")]
    gap = Missing(Obstacle.IN_CONTEXT, "a file that is included for some clients alone")
    return [gap] if text_of(answer).strip() else []


def _of_users(general: _Section, tree: Answer) -> list[Value]:
    """Shares that accounts made by themselves: `net usershare`, one file each."""
    if general.get("usershare max shares", "0") == "0":
        return []
    folder = general.get("usershare path", _USERSHARES)
    if tree.obstacle is not None or folder != _USERSHARES:
        why = tree.obstacle or Obstacle.UNSUPPORTED
        return [Missing(why, f"shares that accounts make in {folder[:60]}")]
    allows = _is_yes(general, "usershare allow guests")
    return [
        {
            "name": member.name,
            "takes_guests": allows and b"\nguest_ok=y" in member.content,
            "is_writable": b":f" in member.content.lower(),
            "is_limited": _is_limited(general) or b"S-1-1-0" not in member.content,
        }
        for member in (tar.members(tree.stdout) if tree.exists else ())
    ]


SAMBA = FactKind(
    id="files.samba",
    title="Samba server and its shares",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
