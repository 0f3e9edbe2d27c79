"""Views to one self-contained HTML file, by the Jinja templates of `reports/`."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from attt import assets
from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.report.figures import number, padded, ratio
from attt.report.options import Options
from attt.report.taint import finalize
from attt.report.view_host import host, shared
from attt.report.view_leader import leader
from attt.report.view_system import system

KINDS = ("leader", "system", "host")


def render(
    kind: str,
    audited: Audited,
    options: Options | None = None,
    *,
    code: str | None = None,
    paper: bool = False,
    folder: Path | None = None,
    before: Audited | None = None,
    language: str = "vi",
    tighter: int = 0,
) -> str:
    """One report as HTML.

    `kind` is one of KINDS; `code` names the system, or the host, where the audit has several. `paper`
    bounds long tables, for PDF. `folder` holds the office's own templates instead of ours. `before`
    is an earlier run to compare with. `language` is of the host's page; papers are Vietnamese. `tighter` sets the leader's
    sheet that many steps closer.
    Raises UsageError for an unknown kind, system or host.
    """
    chosen = options or Options()
    match kind:
        case "leader":
            view: object = leader(audited, chosen, before=before, tighter=tighter)
        case "system":
            view = system(audited, chosen, code=code, paper=paper, before=before)
        case "host":
            view = host(audited, code, language=language, common=shared(audited, before))
        case _:
            raise UsageError(
                Message("There is no report of the kind {kind}", kind=kind),
                hint=Message("Name one of: {kinds}", kinds=", ".join(KINDS)),
            )
    return lay_out(kind, view, folder)


def lay_out(kind: str, view: object, folder: Path | None = None) -> str:
    """A view of a kind as HTML; for many hosts, of which much is counted once."""
    template = _environment(folder or assets.folder("reports")).get_template(f"{kind}/report.html")
    return template.render(view=view)


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["padded"] = padded
    environment.globals["ratio"] = ratio
    return environment
