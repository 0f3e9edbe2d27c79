import http.server
import threading
from pathlib import Path

import pytest

from attt.report.fetcher import PackagedOnly, RefusedError
from attt.report.pdf import ReportError, pdf

REFUSED = [
    "file:///etc/passwd",
    "http://127.0.0.1:1/x.css",
    "https://example.invalid/x.css",
    "ftp://127.0.0.1/x",
    "data:text/css,body{color:red}",
    "data:image/svg+xml,<svg/>",
    "attt-style:../leader/leader.css",
    "attt-style:/etc/passwd",
    "attt-style://host/paper.css",
    "attt-style:paper.css?x",
    "attt-style:page.html",
    "attt-style:",
    "attt-style:absent.css",
    "paper.css",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
def test_only_packaged_files_are_served(url):
    """Whatever is not a plain file name in our style folder is refused, by both ways in."""
    for way in (PackagedOnly().fetch, PackagedOnly().open, PackagedOnly()):
        with pytest.raises(RefusedError):
            way(url)


def test_our_own_style_is_served():
    """The packaged style sheet can be loaded by its name."""
    answer = PackagedOnly().fetch("attt-style:paper.css")

    assert b"@page" in answer.read()
    assert answer.headers["Content-Type"] == "text/css"


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path):
    """A symbolic link in the style folder leads nowhere."""
    (tmp_path / "x.css").symlink_to("/etc/passwd")

    with pytest.raises(RefusedError):
        PackagedOnly(tmp_path).fetch("attt-style:x.css")


@pytest.fixture
def listener():
    """A server on loopback that counts who came; it redirects to a file."""
    came: list[str] = []

    class Redirecting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            came.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Redirecting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "page",
    [
        '<img src="{}/a.png">',
        '<link rel="stylesheet" href="{}/a.css">',
        "<style>@import url({}/a.css);</style>",
        "<style>body {{ background: url({}/a.png) }}</style>",
        "<style>@font-face {{ font-family: x; src: url({}/a.ttf) }} p {{ font-family: x }}</style><p>a",
        '<link rel="attachment" href="{}/a">',
        '<a rel="attachment" href="{}/a">a</a>',
        '<object data="{}/a.svg"></object>',
        '<embed src="{}/a.svg">',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}/a.png" width="9" height="9"/></svg>',
        '<img src="file:///etc/passwd#{}">',
        '<link rel="attachment" href="file:///etc/passwd#{}">',
        '<img src="data:image/svg+xml,%3Csvg%3E{}">',
    ],
)
def test_a_paper_that_asks_for_more_is_refused(listener, page):
    """Pictures, styles, imports, fonts, attachments, objects, SVG: refused, and nobody is called."""
    address, came = listener

    with pytest.raises(ReportError, match="outside attt"):
        pdf(page.format(address))
    assert [] == came
