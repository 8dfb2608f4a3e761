"""Each example in a docstring is run."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import radassoc

pytestmark = pytest.mark.slow

MODULES = sorted(found.name for found in pkgutil.walk_packages(radassoc.__path__, "radassoc."))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0
