"""How `platforms.yaml` of a pack is written; scripts/platforms.py makes that of the packaged one."""

from typing import Annotated

from pydantic import AfterValidator

from attt.model.known_on import Known, KnownOn, Release
from attt.rulebook.fields import some
from attt.rulebook.schema import Slug, Written
from attt.schema import Strict


class ReleaseFile(Strict):
    """One column."""

    id: Written
    name: Written
    of: Annotated[tuple[Written, ...], AfterValidator(some)]


class KnownFile(Strict):
    """The columns that a rule is proven, supported, documented or shared on."""

    proven: tuple[Written, ...] = ()
    supported: tuple[Written, ...] = ()
    documented: tuple[Written, ...] = ()
    shared: tuple[Written, ...] = ()

    def to_model(self) -> dict[str, Known]:
        """By column; the most that is said of one counts."""
        weakest_first = ((Known.SHARED, self.shared), (Known.DOCUMENTED, self.documented),
                         (Known.SUPPORTED, self.supported), (Known.PROVEN, self.proven))  # fmt: skip
        return {release: known for known, named in weakest_first for release in named}


class PlatformsFile(Strict):
    """The whole file."""

    releases: Annotated[tuple[ReleaseFile, ...], AfterValidator(some)]
    rules: dict[Slug, KnownFile]

    def to_model(self) -> KnownOn:
        """As the model holds it."""
        return KnownOn(
            releases=tuple(Release(id=r.id, name=r.name, of=r.of) for r in self.releases),
            rules={rule: one.to_model() for rule, one in self.rules.items()},
        )


def joined(one: KnownOn, other: KnownOn) -> KnownOn:
    """The tables of two packs; a pack says nothing of the rules of another."""
    names = {r.id for r in one.releases}
    return KnownOn(
        releases=(*one.releases, *(r for r in other.releases if r.id not in names)),
        rules={**other.rules, **one.rules},
    )
