"""Views to one self-contained HTML file, by the Jinja templates of `reports/`."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from attt import assets
from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.report.figures import number, ratio
from attt.report.options import Options
from attt.report.taint import finalize
from attt.report.view_leader import leader
from attt.report.view_system import system

KINDS = ("leader", "system")


def render(
    kind: str,
    audited: Audited,
    options: Options | None = None,
    *,
    code: str | None = None,
    paper: bool = False,
    folder: Path | None = None,
) -> str:
    """One report as HTML.

    `kind` is "leader" or "system"; `code` names the system where the audit has several. `paper`
    bounds long tables, for PDF. `folder` holds the office's own templates instead of ours.
    Raises UsageError for an unknown kind or system.
    """
    chosen = options or Options()
    match kind:
        case "leader":
            view: object = leader(audited, chosen)
        case "system":
            view = system(audited, chosen, code=code, paper=paper)
        case _:
            raise UsageError(
                Message("There is no report of the kind {kind}", kind=kind),
                hint=Message("Name one of: {kinds}", kinds=", ".join(KINDS)),
            )
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
    environment.globals["ratio"] = ratio
    return environment
