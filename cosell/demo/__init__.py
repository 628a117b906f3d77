"""`make demo`: the main job, told state by state, and checked while it is told."""

from cosell.demo.show import run

__all__ = ["run"]
