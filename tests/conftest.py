"""How hypothesis looks for examples: the same ones in every run, and no machine is too slow for them.

MDJOURNEY_SLOW_TESTS=1 looks for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    derandomize=not os.environ.get("MDJOURNEY_SLOW_TESTS"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")
