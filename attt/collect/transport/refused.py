"""The one exception of the transports; it never leaves them."""

from attt.model.run import Failure


class Refused(Exception):  # noqa: N818 - it reads as what it says
    """The way to a host ended here, for a reason that evidence has a word for."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
