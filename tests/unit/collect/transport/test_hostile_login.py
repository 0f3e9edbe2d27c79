"""A server that asks for more than it should get: one answer at most, and an end to all counting."""

import time

import paramiko
import pytest

from attt.model.run import Failure

WITHIN_S = 8


class Asks(paramiko.ServerInterface):
    """A server that wants answers to prompts instead of a password."""

    def __init__(self, prompts):
        self.rounds = list(prompts)
        self.heard = []

    def get_allowed_auths(self, username):
        return "keyboard-interactive"

    def check_auth_interactive(self, username, submethods):
        return self._next()

    def check_auth_interactive_response(self, responses):
        self.heard += responses
        return self._next()

    def _next(self):
        if not self.rounds:
            return paramiko.AUTH_FAILED
        return paramiko.server.InteractiveQuery("", "", *self.rounds.pop(0))


PROMPTS = {
    "two-at-once": [[("Password:", False), ("PIN:", False)]],
    "seen-on-screen": [[("Your name:", True)]],
    "one-after-the-other": [[("Password:", False)], [("Password:", False)], [("Again:", False)]],
    "after-an-empty-round": [[], [], [("Password:", False)], [("Code:", False)]],
}


@pytest.mark.parametrize("name", PROMPTS)
def test_one_hidden_prompt_gets_the_password_and_no_other(attack, name):
    """However a server asks, it hears the password once at most, and what it wanted is told."""
    server = Asks(PROMPTS[name])
    evidence, took = attack(server=server)
    is_one = name in {"one-after-the-other", "after-an-empty-round"}

    assert Failure.AUTHENTICATION is evidence.failure
    assert (["x"] if is_one else []) == server.heard
    assert "more than a password" in evidence.detail
    assert took < WITHIN_S


def _says(number, *fields):
    """A server that, once asked to log somebody in, sends one message of its own making."""

    class Sends(paramiko.ServerInterface):
        def get_allowed_auths(self, username):
            return "keyboard-interactive"

        def check_auth_interactive(self, username, submethods):
            message = paramiko.Message()
            message.add_byte(bytes([number]))
            for field in fields:
                message.add_string(field) if isinstance(field, str) else message.add_int(field)
            self.link._send_message(message)
            time.sleep(30)
            return paramiko.AUTH_FAILED

    return Sends()


FLOODS = {"prompts": (60, "", "", "", 0xFFFF_FF00), "extensions": (7, 0xFFFF_FF00)}


@pytest.mark.parametrize("name", FLOODS)
def test_a_count_without_end_is_not_counted(attack, name):
    """Four thousand million prompts or extensions in a few bytes cost neither memory nor time."""
    before = time.process_time()
    evidence, took = attack(server=_says(*FLOODS[name]))

    assert evidence.failure in {Failure.LOST, Failure.AUTHENTICATION}
    assert took < WITHIN_S
    assert time.process_time() - before < 4
