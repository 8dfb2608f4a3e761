import numpy as np
import pandas as pd
import pytest

from radassoc.exploration._redundancy import effective_number, redundancy


def test_copies_are_one_group_and_count_once():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcd"))
    X["e"], X["f"] = np.exp(X["a"]), -X["a"]
    found = redundancy(X, limit=0.9)
    assert found.clusters["size"].tolist() == [3]
    assert found.clusters["mean_correlation"][0] == pytest.approx(1)
    assert found.labels[[0, 4, 5]].tolist() == [0, 0, 0]
    assert found.partners.tolist() == [2, 0, 0, 0, 2, 2]
    assert found.share == pytest.approx(3 / 15)
    assert found.counts["n_pairs"].sum() == 15
    assert found.counts["n_pairs"].iloc[-1] == 3
    # a copied column adds nothing: eigenvalues 3, 1, 1, 1
    assert found.effective == pytest.approx((3**0.5 + 3) ** 2 / 6, rel=0.02)
    assert found.picture.shape == (6, 6)


def test_many_features_are_averaged_in_the_picture_and_one_is_enough():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 400))).add_prefix("f")
    assert redundancy(X, limit=0.9).picture.shape == (150, 150)
    alone = redundancy(X.iloc[:, :1], limit=0.9)
    assert np.isnan(alone.share)
    assert alone.components == 1
    assert redundancy(X.iloc[:, :0], limit=0.9).effective == 0
    assert effective_number(np.zeros(0)) == 0
