"""A standard with what a pack's serves.yaml adds to it; the standard's own file stays as it is."""

from collections.abc import Mapping
from dataclasses import replace

from attt.errors import InputError
from attt.explain import did_you_mean
from attt.message import Message
from attt.model.rule import Rule
from attt.model.standard import Requirement, RuleUse, Service, Standard
from attt.rulebook.check import At, check_services, check_use, known
from attt.rulebook.overlay.schema import OverlayFile, ServesFile


def with_overlays(
    at: At, file: ServesFile, standards: Mapping[str, Standard], rules: Mapping[str, Rule]
) -> dict[str, Standard]:
    """The standards as a pack wants them. Raises InputError for names that point nowhere."""
    found = dict(standards)
    for number, one in enumerate(file.serves):
        here = at / "serves" / number
        known(
            here / "standard",
            one.standard,
            found,
            Message("There is no standard '{id}'", id=one.standard),
        )
        _check(here, one, found[one.standard], rules)
        found[one.standard] = _overlaid(one, found[one.standard])
    return found


def _check(at: At, file: OverlayFile, standard: Standard, rules: Mapping[str, Rule]) -> None:
    ids = {requirement.id for requirement in standard.requirements}
    for name, services in file.requirements.items():
        here = at / "requirements" / name
        known(here, name, ids, Message("There is no requirement '{id}'", id=name))
        check_services(here, services, rules)
    used = {
        use.rule
        for requirement in _overlaid(_without_set(file), standard).requirements
        for service in requirement.served_by
        for way in service.any_of
        for use in way.rules
    }
    for number, setting in enumerate(file.set):
        here = at / "set" / number
        check_use(here, setting, rules)
        if setting.rule not in used:
            raise InputError(
                Message(
                    "No requirement of '{id}' uses rule '{rule}'",
                    id=standard.id,
                    rule=setting.rule,
                ),
                hint=did_you_mean(setting.rule, used),
                place=(here / "rule").place,
            )


def _without_set(file: OverlayFile) -> OverlayFile:
    """The overlay without what it sets: its entries alone."""
    return file.model_copy(update={"set": ()})


def _overlaid(file: OverlayFile, standard: Standard) -> Standard:
    settings = {one.rule: one.to_model() for one in file.set}
    return replace(
        standard,
        requirements=tuple(
            _served(requirement, file, settings) for requirement in standard.requirements
        ),
    )


def _served(
    requirement: Requirement, file: OverlayFile, settings: Mapping[str, RuleUse]
) -> Requirement:
    more = tuple(one.to_model() for one in file.requirements.get(requirement.id, ()))
    services = (*requirement.served_by, *more)
    if not settings:
        return replace(requirement, served_by=services) if more else requirement
    return replace(requirement, served_by=tuple(_set(one, settings) for one in services))


def _set(service: Service, settings: Mapping[str, RuleUse]) -> Service:
    ways = tuple(
        replace(way, rules=tuple(_use(use, settings) for use in way.rules))
        for way in service.any_of
    )
    return replace(service, any_of=ways)


def _use(use: RuleUse, settings: Mapping[str, RuleUse]) -> RuleUse:
    """What the office sets holds at the levels that it names; the rest stays."""
    setting = settings.get(use.rule)
    if setting is None:
        return use
    merged = {
        name: {**use.params.get(name, {}), **setting.params.get(name, {})}
        for name in (*use.params, *setting.params)
    }
    return replace(use, params=merged)
