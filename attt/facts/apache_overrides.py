"""What a .htaccess may change in the folders that Apache serves: AllowOverride, AllowOverrideList.

Whoever writes to a folder of web pages changes such a file at any time and without a reload, so
what it may undo is not known by the files of the server alone.
Source: https://httpd.apache.org/docs/2.4/mod/core.html, mod/overrides.html
"""

from collections.abc import Iterable, Sequence

from attt.facts.apache_text import Directive

Allowed = frozenset[str]
"""Of `fileinfo` (headers and handlers), `options` (lists of folders), `authconfig`, `limit`."""

NOTHING: Allowed = frozenset()
_ALL: Allowed = frozenset({"fileinfo", "options", "authconfig", "limit", "indexes"})
_BY_DIRECTIVE = {
    **dict.fromkeys(("header", "sethandler", "addhandler"), "fileinfo"),
    "options": "options",
}


def merged(sections: Iterable[Sequence[Directive]]) -> Allowed:
    """What is allowed in a folder, by its sections in the order in which they count."""
    by_class, by_name = NOTHING, NOTHING
    for inside in sections:
        for one in inside:
            words = [word.lower() for word in one.words]
            if one.name == "allowoverride":
                by_class = _classes(words)
            elif one.name == "allowoverridelist":
                by_name = frozenset(_BY_DIRECTIVE[word] for word in words if word in _BY_DIRECTIVE)
    return by_class | by_name


def _classes(words: Sequence[str]) -> Allowed:
    """`Options=Indexes` allows these options alone, `Nonfatal=…` nothing."""
    found: set[str] = set()
    for word in words:
        name, sign, options = word.partition("=")
        if name == "all":
            found |= _ALL
        elif name == "options" and sign and not {"indexes", "all"} & set(options.split(",")):
            continue
        elif name in _ALL:
            found.add(name)
    return frozenset(found)
