"""Property tests are judged by what holds, not by how busy the machine is.

The suite tries the same few hundred examples each time; HYPOTHESIS_PROFILE=thorough tries others by the thousand.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("thorough", settings.get_profile("unhurried"), derandomize=False, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))
