"""What attt learnt about a subject: read, missed or proved absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from attt.model.answer import Obstacle
from attt.model.value import Value


class Assurance(StrEnum):
    """How close a value is to what really runs."""

    RUNNING = "running"  # the daemon or the kernel says so
    RESOLVED = "resolved"  # the program resolved its own files (sshd -T)
    CONFIGURED = "configured"  # we read the files


class Origin(StrEnum):
    """Whether somebody set the value or the program's default holds."""

    EXPLICIT = "explicit"
    DEFAULT = "default"
    UNKNOWN = "unknown"


class FactKey(NamedTuple):
    """Which fact: its id and, for a generic fact, its parameters as (name, value) pairs, sorted."""

    id: str
    params: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        inner = ",".join(f"{name}={value}" for name, value in self.params)
        return f"{self.id}({inner})" if inner else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRead:
    """A value, how sure it is, and the digests of the answers that it was read from.

    `origins` names the origin of single fields (dotted path) where it differs from `origin`.
    """

    value: Value
    assurance: Assurance
    origin: Origin = Origin.UNKNOWN
    origins: Mapping[str, Origin] = field(default_factory=dict)
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactMissed:
    """It could not be learnt, and why. Never a default."""

    obstacle: Obstacle
    detail: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAbsent:
    """The thing is proved not to be there; `proof` names the probes that all answered no."""

    proof: str
    answers: tuple[str, ...] = ()


Fact = FactRead | FactMissed | FactAbsent
