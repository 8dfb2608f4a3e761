import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.strata._pool_inputs import read_parts


def frame():
    return pd.DataFrame(
        {
            "stratum": ["b", "a", "a"],
            "gene": ["g", "g", "h"],
            "feature": ["x", "x", "x"],
            "estimate": [1.0, 2.0, 3.0],
            "std_error": [0.1, 0.2, 0.3],
        }
    )


def test_rows_by_strata():
    parts = read_parts(frame(), None)
    assert parts.keys == ("gene", "feature")
    assert parts.strata == ("b", "a")
    np.testing.assert_array_equal(parts.effect, [[1.0, 2.0], [np.nan, 3.0]])
    assert parts.scale.tolist() == ["identity", "identity"]


def test_keys_can_be_named():
    assert read_parts(frame().assign(note="any"), ["gene"]).keys == ("gene",)


def test_a_list_of_tables_is_numbered():
    one = frame().iloc[[0]].drop(columns="stratum")
    assert read_parts([one, one], None).strata == ("study 1", "study 2")


def test_different_analyses_are_refused():
    with pytest.raises(ra.InputError, match="different analyses"):
        read_parts([frame().iloc[[0]], frame().iloc[[0]].drop(columns="gene")], None)
