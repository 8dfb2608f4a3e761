import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.enrichment.redundancy import reduce_redundancy, similarities

GENES = [f"G{i}" for i in range(300)]
SETS = {
    "best": GENES[:20],
    "inside": GENES[:12],
    "neighbour": GENES[12:40],
    "far": GENES[100:130],
    "unrelated": GENES[200:230],
}


@pytest.fixture(scope="module")
def found():
    return ra.over_represent(GENES[:26] + GENES[100:112], SETS, background=GENES)


def test_the_smallest_p_value_stands_for_those_like_it(found):
    table = reduce_redundancy(found, SETS).table.set_index("pathway")
    assert table["representative"].to_dict() == {
        "best": "best",
        "inside": "best",
        "neighbour": "neighbour",
        "far": "far",
    }
    assert table["n_members"].to_dict() == {"best": 2, "inside": 0, "neighbour": 1, "far": 1}
    assert table.loc["inside", "similarity"] == pytest.approx(12 / 20)
    assert set(table["strength_kind"]) == {"log2_odds_ratio"}


def test_a_stricter_cut_joins_fewer(found):
    assert reduce_redundancy(found, SETS, cut=0.7).table["is_representative"].all()


def test_pairs_share_genes(found):
    pairs = reduce_redundancy(found, SETS).pairs.set_index(["pathway_1", "pathway_2"])
    assert pairs["n_shared"].to_dict() == {("best", "inside"): 12, ("best", "neighbour"): 8}


def test_measures_by_hand():
    a, b = ("A", "B", "C", "D"), ("C", "D", "E")
    assert similarities([a, b], "jaccard", 10)[1][0, 1] == pytest.approx(2 / 5)
    assert similarities([a, b], "overlap", 10)[1][0, 1] == pytest.approx(2 / 3)
    # of ten genes 2 are in both and 5 in neither: 0.7 agree; by chance 0.4 x 0.3 + 0.6 x 0.7 = 0.54 would
    assert similarities([a, b], "kappa", 10)[1][0, 1] == pytest.approx((0.7 - 0.54) / 0.46)
    assert np.diag(similarities([a, b], "kappa", 10)[1]).tolist() == [1, 1]


def test_nothing_found_is_no_signal(found):
    none = reduce_redundancy(found, SETS, level=1e-300)
    assert none.status == "no_signal"
    assert none.table.empty
    assert none.pairs.empty


def test_most_shows_sets_whatever_their_p(found):
    assert reduce_redundancy(found, SETS, most=5).table["pathway"].tolist()[-1] == "unrelated"


def test_one_of_several_lists_is_named(found):
    several = ra.over_represent({"up": GENES[:26], "down": GENES[100:112]}, SETS, background=GENES)
    with pytest.raises(InputError, match="2 values: 'up', 'down'"):
        reduce_redundancy(several, SETS)
    with pytest.raises(InputError, match="no 'side'"):
        reduce_redundancy(several, SETS, by="side")
    assert reduce_redundancy(several, SETS, by="down").table["pathway"].tolist() == ["far"]


def test_sets_that_are_not_those_of_the_result(found):
    with pytest.raises(InputError, match="gene_sets lacks"):
        reduce_redundancy(found, {"other": GENES[:20]})


def test_saved_and_loaded(found, tmp_path):
    reduced = reduce_redundancy(found, SETS)
    pd.testing.assert_frame_equal(ra.load(reduced.save(tmp_path / "reduced")).pairs, reduced.pairs)
