from __future__ import annotations

from pathlib import Path

import pytest

from radassoc.base.errors import StudyError
from radassoc.study.run import run_study
from radassoc.study.simulated import write_simulated_study
from radassoc.study.store import Store
from radassoc.study.writing import writing


def test_errors_of_the_system_name_the_folder_and_a_way_out(tmp_path):
    with pytest.raises(StudyError, match=r"Cannot write to .*: No space left") as caught, writing(tmp_path):
        raise OSError(28, "No space left on device")
    assert "--out" in caught.value.remedy
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError


@pytest.fixture
def below_a_file(tmp_path: Path) -> Path:
    """Return a folder that nobody can make: its parent is a file."""
    (tmp_path / "taken").write_text("x")
    return tmp_path / "taken" / "out"


def test_run_and_simulation_tell_where_they_cannot_write(small_study, below_a_file):
    with pytest.raises(StudyError, match="Cannot write to"):
        run_study(small_study, out=below_a_file, quiet=True)
    with pytest.raises(StudyError, match="Cannot write to"):
        write_simulated_study(below_a_file, n_patients=60)


def test_disk_that_fills_up_while_a_step_is_kept(tmp_path, monkeypatch):
    store = Store(tmp_path / "out").open()

    def full(*args, **settings):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("radassoc.study.store.write_atomic", full)
    with pytest.raises(StudyError, match="No space left"):
        store.keep("pca", "k", {})
