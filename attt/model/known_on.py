"""How a rule is known on a platform: proven by a lab test, from records, from manuals, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attt.model.run import Platform


class Known(StrEnum):
    """How much stands behind a rule on a platform, the most first."""

    PROVEN = "proven"  # a lab test breaks a booted host of that release, and the rule notices
    SUPPORTED = "supported"  # outputs of that release are recorded for each fact that it needs
    DOCUMENTED = "documented"  # as supported, but written after the vendor's manuals and packages
    SHARED = "shared"  # the same code as for a release with such records; none of its own
    GENERIC = "generic"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A column of the table: a release, or releases so alike that they are one.

    `of` are ids as os-release tells them, ID and VERSION_ID or its first part: "rocky-9".
    """

    id: str
    name: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOn:
    """The table rule × release; a pair that it does not hold is generic."""

    releases: tuple[Release, ...] = ()
    rules: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)

    def release_of(self, platform: Platform) -> Release | None:
        """The column that a host belongs to, if there is one."""
        names = (f"{platform.id}-{platform.version}", _major(platform))
        return next((r for name in names for r in self.releases if name in r.of), None)

    def of(self, rule: str, release: Release | None) -> Known:
        """How a rule is known on a release."""
        if release is None:
            return Known.GENERIC
        return self.rules.get(rule, {}).get(release.id, Known.GENERIC)


def _major(platform: Platform) -> str:
    return f"{platform.id}-{platform.version.partition('.')[0]}"
