"""What each module that looks at new passwords promises of those that it lets through.

Sources: pam_pwquality(8), pam_cracklib(8), pam_passwdqc(8), pam_unix(8). A credit above zero makes
a password that holds such characters count as longer than it is, so the promise is shorter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts.pam_options import Options, number
from attt.model.answer import Obstacle
from attt.model.value import Missing

_CREDITS = ("dcredit", "ucredit", "lcredit", "ocredit")
_OFF = frozenset({"0", "no", "false", "off"})
_QC_DEFAULT = "disabled,24,11,8,7"
_QC_CLASSES = (1, 2, 1, 3, 4)  # the third is the length of a phrase of words


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The least that holds for each accepted password: characters, classes, not of a dictionary.

    `for_root` where root is held to it too.
    """

    length: int = 0
    classes: int = 0
    has_dictionary: bool = False
    for_root: bool = False


def promise(module: str, options: Options) -> Promise | Missing:
    """What a module promises; nothing where its options make it only warn."""
    if isinstance(options, Missing):
        return options
    match module:
        case "pam_pwquality":
            return _credited(options, minlen=8, credit=0)
        case "pam_cracklib":
            return _credited(options, minlen=9, credit=1)
        case "pam_passwdqc":
            return _passwdqc(options)
        case "pam_unix":
            length = number(options, "minlen", 6 if "obscure" in options else 0)  # Debian's default
            return length if isinstance(length, Missing) else Promise(length=max(length, 0))
        case _:
            return Promise()


def _credited(options: Mapping[str, str], *, minlen: int, credit: int) -> Promise | Missing:
    if options.get("enforcing", "1") in _OFF:
        return Promise()
    length, least = number(options, "minlen", minlen), number(options, "minclass", 0)
    credits_ = [number(options, name, credit) for name in _CREDITS]
    for found in (length, least, *credits_):
        if isinstance(found, Missing):
            return found
    numbers = [one for one in credits_ if isinstance(one, int)]
    required = [-one for one in numbers if one < 0]
    return Promise(
        length=max(_shortest(int(length), sum(n for n in numbers if n > 0)), sum(required)),  # type: ignore[arg-type]
        classes=min(max(int(least), len(required)), 4),  # type: ignore[arg-type]
        has_dictionary=options.get("dictcheck", "1") not in _OFF,
        for_root="enforce_for_root" in options,
    )


def _shortest(length: int, credit: int) -> int:
    """The fewest characters that reach a length when up to `credit` of them count twice; 6 at least.

    libpwquality takes no length below 6, and cracklib refuses what is shorter.
    """
    return max(max(length, 6) - credit, -(-max(length, 6) // 2))


def _passwdqc(options: Mapping[str, str]) -> Promise | Missing:
    if "config" in options:
        return Missing(Obstacle.IN_CONTEXT, "pam_passwdqc reads a file of its own")
    enforce = options.get("enforce", "everyone")
    if enforce == "none":
        return Promise()
    parts = options.get("min", _QC_DEFAULT).split(",")
    if len(parts) != 5 or not all(part == "disabled" or part.isdigit() for part in parts):
        return Missing(Obstacle.OUT_OF_TYPE, "the min of pam_passwdqc can't be read")
    open_ = [
        (int(n), kinds) for n, kinds in zip(parts, _QC_CLASSES, strict=True) if n != "disabled"
    ]
    if not open_:
        return Missing(Obstacle.OUT_OF_TYPE, "pam_passwdqc accepts no password at all")
    return Promise(
        length=min(length for length, _ in open_),
        classes=min(kinds for _, kinds in open_),
        has_dictionary=True,
        for_root=enforce == "everyone",
    )
