"""Call limits: ten-second burst per app, searches per second, calls per day of the account's time zone."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock

BURST_SECONDS = 10.0


class Limits:
    """Counts calls and refuses those over a limit; refused calls do not count."""

    def __init__(self, clock: Clock, switches: Switches, *, time_zone: str, portal_id: int, app_id: int) -> None:
        self._clock, self._switches = clock, switches
        self._zone = ZoneInfo(time_zone)
        self._bucket = f"publicapi:private_app-api-calls-ten-secondly:{app_id}:{portal_id}"
        self._burst: deque[float] = deque()
        self._searches: deque[float] = deque()
        self._day, self._today = "", 0

    def admit(self, *, search: bool) -> None:
        """Counts a call. Raises the 429 of the limit it would break."""
        self._forget()
        if self._switches.limits:
            self._refuse_over_limit(search=search)
        self._today += 1
        (self._searches if search else self._burst).append(self._clock.now)

    def _refuse_over_limit(self, *, search: bool) -> None:
        if self._today >= self._switches.daily_limit:
            raise self.daily()
        if search and len(self._searches) >= self._switches.search_limit:
            raise self.secondly()
        if not search and len(self._burst) >= self._switches.burst_limit:
            raise self.ten_secondly()

    def _forget(self) -> None:
        now = self._clock.now
        for calls, seconds in ((self._burst, BURST_SECONDS), (self._searches, 1.0)):
            while calls and calls[0] <= now - seconds:
                calls.popleft()
        day = datetime.fromtimestamp(now, self._zone).date().isoformat()
        if day != self._day:
            self._day, self._today = day, 0

    def headers(self, *, search: bool) -> dict[str, str]:
        """What every answer says about the limits; searches are exempt from the burst and do not mention it."""
        daily = {
            "x-hubspot-ratelimit-daily": str(self._switches.daily_limit),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, self._switches.daily_limit - self._today)),
        }
        if search:
            return daily
        return {
            "x-hubspot-ratelimit-max": str(self._switches.burst_limit),
            "x-hubspot-ratelimit-remaining": str(max(0, self._switches.burst_limit - len(self._burst))),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(BURST_SECONDS * 1000)),
            **daily,
        }

    # The three 429s have different shapes: only the search one has a category.

    def ten_secondly(self) -> Refused:
        extra = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING", "groupName": self._bucket}
        return Refused(429, "You have reached your ten_secondly_rolling limit.", extra=extra, headers=self._wait())

    def daily(self) -> Refused:
        extra = {"errorType": "RATE_LIMIT", "policyName": "DAILY"}
        return Refused(429, "You have reached your daily limit.", extra=extra, headers=self._wait())

    def secondly(self) -> Refused:
        return Refused(429, "You have reached your secondly limit.", "RATE_LIMITS", headers=self._wait())

    def _wait(self) -> Mapping[str, str]:
        seconds = self._switches.retry_after
        return {} if seconds is None else {"retry-after": str(seconds)}
