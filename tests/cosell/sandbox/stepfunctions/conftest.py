import pytest

from tests.support.asl import World


@pytest.fixture
def world() -> World:
    return World()
