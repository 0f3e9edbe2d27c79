"""Every fact that attt knows, by id: a dict that you can read."""

from collections.abc import Mapping

from attt.facts.kind import FactKind

FACTS: Mapping[str, FactKind] = {}
