"""No test leaves a figure open for the next."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
