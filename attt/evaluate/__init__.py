"""From facts to verdicts and from verdicts to outcomes: pure, three-valued, without a level."""
