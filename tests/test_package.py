"""What an installation must bring with it."""

from __future__ import annotations

import os
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import radassoc as ra

ROOT = Path(__file__).resolve().parent.parent


def test_version_is_that_of_the_installation():
    if "site-packages" not in ra.__file__:
        pytest.skip("run from the source folder")
    assert metadata.version("radassoc") == ra.__version__


def test_the_installed_package_is_tested():
    if os.environ.get("RADASSOC_TEST_INSTALLED") != "1":
        pytest.skip("asked for by the continuous integration only")
    assert "site-packages" in ra.__file__


def test_types_are_announced():
    assert (Path(ra.__file__).parent / "py.typed").is_file()


def test_readme_gives_two_commands_that_set_everything_up():
    block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    first, second = block.strip().splitlines()
    assert first.startswith("python3 -m venv")
    assert first.endswith("radassoc demo --out demo")
    assert second.startswith("python3 -m venv")
    assert second.endswith("pytest -n 2")


def test_changelog_tells_this_version():
    assert f"## {ra.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_no_gpl_package_is_required():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    needed = " ".join(name for group in groups for name in group).lower()
    assert not {name for name in ("scikit-survival", "rpy2", "pingouin", "inmoose", "neurocombat") if name in needed}
