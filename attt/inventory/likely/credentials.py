"""References to credentials that lead to nothing on this machine: notes, for it may not be the one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from attt.errors import InputError, Place
from attt.inventory.likely.warning import Warning_
from attt.inventory.secrets import key_file
from attt.message import Message
from attt.model.inventory import Inventory, Secret


def of_credentials(
    inventory: Inventory, environ: Mapping[str, str], home: Path
) -> tuple[Warning_, ...]:
    """One note for each reference that leads to nothing here, at the first host that uses it."""
    first: dict[Secret, Place | None] = {}
    for host in inventory.hosts.values():
        login = host.connect
        for secret in (login.key, login.passphrase, login.password, login.sudo_password):
            if secret is not None:
                first.setdefault(secret, host.place)
    return tuple(_notes(first, environ, home))


def _notes(
    first: Mapping[Secret, Place | None], environ: Mapping[str, str], home: Path
) -> Iterator[Warning_]:
    for secret, place in first.items():
        if secret.scheme == "env" and not environ.get(secret.name):
            yield Warning_(
                code="credential-not-here",
                message=Message("The environment variable {name} is not set", name=secret.name),
                hint=Message("Set it before an audit: read -rs {name} && export {name}",
                             name=secret.name),
                place=place, is_note=True,
            )  # fmt: skip
        elif secret.scheme == "file" and not _is_there(secret, home):
            yield Warning_(
                code="credential-not-here",
                message=Message("There is no file {path}", path=secret.name),
                hint=Message("Audit from the machine that has it, or correct the reference."),
                place=place,
                is_note=True,
            )


def _is_there(secret: Secret, home: Path) -> bool:
    try:
        return key_file(secret, home=home).is_file()
    except (InputError, OSError):
        return False
