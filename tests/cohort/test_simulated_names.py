"""The names of simulated features are PyRadiomics' own."""

from __future__ import annotations

from collections import Counter

import pytest

from radassoc.base.errors import InputError
from radassoc.cohort._simulated_names import feature_catalogue, gene_symbols
from radassoc.tables.feature_names import parse_feature

#: Features per class that PyRadiomics 3 computes by default (its documentation; shape in three dimensions).
N_FEATURES = {"shape": 14, "firstorder": 18, "glcm": 24, "glrlm": 16, "glszm": 16, "gldm": 14, "ngtdm": 5}


def test_one_image_has_the_features_of_pyradiomics() -> None:
    names = feature_catalogue(sum(N_FEATURES.values())).index
    assert Counter(parse_feature(name)[3] for name in names) == N_FEATURES
    assert {parse_feature(name)[2] for name in names} == {"unknown", "T1c"}  # shape belongs to no sequence


def test_larger_tables_go_on_with_sequences_and_filters() -> None:
    names = feature_catalogue(14 + 4 * 93 + 1).index
    assert names.is_unique
    assert {parse_feature(name)[2] for name in names} == {"unknown", "T1c", "FLAIR", "T2", "T1"}
    assert parse_feature(names[-1])[0] == "wavelet-LLL"


def test_a_feature_looks_the_same_in_every_table() -> None:
    few, many = feature_catalogue(20), feature_catalogue(200)
    assert few.equals(many.iloc[:20])


def test_more_features_than_there_are_is_an_error_that_counts_them() -> None:
    with pytest.raises(InputError, match="from 1 to 4478"):
        feature_catalogue(5000)


def test_symbols_are_sorted_and_unique() -> None:
    symbols = gene_symbols()
    assert list(symbols) == sorted(set(symbols))
    assert len(symbols) == 4472
