"""Lint keeps up with large packs: its cost grows with the rules, not faster."""

from time import process_time

from attt.rulebook.lint import lint


def test_lint_is_linear_in_the_rules(packs):
    """Eight times the rules cost at most sixteen times as much: nothing compares rule with rule."""
    (rule,) = packs.load(packs.write(standards=[])).rules.values()

    def cost(count: int) -> float:
        book = packs.load(packs.write(standards=[]))
        rules = {f"{rule.id}-{n}": rule for n in range(count)}
        many = type(book)(rules=rules, standards={}, packs=(), digest="")
        start = process_time()
        lint(many, packs.facts)
        return process_time() - start

    small = min(cost(1000) for _ in range(3))

    assert cost(8000) < max(16 * small, 1)
