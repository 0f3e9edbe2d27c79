"""Facts `boot.rescue` and `boot.menu`: whether who stands at the console must log in here too.

`boot.rescue` has `units`, a list of records: `name` (systemd's rescue and emergency modes, and its
debug shell where that starts) and
`asks_login` (the unit runs sulogin, and nothing tells it to give a shell where root's password is
locked). Absent where the host does not boot by systemd.

`boot.menu` has `asks_password`: GRUB changes an entry of its menu, or opens its own shell, only for
who gives a password of which it keeps a hash. Absent where there is no boot loader, as in a
container. Sources: systemd-sulogin-shell, sulogin(8), GNU GRUB manual "Security".
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts import stat
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_UNITS = ("rescue.service", "emergency.service")
_ROOT_SHELL = "debug-shell.service"  # a shell of root on the ninth console
_SULOGIN = re.compile(r"path=\S*/(?:systemd-sulogin-shell|sulogin) ")
_FORCED = re.compile(
    r"SYSTEMD_SULOGIN_FORCE=(?:1|yes|y|true|t|on)\b|\s(?:--force|-e)\s", re.IGNORECASE
)
_GRUB = (
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/boot/grub2/user.cfg",
)
_FURTHER = ("/boot/grub/custom.cfg", "/boot/grub2/custom.cfg")
_OTHERS = ("/boot/loader/loader.conf", "/boot/extlinux", "/boot/efi/EFI", "/boot/firmware")


def _ask_rescue(_params: Params) -> dict[str, Ask]:
    properties = "Id,ExecStart,Environment,ActiveState,UnitFileState"
    return {
        "units": Command(argv=("systemctl", "show", "-p", properties, *_UNITS, _ROOT_SHELL)),
    }


def _parse_rescue(answers: Answers, _params: Params) -> Fact:
    answer = answers["units"]
    if answer.obstacle is Obstacle.NO_TOOL:
        return FactAbsent(proof="no systemctl: this host does not boot by systemd")
    if (obstacle := obstacle_of(answer)) is not None:
        return obstacle
    units: list[Value] = [*_units(answer)]
    if not units:
        return missed(Obstacle.FAILED, "systemctl names no unit")
    return FactRead(value={"units": tuple(units)}, assurance=Assurance.CONFIGURED)


def _units(answer: Answer) -> Iterator[Value]:
    for block in text_of(answer).split("\n\n"):
        pairs = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        name, start = pairs.get("Id", ""), pairs.get("ExecStart", "")
        if name in _UNITS:
            said = f"{start} {pairs.get('Environment', '')}"
            runs = start.count("argv[]=")
            asks: Value = bool(_SULOGIN.search(start)) and not _FORCED.search(said)
            if runs != 1:
                asks = Missing(Obstacle.UNSUPPORTED, f"a unit of another kind: {name}")
            yield {"name": name, "asks_login": asks}
        elif name == _ROOT_SHELL and _starts(pairs):
            yield {"name": name, "asks_login": False}


def _starts(pairs: Mapping[str, str]) -> bool:
    is_enabled = pairs.get("UnitFileState", "").startswith("enabled")
    return is_enabled or pairs.get("ActiveState") in {"active", "activating"}


def _ask_menu(_params: Params) -> dict[str, Ask]:
    return {
        "there": Stat(paths=_GRUB, privilege=Privilege.ROOT),
        "others": Stat(paths=_OTHERS, privilege=Privilege.ROOT),
        "said": Command(
            argv=(
                *("/bin/grep", "-ohE"),
                r"^[[:space:]]*(set superusers=.|password_pbkdf2 [^ $]+ grub|GRUB2_PASSWORD=grub)",
                *(*_GRUB, *_FURTHER),
            ),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 2),
        ),
    }


def _parse_menu(answers: Answers, _params: Params) -> Fact:
    if obstacle := obstacle_of(*(answers[name] for name in ("there", "others", "said"))):
        return obstacle
    looked, others = stat.parse(answers["there"]), stat.parse(answers["others"])
    if looked.denied:
        return missed(Obstacle.DENIED, looked.denied[0])
    if not looked.found:
        if others.found or others.denied:
            return missed(Obstacle.UNSUPPORTED, "another boot loader than GRUB")
        return FactAbsent(proof=f"none of these exists: {', '.join((*_GRUB, *_OTHERS))}")
    said = [line.strip() for line in text_of(answers["said"]).splitlines() if line.strip()]
    has_hash = any(line.startswith(("GRUB2_PASSWORD", "password_pbkdf2")) for line in said)
    has_owner = any(line.startswith("set superusers") for line in said)
    return FactRead(value={"asks_password": has_hash and has_owner}, assurance=Assurance.CONFIGURED)


RESCUE = FactKind(
    id="boot.rescue",
    title="Whether rescue modes ask for root's password",
    shape=Record({"units": ListOf(Record({"name": Text(), "asks_login": Boolean()}))}),
    asks=_ask_rescue,
    parse=_parse_rescue,
)
MENU = FactKind(
    id="boot.menu",
    title="Whether the boot menu is protected by a password",
    shape=Record({"asks_password": Boolean()}),
    asks=_ask_menu,
    parse=_parse_menu,
)
