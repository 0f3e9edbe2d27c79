"""Both editions side by side, on the terminal."""

from attt.cli.console import say, table
from attt.cli.language import language, t
from attt.model.outcome import Outcome
from attt.report import reasons, words
from attt.report.figures import day
from attt.report.standard_words import edition, titled
from attt.report.tally import Line
from attt.report.transition import Basis, Moving, SideBySide
from attt.report.view_transition import share


def show_transition(found: SideBySide, *, full: bool) -> None:
    """Each system by area; what fails in a row each, and with `full` what was not assessed too."""
    for moving in found.systems:
        _system(moving, found)
        owed = [line for line in moving.owed if full or _is_assessed(line)]
        if owed:
            _owed(owed)
        left = len(moving.owed) - len(owed)
        if left:
            say(t("  … and {count} that were not assessed; all of them: --full", count=left), "dim")


def _is_assessed(line: Line) -> bool:
    return line.result.outcome is not Outcome.NOT_ASSESSED


def _system(moving: Moving, found: SideBySide) -> None:
    say("\n" + t("{name} ({code}), level {level}", name=moving.system.name,
                 code=moving.system.code, level=moving.level), "title")  # fmt: skip
    say(f"  {_basis(moving, found)}")
    groups = {**found.old.groups, **found.new.groups}
    table(
        [t("Area"), edition(found.old, language()), edition(found.new, language()),
         t("Not fully met"), t("Not assessed")],
        [
            (
                groups[area.group].text(language()) if area.group in groups else area.group,
                share(area.old),
                share(area.new),
                area.new.lacking,
                area.new.not_assessed,
            )
            for area in moving.areas
        ]
        + [(t("All"), share(moving.old), share(moving.new), moving.new.lacking,
            moving.new.not_assessed)],
    )  # fmt: skip


def _basis(moving: Moving, found: SideBySide) -> str:
    until = day(found.terms.until) if language() == "vi" else found.terms.until
    article, old = found.terms.basis.text(language()), found.old.edition
    match moving.basis:
        case Basis.OLD:
            return t("Approved under {old}; what is owed below is due by the end of {until} "
                     "({article}).", old=old, until=until, article=article)  # fmt: skip
        case Basis.UNSAID:
            return t("Approved, and the dossier does not say under which standard: due by the end of "
                     "{until} ({article}) if under {old}.", old=old, until=until, article=article)  # fmt: skip
        case Basis.OTHER:
            return t("Not approved under {old}: the transition of {article} is not this system's.",
                     old=old, article=article)  # fmt: skip
        case Basis.NONE:
            return t("No approved level: the transition of {article} is not this system's.",
                     article=article)  # fmt: skip


def _owed(owed: list[Line]) -> None:
    table(
        [t("Clause"), t("Requirement"), t("Outcome"), t("What"), t("Why")],
        [
            (
                line.result.clause,
                line.requirement.id,
                words.OUTCOMES[line.result.outcome].text(language()),
                titled(line.requirement, line.result.level, language()),
                reasons.of_requirement(line.result.reason).why.text(language()),
            )
            for line in owed
        ],
    )
