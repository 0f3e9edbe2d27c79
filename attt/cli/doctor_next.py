"""The one command to type where a host could not be logged into."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from attt.cli.language import language, t
from attt.model.inventory import Host, Secret
from attt.model.run import Failure
from attt.report import reasons

SSH_PORT = 22


def next_command(host: Host, failure: Failure, address: str, inventory: Path) -> str:
    """A whole sentence with the next step, and the command that begins it."""
    why = reasons.FAILURES[failure].next.text(language())
    if command := _there(host).get(failure):
        return f"{why} {t('On the host: {command}', command=command)}"
    if command := _here(host, address, shlex.quote(str(inventory))).get(failure):
        return f"{why} {t('Type: {command}', command=command)}"
    return why


def _there(host: Host) -> Mapping[Failure, str]:
    """What is typed on the host's own console."""
    return {
        Failure.REFUSED: "systemctl enable --now ssh",
        Failure.ALGORITHMS: "ssh-keygen -A && systemctl restart ssh",
        Failure.NO_SHELL: f"usermod -s /bin/bash {shlex.quote(host.connect.user or 'attt')}",
    }


def _here(host: Host, address: str, inventory: str) -> Mapping[Failure, str]:
    """What is typed on this machine."""
    connect = host.connect
    port = "" if connect.port == SSH_PORT else f" -p {connect.port}"
    login = shlex.quote(f"{connect.user}@{address}" if connect.user else address)
    ssh = f"ssh{port} {login}"
    try_out = f"{ssh} -v -o ConnectTimeout=10 true"
    enrol = f"attt keys enrol {_target(host, address)}"
    return {
        Failure.NO_ROUTE: f"ping -c 3 {address}",
        Failure.TIMED_OUT: try_out,
        Failure.LOST: try_out,
        Failure.SLOW: f"time {ssh} true",
        Failure.NOT_SSH: f"ssh-keyscan{port} {address}",
        Failure.HOST_KEY_UNKNOWN: enrol,
        Failure.HOST_KEY_CHANGED: f"{enrol} --replace",
        Failure.AUTHENTICATION: _mend_login(connect.key, port, login, ssh),
        Failure.CREDENTIAL: _look_at(connect.key or connect.password),
        Failure.JUMP_HOST: f"attt doctor {inventory} --host {shlex.quote(connect.via or '')}",
        Failure.LOCKED: f"attt doctor {inventory}",
        Failure.INTERRUPTED: f"attt doctor {inventory}",
    }


def _target(host: Host, address: str) -> str:
    port = host.connect.port
    name = f"[{address}]" if ":" in address else address
    return shlex.quote(f"{name}:{port}" if port != SSH_PORT else address)


def _mend_login(key: Secret | None, port: str, login: str, ssh: str) -> str:
    if key is not None and key.scheme == "file":
        path = _path(key.name)
        return f"ssh-copy-id -i {path}.pub{port} {login}"
    return f"ssh-add -l; {ssh}" if key is not None and key.scheme == "agent" else ssh


def _look_at(secret: Secret | None) -> str:
    match secret:
        case Secret(scheme="file", name=name):
            return f"ls -l {_path(name)} && chmod 600 {_path(name)}"
        case Secret(scheme="env", name=name):
            return f"read -rs {name} && export {name}"
        case Secret(scheme="agent"):
            return 'eval "$(ssh-agent)" && ssh-add'
        case _:
            return "attt inventory check"


def _path(name: str) -> str:
    """As a shell takes it: `~/` stays outside the quotes, or it would mean nothing."""
    return f"~/{shlex.quote(name[2:])}" if name.startswith("~/") else shlex.quote(name)
