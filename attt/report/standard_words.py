"""What people read of a standard and its requirements: never a bare title where more holds."""

from attt.model.level import Level
from attt.model.standard import Requirement, Standard, Strength
from attt.model.words import Words
from attt.report.figures import day

_SUGGESTED = Words(vi="khuyến nghị", en="suggested")
_MOVING = Words(vi="áp dụng chuyển tiếp", en="applies during the transition")


def edition(standard: Standard, language: str) -> str:
    """The edition; of one that systems are moving on from, that it applies during the transition."""
    if standard.transition is None:
        return standard.edition
    return f"{standard.edition} ({_MOVING.text(language)})"


def titled(requirement: Requirement, level: Level, language: str, *, marked: bool = True) -> str:
    """The title, its condition at that level, and (unless not `marked`) that it is only suggested."""
    title = requirement.title.text(language)
    if marked and requirement.strength is Strength.SUGGESTED:
        title += f" ({_SUGGESTED.text(language)})"
    if requirement.conditional and requirement.is_conditional_at(level):
        title += f" ({requirement.conditional.text(language)})"
    return title


def beyond_hosts(requirement: Requirement, language: str) -> str:
    """Why no host shows it and what document does, as a sentence; empty where one may."""
    said = requirement.host_cannot.text(language) if requirement.host_cannot else ""
    return said[:1].upper() + said[1:] + "." if said else ""


def last_day(standard: Standard, language: str) -> str:
    """Until when systems may take to move on, and by which article; empty where they need not."""
    moving = standard.transition
    if moving is None:
        return ""
    if language == "vi":
        return f"hết ngày {day(moving.until)} theo {moving.basis.vi}"
    return f"the end of {moving.until} by {moving.basis.en}"
