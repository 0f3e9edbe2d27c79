"""What an office may set about its papers; the command line fills it from `attt.toml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything about a paper that is not a result.

    `parent` and `body` are the two lines of the letterhead, `place` the place name before the
    date; empty ones are taken from the inventory. Texts that need an office's decision stay
    empty and print as dotted lines. `enough_percent` is the least share of hosts and of requirements seen for a conclusion.
    """

    parent: str = ""
    body: str = ""
    place: str = ""
    addressee: str = ""
    circulation: str = ""  # "LƯU HÀNH NỘI BỘ"; never a secrecy mark
    period: str = ""  # "Quý IV năm 2026"
    is_independent: bool | None = None
    annual_report: str = "25/12"  # day/month by which the yearly report is due
    annual_report_unit: str = "20/12"  # the same, for the units' figures
    transition_until: str = ""  # ISO date; empty: not printed
    with_addresses: bool = False  # appendix III, for limited circulation
    enough_percent: int = 50
    paper_rows: int = 60  # rows a table may have on paper; the screen shows all
