"""Shared fixtures: where the published cohorts are, quiet options, no open figures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# a slow machine is no failure; where a change is judged, the examples are the same each time
settings.register_profile("default", deadline=None, max_examples=30)
settings.register_profile("judge", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("judge" if os.environ.get("RADASSOC_TEST_INSTALLED") == "1" else "default")

ROOT = Path(__file__).resolve().parent.parent

#: Where no kernel is compiled yet, one worker begins with the first file, which compiles most of them, while the other
#: finds rooms that need none; the rooms that need them all come last. Otherwise each worker would compile every kernel.
FIRST = "tests/survival/test_validate.py"
LAST = ("kernels", "bad_input", "benchmarks", "figures", "real", "report", "strata", "study", "survival")
LAST_FILES = ("test_cli.py", "test_doctests.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        room = item.path.relative_to(ROOT / "tests").parts[0]
        return 0 if item.path == ROOT / FIRST else 2 if room in LAST or room in LAST_FILES else 1

    items.sort(key=turn)


@pytest.fixture(scope="session")
def cohorts() -> Path:
    """Folder of the published cohorts; a test that asks for it skips where they are absent."""
    folder = Path(os.environ.get("RADASSOC_COHORTS", ROOT.parent / "shared" / "cohorts"))
    if not folder.is_dir():
        pytest.skip("the published cohorts are not on this machine (RADASSOC_COHORTS)")
    return folder


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    from radassoc.base.settings import options

    with options(progress=False):
        yield


@pytest.fixture
def oracles() -> Path:
    """Folder of the stored reference numbers."""
    return ROOT / "tests" / "oracles"
