"""What the modules of PAM are told: words on their lines before their files in /etc/security.

Sources: pwquality.conf(5), pwhistory.conf(5), faillock.conf(5), login.defs(5).
"""

import re
from collections.abc import Mapping

from attt.facts import login_files, tar
from attt.facts.kind import Answers
from attt.facts.pam_stack import Line
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadTree
from attt.model.value import Missing

Options = Mapping[str, str] | Missing
"""Names in lower case; a bare word has the value ""."""

DEFS: Mapping[str, Ask] = {
    "defs": login_files.DEFS,
    "defs_vendor": login_files.VENDOR,
    "defs_vendor_d": login_files.VENDOR_DROP_INS,
    "defs_d": login_files.DROP_INS,
}
ASKS: Mapping[str, Ask] = {
    "security": ReadTree(path="/etc/security", glob="*.conf", privilege=Privilege.ROOT),
    "pwquality_d": ReadTree(
        path="/etc/security/pwquality.conf.d", glob="*.conf", privilege=Privilege.ROOT
    ),
    **DEFS,
}

# No other value: a commented line may be somebody's own setting that was switched off.
_SHIPPED = re.compile(r"(?m)^#[ \t]*([dulo]credit)[ \t]*=[ \t]*(1)[ \t]*$")


def of_file(answers: Answers, name: str) -> Options:
    """The settings of /etc/security/NAME; none where it does not exist."""
    text = _text(answers, name)
    return text if isinstance(text, Missing) else _settings(text)


def of_quality(answers: Answers) -> Options:
    """The settings of libpwquality: its folder is read first, then its file, and the last wins.

    Beneath lie the credits of the release, as the comments of the shipped file tell them: releases
    before 1.4 gave a credit of 1 for each class.
    """
    folder = answers["pwquality_d"]
    main = _text(answers, "pwquality.conf")
    if isinstance(main, Missing):
        return main
    if folder.obstacle is not None:
        return Missing(folder.obstacle, "/etc/security/pwquality.conf.d")
    found: dict[str, str] = dict(_SHIPPED.findall(main))
    parts = tar.members(folder.stdout) if folder.exists else ()
    for member in sorted(parts, key=lambda one: one.name):
        found |= _settings(member.content.decode("utf-8", errors="replace"))
    return found | _settings(main)


def of_defs(answers: Answers) -> Options:
    """The settings of login.defs; names stay in upper case."""
    text = login_files.text(*(answers[name] for name in DEFS))
    if isinstance(text, Missing):
        return text
    lines = (line.split("#", 1)[0].split(None, 1) for line in (text or "").split("\n"))
    return {words[0]: words[1].strip().strip('"') for words in lines if len(words) > 1}


def over(line: Line, settings: Options) -> Options:
    """The words of a module's line above the settings of its file."""
    if isinstance(settings, Missing):
        return settings
    words = {name.lower(): value for name, _, value in (arg.partition("=") for arg in line.args)}
    return {**settings, **words}


def number(options: Mapping[str, str], name: str, default: int) -> int | Missing:
    """A whole number, or the default where it is not given."""
    text = options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        return Missing(Obstacle.OUT_OF_TYPE, f"not a whole number: {name}={text[:20]}")
    return int(text)


def _text(answers: Answers, name: str) -> str | Missing:
    answer = answers["security"]
    if answer.obstacle is not None:
        return Missing(answer.obstacle, f"/etc/security/{name}")
    members = tar.members(answer.stdout) if answer.exists else ()
    found = [one.content.decode("utf-8", errors="replace") for one in members if one.name == name]
    return found[0] if found else ""


def _settings(text: str) -> dict[str, str]:
    found = {}
    for line in text.split("\n"):
        name, _, value = line.split("#", 1)[0].partition("=")
        if name.strip():
            found[name.strip().lower()] = value.strip()
    return found
