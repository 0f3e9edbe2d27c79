"""How serves.yaml is written: what an office adds to a standard that it does not own."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from attt.explain import UnfitError
from attt.message import Message
from attt.rulebook.fields import some
from attt.rulebook.schema import Slug
from attt.rulebook.standard.schema import RuleUseFile, ServiceFile
from attt.schema import Strict


class OverlayFile(Strict):
    """For one standard: entries of served_by by requirement, and parameters by rule."""

    standard: Slug
    requirements: dict[str, Annotated[tuple[ServiceFile, ...], AfterValidator(some)]] = Field(
        default_factory=dict
    )
    set: tuple[RuleUseFile, ...] = ()

    @model_validator(mode="after")
    def _adds_something(self) -> "OverlayFile":
        if self.requirements or self.set:
            return self
        raise UnfitError(
            Message("Nothing is added to the standard here"),
            hint=Message("Write requirements, set, or both."),
        )


class ServesFile(Strict):
    """serves.yaml."""

    serves: Annotated[tuple[OverlayFile, ...], AfterValidator(some)]
