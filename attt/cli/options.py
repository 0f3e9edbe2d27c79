"""Options that several commands share, so that they read and mean the same everywhere."""

from collections.abc import Callable
from typing import Any

import click

from attt.cli.language import t
from attt.model.rule import Severity

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def _together(*options: Wrapper) -> Wrapper:
    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return wrap


SELECTION = _together(
    click.option("--system", "systems", multiple=True, help=t("Only this system (by code)")),
    click.option("--host", "hosts", multiple=True, help=t("Only this host (by id or name)")),
    click.option("--zone", "zones", multiple=True, help=t("Only hosts of this zone")),
)

RULES = _together(
    click.option("--rule", "rules", multiple=True, help=t("Only this rule")),
    click.option("--standard", help=t("Judge by this standard (default: the newest in force)")),
)

NO_WALK = click.option(
    "--no-walk",
    is_flag=True,
    help=t("Leave out what goes over a host's whole file system; its rules are then unknown"),
)

FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.HIGH.value,
    show_default=True,
    help=t("Exit with 1 when a finding is at least this severe"),
)
