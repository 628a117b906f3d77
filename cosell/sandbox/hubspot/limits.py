"""Call limits: ten-second burst per app, searches per second, calls per day of the account's time zone."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock

BURST_SECONDS = 10.0


@dataclass
class Counts:
    """The calls that count against a limit now; times in seconds since the epoch."""

    burst: deque[float] = field(default_factory=deque)
    searches: deque[float] = field(default_factory=deque)
    day: str = ""
    """Of the account's time zone."""
    today: int = 0


class Limits:
    """Counts calls and refuses those over a limit; refused calls do not count."""

    def __init__(self, clock: Clock, switches: Switches, *, time_zone: str, portal_id: int, app_id: int) -> None:
        self._clock, self._switches = clock, switches
        self._zone = ZoneInfo(time_zone)
        self._bucket = f"publicapi:private_app-api-calls-ten-secondly:{app_id}:{portal_id}"
        self.counts = Counts()

    def admit(self, *, search: bool) -> None:
        """Counts a call. Raises the 429 of the limit it would break."""
        self._forget()
        if self._switches.limits:
            self._refuse_over_limit(search=search)
        self.counts.today += 1
        (self.counts.searches if search else self.counts.burst).append(self._clock.now)

    def _refuse_over_limit(self, *, search: bool) -> None:
        if self.counts.today >= self._switches.daily_limit:
            raise self.daily()
        if search and len(self.counts.searches) >= self._switches.search_limit:
            raise self.secondly()
        if not search and len(self.counts.burst) >= self._switches.burst_limit:
            raise self.ten_secondly()

    def _forget(self) -> None:
        now = self._clock.now
        for calls, seconds in ((self.counts.burst, BURST_SECONDS), (self.counts.searches, 1.0)):
            while calls and calls[0] <= now - seconds:
                calls.popleft()
        day = datetime.fromtimestamp(now, self._zone).date().isoformat()
        if day != self.counts.day:
            self.counts.day, self.counts.today = day, 0

    def headers(self, *, search: bool) -> dict[str, str]:
        """What every answer says about the limits; searches are exempt from the burst and do not mention it."""
        daily = {
            "x-hubspot-ratelimit-daily": str(self._switches.daily_limit),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, self._switches.daily_limit - self.counts.today)),
        }
        if search:
            return daily
        limit, a_second = self._switches.burst_limit, self._switches.burst_limit // int(BURST_SECONDS)
        lately = sum(at > self._clock.now - 1 for at in self.counts.burst)
        return {
            "x-hubspot-ratelimit-max": str(limit),
            "x-hubspot-ratelimit-remaining": str(max(0, limit - len(self.counts.burst))),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(BURST_SECONDS * 1000)),
            # Deprecated: still told, no longer enforced.
            "x-hubspot-ratelimit-secondly": str(a_second),
            "x-hubspot-ratelimit-secondly-remaining": str(max(0, a_second - lately)),
            **daily,
        }

    # The three 429s have different shapes: only the search one has a category.

    def ten_secondly(self) -> Refused:
        extra = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING", "groupName": self._bucket}
        return Refused(429, "You have reached your ten_secondly_rolling limit.", extra=extra, headers=self._wait())

    def daily(self) -> Refused:
        extra = {"errorType": "RATE_LIMIT", "policyName": "DAILY", "requestId": f"{self.counts.today:032x}"}
        return Refused(429, "You have reached your daily limit.", extra=extra, headers=self._wait())

    def secondly(self) -> Refused:
        extra = {"policyName": "SECONDLY"} if self._switches.search_refusal_names_policy else {}
        return Refused(429, "You have reached your secondly limit.", "RATE_LIMITS", extra=extra, headers=self._wait())

    def _wait(self) -> Mapping[str, str]:
        seconds = self._switches.retry_after
        return {} if seconds is None else {"retry-after": str(seconds)}
