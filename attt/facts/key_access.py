"""Which public keys open which account here: sshd's settings and the files of keys, together.

Source: sshd_config(5) PubkeyAuthentication, AuthorizedKeysFile, AuthorizedKeysCommand,
TrustedUserCAKeys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from attt.facts import sshd, sshd_config, sshd_values, user_keys
from attt.facts.key_files import ASK, Found, KeyFiles
from attt.facts.kind import Answers, text_of
from attt.facts.user_keys import Key
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask
from attt.model.fact import FactMissed, FactRead
from attt.model.value import Missing

ASKS: Mapping[str, Ask] = {**sshd.SETTINGS.asks({}), "keys": ASK}
_ELSEWHERE = {
    "authorizedkeyscommand": "another program names keys (AuthorizedKeysCommand)",
    "trustedusercakeys": "certificates of an authority open accounts (TrustedUserCAKeys)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of passwd(5), as far as keys need it."""

    name: str
    uid: int
    home: str
    comment: str


@lru_cache(maxsize=4)  # several facts of a host ask for them
def people(passwd: Answer) -> Mapping[str, Person]:
    """Accounts by name; lines that are none are passed over, the first of a name counts."""
    found: dict[str, Person] = {}
    for line in text_of(passwd).split("\n"):
        parts = line.split(":")
        if len(parts) > 6 and parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 11:
            person = Person(
                name=parts[0],
                uid=int(parts[2]),
                home=parts[5].rstrip("/") or "/",
                comment=parts[4],
            )
            found.setdefault(parts[0], person)
    return found


class KeyAccess:
    """What opens whom. Raises Unparsable."""

    def __init__(self, answers: Answers) -> None:
        self._files = KeyFiles(answers["keys"])
        self._places: tuple[str, ...] | Missing = ()
        self.elsewhere: Missing | None = None
        settings = sshd.SETTINGS.parse(answers, {})
        if isinstance(settings, FactMissed):
            self._places = Missing(settings.obstacle, settings.detail or "sshd")
        elif isinstance(settings, FactRead) and isinstance(settings.value, Mapping):
            self._places = _places(settings.value)
            self.elsewhere = _elsewhere(answers) if self._places else None

    def files(self, person: Person) -> list[Found] | Missing:
        """The files that sshd reads for an account; none where no key opens anything here."""
        if isinstance(self._places, Missing):
            return self._places
        if not self._places:
            return []
        return self._files.of(person.name, person.home, self._places)

    def keys(self, person: Person) -> list[Key] | Missing:
        """The keys that open an account, each once a line."""
        files = self.files(person)
        if isinstance(files, Missing):
            return files
        return [key for found in files for key in user_keys.read(found.file.content)]


def _places(settings: Mapping[str, object]) -> tuple[str, ...] | Missing:
    allowed, places = settings["pubkeyauthentication"], settings["authorizedkeysfile"]
    for part in (allowed, places):
        if isinstance(part, Missing):
            return part
    if allowed == "no" or not isinstance(places, tuple):
        return ()
    return places


def _elsewhere(answers: Answers) -> Missing | None:
    """Why accounts may be open to keys that stand in no file."""
    dump = sshd_values.dump(text_of(answers["settings"]))
    written = sshd_config.read(sshd.texts(answers))
    for keyword, detail in _ELSEWHERE.items():
        if dump.get(keyword, ("none",))[0] != "none" or keyword in written.in_match:
            return Missing(Obstacle.UNSUPPORTED, detail)
    return None
