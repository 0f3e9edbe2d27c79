"""For every test: Hypothesis without deadlines (machines differ), and the same examples in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "attt",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("attt")
