"""Logging in on a connection whose host key is judged already: one try a credential, no more."""

import contextlib
import getpass
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import paramiko

from attt.collect.transport.credentials import Keyring, Keys, Password, credentials
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.link import Link, Prompts
from attt.collect.transport.lockout import Accounts, Try
from attt.collect.transport.refused import Refused
from attt.model.inventory import Connect
from attt.model.run import Failure

_KEEPALIVE_S = 15
_INTERACTIVE = "keyboard-interactive"


@dataclass(frozen=True, slots=True)
class Logins:
    """How this run logs in: with which secrets, and what hosts said of its accounts so far."""

    around: Surroundings
    accounts: Accounts = field(default_factory=Accounts)
    keyring: Keyring = field(default_factory=Keyring)

    def log_in(self, link: Link, connect: Connect) -> None:
        """Log in with the first credential that the host takes. Raises Refused where it takes none.

        A credential that other hosts refused too often is left out; were all others refused here,
        the failure is LOCKED and says so.
        """
        link.auth_timeout = connect.timeout_s
        user = connect.user or getpass.getuser()
        said, held = "", []
        with contextlib.closing(credentials(connect, self.around, self.keyring)) as offered:
            for reference, credential in offered:
                with self.accounts.login((user, str(reference))) as one:
                    if one is None:
                        held.append(str(reference))
                        continue
                    one.is_accepted, said = _try(link, user, credential)
                if one.is_accepted:
                    link.set_keepalive(_KEEPALIVE_S)
                    return
        if held:
            raise Refused(Failure.LOCKED, f"{user}, {', '.join(held)}")
        raise Refused(Failure.AUTHENTICATION, said)

    @contextlib.contextmanager
    def sudo(self, connect: Connect) -> Iterator[Try | None]:
        """A try of the sudo password; None where there is none, or where hosts refused it too often."""
        if connect.sudo_password is None:
            yield None
            return
        user = connect.user or getpass.getuser()
        with self.accounts.login((user, f"sudo {connect.sudo_password}")) as one:
            yield one


class _OnePrompt:
    """Answers the one hidden prompt of a keyboard-interactive login, and no other, ever."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.is_answered = False
        self.said = ""

    def __call__(self, prompts: Prompts) -> list[str]:
        if not prompts:
            return []
        if self.is_answered or len(prompts) > 1 or prompts[0][1]:
            asked = ", ".join(prompt for prompt, _ in prompts)
            self.said = f"the host asks for more than a password: {asked}"[:200]
            return []
        self.is_answered = True
        return [self._text]


def _try(link: Link, user: str, credential: Keys | Password) -> tuple[bool | None, str]:
    """Whether the host took it, and what it said. None: the credential was not shown to it."""
    match credential:
        case Keys(keys=keys):
            return _try_keys(link, user, keys)
        case Password(text=text):
            return _try_password(link, user, text)


def _try_keys(link: Link, user: str, keys: Sequence[paramiko.PKey]) -> tuple[bool | None, str]:
    said = ""
    for key in keys:
        is_in, said = _put(link, partial(link.auth_publickey, user, key))
        if is_in:
            return True, ""
        if not link.is_active():
            break
    return False, said


def _try_password(link: Link, user: str, text: str) -> tuple[bool | None, str]:
    """By the method that the host offers: the password is shown to it once."""
    try:
        link.auth_none(user)
    except paramiko.BadAuthenticationType as offer:
        methods = offer.allowed_types
    except paramiko.AuthenticationException as error:
        return None, str(error)[:200]
    else:
        return True, ""
    if "password" in methods:
        return _put(link, partial(link.auth_password, user, text, fallback=False))
    if _INTERACTIVE in methods:
        prompt = _OnePrompt(text)
        is_in, said = _put(link, partial(link.ask_prompts, user, prompt))
        is_shown = is_in or prompt.is_answered
        return (is_in if is_shown else None), prompt.said or said
    return None, f"no password is asked for; the host offers {', '.join(methods)}"[:200]


def _put(link: Link, attempt: Callable[[], Sequence[str]]) -> tuple[bool, str]:
    try:
        further = attempt()
    except paramiko.AuthenticationException as error:
        return False, str(error)[:200]
    if link.is_authenticated():
        return True, ""
    return False, f"the host wants more: {', '.join(further)}"[:200]
