from __future__ import annotations

import pytest

from radassoc.base.data import data_path


def test_bundled_study_is_found():
    assert data_path("example_study", "study.toml").is_file()
    assert data_path("gene_sets").is_dir()


def test_an_incomplete_installation_says_so():
    with pytest.raises(FileNotFoundError, match="incomplete"):
        data_path("never", "there")
