"""The sites that Apache's files make: each virtual host, and the main server where it answers.

Source: https://httpd.apache.org/docs/2.4/vhosts/details.html, mod/mod_ssl.html, mod_headers.html,
mod_alias.html, mod_rewrite.html, mod_log_config.html
"""

import re
from collections.abc import Mapping, Sequence

from attt.facts import apache_folders, apache_headers, apache_text, web_ciphers
from attt.facts.apache_headers import Site
from attt.facts.apache_text import Directive, last, named, value
from attt.facts.web_host import Host
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_ALL = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_SPELT = {name.lower(): name for name in _ALL}
_CIPHERS = "DEFAULT:!aNULL:!eNULL:!EXP"
_PORT = re.compile(r"(?:(?P<host>\[[^\]]*\]|[^:\[\]]*):)?(?P<port>[0-9]{1,5}|\*)")
_FORMATS = {"common": '%h %l %u %t "%r" %>s %b'}
_MEANS: Mapping[str, re.Pattern[str]] = {
    "client": re.compile(r"%[!<>0-9,]*(?:[ha]|\{c\}[ah]|\{(?i:x-forwarded-for|x-real-ip)\}i)"),
    "user": re.compile(r"%[!<>0-9,]*(?:u|\{(?:SSL_CLIENT_S_DN[A-Z_]*|REMOTE_USER)\}[xe])"),
    "time": re.compile(r"%[!<>0-9,]*(?:\{[^}]*\})?t"),
    "request": re.compile(r"%[!<>0-9,]*[rU]"),
    "status": re.compile(r"%[!<>0-9,]*s"),
}
_MATCHES_ALL = re.compile(r"\^?(?:/?\(?\.\*\)?|/?\(\.\+\))?\$?")

SHAPE = Record(
    {
        "name": Text(),
        "is_exposed": Boolean(),
        "has_tls": Boolean(),
        "clear_text": Text(choices=("none", "redirected", "refused", "served")),
        "is_serving": Boolean(),
        "protocols": ListOf(Text()),
        "weak_ciphers": ListOf(Text()),
        "answers_trace": Boolean(),
        "is_logged": Boolean(),
        "log_fields": ListOf(Text()),
        "has_hsts": Boolean(),
        "has_nosniff": Boolean(),
        "has_frame_guard": Boolean(),
    }
)


def sites(main: tuple[Directive, ...]) -> list[Site]:
    """Every virtual host, and the main server where a port has none of its own."""
    found = []
    for one in named(main, "virtualhost"):
        inside = one.inside or ()
        names = last(inside, "servername") or ("_",)
        name = f"{names[0]} ({' '.join(one.words)})"
        found.append(Site(name=name, addresses=one.words, inside=inside, main=main))
    taken = {_split(address)[1] for site in found for address in site.addresses}
    rest = tuple(a for a in listens(main) if _split(a)[1] not in taken and "*" not in taken)
    if rest:
        names = last(main, "servername") or ("_",)
        name = f"{names[0]} ({' '.join(rest)})"
        found.append(Site(name=name, addresses=rest, inside=(), main=main))
    return found


def listens(main: Sequence[Directive]) -> list[str]:
    """The addresses that Apache listens at."""
    return [one.words[0] for one in named(main, "listen") if one.words]


def _split(address: str) -> tuple[str, str]:
    found = _PORT.fullmatch(address)
    if found is None:
        return address, "*"
    return (found["host"] or "*").strip("[]"), found["port"]


def is_exposed(site: Site) -> bool:
    """Reached from elsewhere: an address of the site and a Listen of its port both are."""
    for address in site.addresses:
        host, port = _split(address)
        heard = [_split(one) for one in listens(site.main)]
        hosts = [h for h, p in heard if port in {p, "*"}]
        if not _is_local(host) and any(not _is_local(h) for h in hosts or ["*"]):
            return True
    return False


def _is_local(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def record(site: Site, modules: frozenset[str], host: Host) -> Value:
    """One site of the fact."""
    has_tls = _has_tls(site)
    exposed = is_exposed(site)
    clear = "none" if has_tls or not exposed else _clear_text(site)
    sent = {name: _header(site, name, modules) for name in apache_headers.HEADERS}
    return {
        "name": site.name,
        "is_exposed": exposed,
        "has_tls": has_tls,
        "clear_text": clear,
        "is_serving": clear in {"none", "served"} and _answer(site.inside) is None,
        "protocols": _protocols(site, host),
        "weak_ciphers": _ciphers(site, host),
        "answers_trace": (value("traceenable", *site.places) or ("on",))[0].lower() != "off",
        "is_logged": _is_logged(site),
        "log_fields": _fields(site),
        "has_hsts": sent["strict-transport-security"],
        "has_nosniff": sent["x-content-type-options"],
        "has_frame_guard": sent["x-frame-options"],
    }


def _header(site: Site, name: str, modules: frozenset[str]) -> Value:
    """Whether the header is sent for the whole site, and no .htaccess may take it away."""
    told = apache_headers.has_header(site, name, modules)
    if told is not True:
        return told
    for path, allowed in apache_folders.loosened(site).items():
        if "fileinfo" in allowed:
            return Missing(Obstacle.IN_CONTEXT, f"a .htaccess may unset {name}: {path[:60]}")
    return True


def _by_openssl(site: Site, *names: str) -> Missing | None:
    """Why a setting of TLS is not known: OpenSSL is told of it besides."""
    for place in site.places:
        for one in named(place, "sslopensslconfcmd"):
            if one.words and one.words[0].lower().lstrip("-") in names:
                return Missing(Obstacle.IN_CONTEXT, f"SSLOpenSSLConfCmd {one.words[0][:20]}")
    return None


def _has_tls(site: Site) -> bool:
    said = value("sslengine", *site.places)
    if said is not None:
        return said[0].lower() in {"on", "optional"} if said else False
    with_https = {one.words[0] for one in named(site.main, "listen") if "https" in one.words[1:]}
    return any(a in with_https for a in site.addresses)


def _protocols(site: Site, host: Host) -> Value:
    if gap := _by_openssl(site, "protocol", "minprotocol", "maxprotocol"):
        return gap
    said = value("sslprotocol", *site.places)
    if said is None:
        if host.policy == "":
            return Missing(Obstacle.FAILED, "the crypto policy of the system")
        if host.policy is not None:
            is_old = host.policy.split(":")[0] == "LEGACY"
            return _ALL[1:] if is_old else _ALL[3:]
        return _ALL[1:]
    on: set[str] = set()
    for word in said:
        sign, name = (word[0], word[1:]) if word[:1] in {"+", "-"} else ("", word)
        names = set(_ALL[1:]) if name.lower() == "all" else {_SPELT.get(name.lower(), "")}
        if "" in names:
            if name.lower() == "sslv2":
                continue
            return Missing(Obstacle.OUT_OF_TYPE, f"a protocol of Apache: {word[:20]}")
        on = on - names if sign == "-" else (on | names if sign else names)
    return tuple(name for name in _ALL if name in on)


def _ciphers(site: Site, host: Host) -> Value:
    if gap := _by_openssl(site, "cipherstring", "cipher", "ciphersuites"):
        return gap
    for place in site.places:
        lists = [one.words for one in named(place, "sslciphersuite") if one.words]
        old = [words[-1] for words in lists if len(words) == 1 or words[0].upper() == "SSL"]
        if old:
            return web_ciphers.weak(old[-1], host.policy)
    if host.policy is not None:
        return web_ciphers.weak("PROFILE=SYSTEM", host.policy)
    return web_ciphers.weak(_CIPHERS, None)


def _clear_text(site: Site) -> str:
    return _answer(site.inside or site.main) or "served"


def _answer(inside: Sequence[Directive]) -> str | None:
    """What a site answers to everybody: on to HTTPS, a refusal; None where it serves."""
    for one in inside:
        if one.name in {"redirect", "redirectmatch", "redirectpermanent"} and one.words:
            path, target = (one.words[-2] if len(one.words) > 1 else "/"), one.words[-1]
            is_all = path == "/" if one.name != "redirectmatch" else _is_all(path)
            if is_all and target.startswith("https://"):
                return "redirected"
        if one.name == "location" and one.words[:1] == ("/",):
            rules = [w for r in one.inside or () if r.name == "require" for w in (r.words,)]
            if rules and all(words == ("all", "denied") for words in rules):
                return "refused"
    return "redirected" if _rewrites(inside) else None


def _is_all(pattern: str) -> bool:
    """A pattern that matches every address; the one that leaves certificate challenges out, too."""
    rest = re.sub(r"\(\?!/?\\?\.well-known[^)]*\)", "", pattern)
    return bool(_MATCHES_ALL.fullmatch(rest)) or rest in {"^/?(.*)$", "^/?(.*)"}


def _rewrites(inside: Sequence[Directive]) -> bool:
    if (last(inside, "rewriteengine") or ("off",))[0].lower() != "on":
        return False
    conditions: list[tuple[str, ...]] = []
    for one in inside:
        if one.name == "rewritecond":
            conditions.append(one.words)
        elif one.name == "rewriterule":
            words = one.words
            flags = words[2].upper() if len(words) > 2 else ""
            is_on = len(words) > 1 and words[1].startswith("https://") and "R" in flags
            if is_on and _is_all(words[0]) and all(map(_is_harmless, conditions)):
                return True
            conditions = []
    return False


def _is_harmless(words: tuple[str, ...]) -> bool:
    """A condition that every request without TLS meets, or all but a certificate challenge."""
    text = " ".join(words).lower()
    return (
        ("%{https}" in text and bool(re.search(r"(?:!=|!\^?)\s*\"?on|\boff\b", text)))
        or ("%{server_port}" in text and bool(re.search(r"!\^?443|\b80\b", text)))
        or ("%{request_scheme}" in text and bool(re.search(r"!=?\s*https|=http$|\bhttp$", text)))
        or ("%{request_uri}" in text and ".well-known" in text.replace("\\", "") and "!" in text)
        or "%{server_name}" in text
    )


def _logs(site: Site) -> list[Directive]:
    """The access logs of a site: its own, or the main server's where it has none."""
    for place in site.places:
        if own := [one for one in place if one.name in {"customlog", "transferlog"} and one.words]:
            return own
    return []


def _is_logged(site: Site) -> Value:
    logs = [one for one in _logs(site) if one.words[0] != "/dev/null"]
    if any(not _condition(one) for one in logs):
        return True
    return Missing(Obstacle.IN_CONTEXT, "a log that is kept on a condition") if logs else False


def _condition(one: Directive) -> bool:
    return any(word.startswith(("env=", "expr=")) for word in one.words[1:])


def _fields(site: Site) -> Value:
    formats = dict(_FORMATS)
    for place in (site.main, site.inside):
        for one in named(place, "logformat"):
            formats[one.words[1] if len(one.words) > 1 else ""] = one.words[0] if one.words else ""
    texts = []
    for one in _logs(site):
        options = [w for w in one.words[1:] if not w.startswith(("env=", "expr="))]
        name = options[0] if options else ""
        text = formats.get(name, name if "%" in name else None)
        text = formats["common"] if text is None and one.name == "transferlog" else text
        if text is None:
            return Missing(Obstacle.IN_CONTEXT, f"a log format that is not known: {name[:40]}")
        texts.append(text)
    found = "\n".join(texts)
    return tuple(name for name, means in _MEANS.items() if means.search(found))


def module_names(reading: apache_text.Reading) -> frozenset[str]:
    """The modules that are loaded, by short name."""
    return frozenset(reading.modules)
