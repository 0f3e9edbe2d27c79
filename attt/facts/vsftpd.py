"""vsftpd's settings file: `name=value` without spaces, the last one holds: vsftpd.conf(5)."""

import re

from attt.facts.daemons import Process
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile
from attt.model.value import Missing, Value

_PLACES = {"/etc/vsftpd.conf": "vsftpd", "/etc/vsftpd/vsftpd.conf": "vsftpd_rhel"}
ASKS: dict[str, Ask] = {
    name: ReadFile(path=path, privilege=Privilege.ROOT, redact="settings")
    for path, name in _PLACES.items()
}
READ = tuple(_PLACES)
"""What it reads when it is started or reloaded."""
_DEFAULTS = {
    "anonymous_enable": True,  # the program's own; Debian's file sets NO
    "ssl_enable": False,
    "force_local_logins_ssl": True,
    "force_local_data_ssl": True,
    "allow_anon_ssl": False,
    "force_anon_logins_ssl": False,
    "ssl_tlsv1": True,
    "ssl_sslv2": False,
    "ssl_sslv3": False,
    "chroot_local_user": False,
    "chroot_list_enable": False,
    "xferlog_enable": False,
    "local_enable": False,
    "log_ftp_protocol": False,
    "syslog_enable": False,
    "tunable": False,
}


def settings(process: Process | None, answers: Answers) -> dict[str, Value] | Missing:
    """The fields of one server, by the file that its command line names."""
    path = _path(process, answers)
    if path not in _PLACES:
        return Missing(Obstacle.IN_CONTEXT, f"vsftpd runs on another file: {str(path)[:60]}")
    answer = answers[_PLACES[path]]
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or path)
    if not answer.exists:
        return Missing(Obstacle.IN_CONTEXT, "vsftpd without its file")
    lines = [*text_of(answer).splitlines(), *(_overrides(process) if process else ())]
    pairs = [line.split("=", 1) for line in lines if not line.startswith("#") and "=" in line]
    said = {name.strip(): value.strip().upper() for name, value in pairs}
    on = {name: _is_on(said.get(name), default) for name, default in _DEFAULTS.items()}
    return {
        "allows_anonymous": on["anonymous_enable"],
        "requires_tls": _requires_tls(on),
        "is_chrooted": _is_chrooted(on, said),
        "logs_transfers": on["xferlog_enable"],
    }


def _is_chrooted(on: dict[str, bool], said: dict[str, str]) -> Value:
    if on["chroot_list_enable"] or "user_config_dir" in said:
        return Missing(Obstacle.IN_CONTEXT, "a list of accounts decides who is confined")
    return on["chroot_local_user"]


def _path(process: Process | None, answers: Answers) -> str:
    words = process.words[1:] if process else ()
    named = [word for word in words if not word.startswith("-") and word.startswith("/")]
    if named:
        return named[-1]
    if any(not word.startswith("-") for word in words):
        return " ".join(words)
    is_rhel = not answers["vsftpd"].exists and answers["vsftpd_rhel"].exists
    return "/etc/vsftpd/vsftpd.conf" if is_rhel else "/etc/vsftpd.conf"


def _overrides(process: Process) -> list[str]:
    return [word[2:] for word in process.words if re.match(r"-o\w+=", word)]


def _is_on(word: str | None, default: bool) -> bool:  # noqa: FBT001 - one of a table
    return default if word is None else word in {"YES", "TRUE", "1"}


def _requires_tls(on: dict[str, bool]) -> bool:
    """Both the login and the data of accounts only within TLS; SSL 2 and 3 are none."""
    is_forced = on["force_local_logins_ssl"] and on["force_local_data_ssl"]
    return on["ssl_enable"] and is_forced and not (on["ssl_sslv2"] or on["ssl_sslv3"])
