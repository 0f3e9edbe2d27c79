"""The language of the screen: `--lang`, else attt.toml's, else the locale's, else Vietnamese.

Help texts are made when a command's module is imported, before attt.toml is read: they follow
`--lang` and the locale.
"""

import gettext
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from attt import message
from attt.errors import UsageError
from attt.message import LANGUAGES, Message

_chosen = "vi"
_is_asked_for = False


def choose(argv: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Set the language from `--lang` (anywhere in `argv`) or the locale; give the other words."""
    global _chosen, _is_asked_for  # noqa: PLW0603 - one language a process, chosen once before anything is shown
    _chosen = _from_locale(environ)
    wanted, rest = _split(list(argv))
    if wanted is not None and wanted not in LANGUAGES:
        raise UsageError(
            Message("attt does not speak {language!r}", language=wanted),
            hint=Message("Write --lang vi or --lang en"),
        )
    _chosen, _is_asked_for = wanted or _chosen, wanted is not None
    # click translates its own words through the standard gettext domain.
    os.environ["LANGUAGE"] = _chosen
    gettext.bindtextdomain("messages", str(Path(message.__file__).parent / "locale"))
    return rest


def prefer(wanted: str | None) -> None:
    """Take the language that attt.toml names, unless `--lang` names one."""
    global _chosen  # noqa: PLW0603 - as above
    if wanted is not None and not _is_asked_for:
        _chosen = os.environ["LANGUAGE"] = wanted


def _split(argv: list[str]) -> tuple[str | None, list[str]]:
    for n, word in enumerate(argv):
        if word == "--":
            break
        if word.startswith("--lang="):
            return word.partition("=")[2], argv[:n] + argv[n + 1 :]
        if word == "--lang":
            return "".join(argv[n + 1 : n + 2]), argv[:n] + argv[n + 2 :]
    return None, argv


def _from_locale(environ: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "en" if value.startswith("en") else "vi"
    return "vi"


def language() -> str:
    """The language in force: "vi" or "en"."""
    return _chosen


def report_language() -> str:
    """The language of reports that can be had in two: Vietnamese unless `--lang` was given."""
    return _chosen if _is_asked_for else "vi"


def t(template: str, **values: object) -> str:
    """A template in the language in force; literals only, they are gettext msgids."""
    return Message(template, **values).text(_chosen)


def whole_summaries(group: click.Group) -> None:
    """Show the first paragraph of each subcommand's help in the group's list, not its first words."""
    for each in group.commands.values():
        each.short_help = (each.help or "").split("\n\n")[0]
