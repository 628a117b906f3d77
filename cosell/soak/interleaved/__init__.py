"""Interleavings: sellers, AWS, delays, duplicates and faults in one world of the real system, in every order.

One seed is one world: Cosell's synthesized stacks between the simulators, a few deals, and a schedule of what people do
and what breaks (`acts`, `schedule`). Then everything is mended and redriven, and what must hold is looked at
(`invariants`). The same seed is the same run; `story` lives it, `many` lives a thousand.
"""

NAME = "interleavings"
