"""The house rules that a machine can check: who imports whom, what is public, what an import costs."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import radassoc as ra

PACKAGE = Path(ra.__file__).parent
FLOORS = [
    {"base"},
    {"kernels"},
    {"tables"},
    {"cohort"},
    {"preparation"},
    {"resampling"},
    {"exploration"},
    {"survival", "association", "enrichment"},
    {"strata"},
    {"figures"},
    {"report"},
    {"study"},
    {"cli"},
]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name == "cli.py")
HEAVY = ["matplotlib", "gseapy", "lifelines", "anndata", "mudata", "sklearn", "statsmodels", "pydantic"]
VERBS = sorted(name for name in ra._NAMES if name[0].islower())


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> list[tuple[str, int]]:
    """Rooms that a module imports, with the line: at its top or inside a function."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative imports hide the direction"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found += [(name.split(".")[1], node.lineno) for name in names if name.startswith("radassoc.")]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    room = room_of(path)
    for other, line in imported(path):
        if other == room or other == "_version":
            continue
        assert LEVEL[other] < LEVEL[room], f"{room} imports {other} ({path.name}:{line})"
        if room == "kernels":
            assert other == "base"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "kernels"], ids=lambda p: p.name)
def test_kernels_know_no_labels(path):
    tree = ast.parse(path.read_text())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert "pandas" not in modules


def test_public_names_stay_few():
    assert len(ra._NAMES) <= 45
    assert all(getattr(ra, name) is not None for name in ra._NAMES)
    assert set(ra.__all__) <= set(dir(ra))


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'fit_everything'"):
        _ = ra.fit_everything


@pytest.mark.parametrize("name", VERBS)
def test_verbs_take_at_most_three_positional_arguments(name):
    parameters = inspect.signature(getattr(ra, name)).parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    assert len(positional) <= 3
    # what by_stratum takes besides its own keywords are those of the verb that it runs
    assert not any(p.kind == p.VAR_POSITIONAL for p in parameters)
    assert name == "by_stratum" or not any(p.kind == p.VAR_KEYWORD for p in parameters)


@pytest.mark.parametrize("name", VERBS)
def test_verbs_are_typed_and_documented(name):
    verb = getattr(ra, name)
    text = inspect.getdoc(verb) or ""
    assert "Parameters" in text or not inspect.signature(verb).parameters
    target = verb.__init__ if inspect.isclass(verb) else verb
    for parameter in inspect.signature(target).parameters.values():
        if parameter.name == "self":
            continue
        assert parameter.annotation is not inspect.Parameter.empty, f"{name}({parameter.name}) has no type"
        assert f"\n{parameter.name}" in text or f", {parameter.name}" in text or f"\n**{parameter.name}" in text, (
            f"{name}({parameter.name}) is not told"
        )


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    "start", ["import radassoc", "import radassoc.cli", "import radassoc as ra; dir(ra); ra.DesignError"]
)
def test_start_imports_nothing_heavy(start):
    heavy = [*HEAVY, "numpy", "pandas", "scipy", "numba"]
    code = f"import sys; {start}; print([m for m in {heavy!r} if m in sys.modules])"
    assert python(code) == "[]"


def test_cohort_needs_no_figures_and_no_exchange():
    code = f"import sys, radassoc as ra; ra.Cohort; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert python(code) == "[]"


def test_import_is_quick():
    code = "import time; t = time.perf_counter(); import radassoc; print(time.perf_counter() - t)"
    assert min(float(python(code)) for _ in range(3)) < 0.1


def test_tests_mirror_the_package():
    tests = Path(__file__).parent
    missing = [
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if path.name != "__init__.py"
        and not (tests / path.relative_to(PACKAGE)).with_name(f"test_{path.name.lstrip('_')}").is_file()
    ]
    assert missing == []
