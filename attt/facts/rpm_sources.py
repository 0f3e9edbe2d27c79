"""The repositories of dnf, yum and zypper, and whether what they bring must be signed.

dnf and yum check packages where gpgcheck is on: the repository's own word before that of [main].
zypper checks the signature of the list (repo_gpgcheck), which holds a digest of each package, or
that of the package (pkg_gpgcheck); both follow gpgcheck, which is on by itself.
Sources: dnf.conf(5), yum.conf(5), zypp.conf as libzypp ships it.
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts import apt_sources, tar
from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing, Value

_YES = frozenset({"1", "yes", "true", "on"})
_NO = frozenset({"0", "no", "false", "off"})
_WEB = ("https", "ftps")
_ADDRESSES = ("baseurl", "mirrorlist", "metalink")
Section = Mapping[str, str]


def read(manager: str, main: Answer, repos: Answer) -> tuple[list[Value], list[Value]]:
    """The sources that are on, and the settings that switch the check off for all."""
    general = dict(_sections(text_of(main)) if main.exists else ()).get("main", {})
    texts = [m.content.decode("utf-8", errors="replace") for m in tar.members(repos.stdout)]
    if manager != "zypper":
        texts.append(text_of(main) if main.exists else "")
    is_signed = _by_zypper if manager == "zypper" else _by_dnf
    sources: list[Value] = [
        _record(name, one, general, is_signed(one, general))
        for text in texts
        for name, one in _sections(text)
        if name != "main" and one.get("enabled", "1").lower() not in _NO
    ]
    if place := general.get("reposdir"):
        sources.append(Missing(Obstacle.IN_CONTEXT, f"sources from elsewhere: {place[:60]}"))
    is_open = general.get("localpkg_gpgcheck", "1").lower() in _NO
    return sources, ["localpkg_gpgcheck"] if is_open else []


def _by_dnf(section: Section, general: Section) -> Value:
    """Checked only when told to by dnf 4, always by dnf 5: unsaid is not known."""
    word = section.get("gpgcheck") or general.get("gpgcheck")
    if not word:
        return Missing(Obstacle.IN_CONTEXT, "gpgcheck is not set anywhere")
    return word.lower() in _YES


def _by_zypper(section: Section, general: Section) -> Value:
    both = _switch("gpgcheck", section, general)
    is_on = True if both is None else both
    whole, each = (_switch(n, section, general) for n in ("repo_gpgcheck", "pkg_gpgcheck"))
    return bool((is_on if whole is None else whole) or (is_on if each is None else each))


def _switch(name: str, section: Section, general: Section) -> bool | None:
    """What the repository says, else [main]; None where neither does."""
    words = (place.get(name, "").lower() for place in (section, general))
    told = next((word for word in words if word in _YES | _NO), None)
    return None if told is None else told in _YES


def _record(name: str, section: Section, general: Section, is_signed: Value) -> Value:
    words = [section[key].split() for key in _ADDRESSES if key in section]
    address = apt_sources.without_account(next((found[0] for found in words if found), ""))
    transport = address.partition(":")[0].lower() if ":" in address else "unknown"
    trusts_all = (section.get("sslverify") or general.get("sslverify") or "1").lower() in _NO
    if transport in _WEB and (trusts_all or re.search(r"[?&]ssl_verify=no\b", address)):
        transport = "unverified"
    place = address.partition("?")[0]  # SUSE's own servers know a customer by a token behind it
    return {"name": name, "address": place, "transport": transport, "is_signed": is_signed}


def _sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for part in re.split(r"(?m)^[ \t]*\[", text)[1:]:
        name, _, body = part.partition("]")
        pairs = re.findall(r"(?m)^[ \t]*([\w.]+)[ \t]*=[ \t]*(.*?)[ \t]*$", body)
        yield name.strip(), {key.lower(): value for key, value in pairs}
