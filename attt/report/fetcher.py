"""What a paper being set may load: our own style folder and nothing else, whatever it asks for."""

import io
from pathlib import Path
from urllib.parse import urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from attt import assets

SCHEME = "attt-style"
_TYPES = {".css": "text/css", ".otf": "font/otf", ".ttf": "font/ttf"}


class RefusedError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The paper asked for something that is not ours: the whole paper is refused, aloud."""


class PackagedOnly(URLFetcher):  # type: ignore[misc]
    """Serves `attt-style:NAME`, a plain file name in `reports/style/`; raises RefusedError for the rest.

    `refused` holds what was asked for in vain: WeasyPrint swallows every error inside an SVG.
    It has no handler for any protocol, so even a bug in WeasyPrint's own opening finds no network.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
        self.handlers.clear()
        self.handle_open.clear()
        self.process_request.clear()
        self.process_response.clear()
        self.refused: list[str] = []
        self._folder = folder or assets.folder("reports") / "style"

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        """The packaged file; anything else raises."""
        parts = urlsplit(url)
        name = parts.path
        path = self._folder / name
        if (
            parts.scheme != SCHEME
            or parts.netloc
            or parts.query
            or Path(name).name != name
            or path.suffix not in _TYPES
            or path.is_symlink()
            or not path.is_file()
        ):
            self.refused.append(url)
            raise RefusedError(f"a paper may not load {url[:80]!r}")
        kind = {"Content-Type": _TYPES[path.suffix]}
        return URLFetcherResponse(url, io.BytesIO(path.read_bytes()), kind, 200)

    def open(self, url: object, *_: object, **__: object) -> URLFetcherResponse:
        """The way in of urllib leads to the same gate."""
        return self.fetch(url if isinstance(url, str) else str(getattr(url, "full_url", url)))
