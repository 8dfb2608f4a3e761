from types import SimpleNamespace

import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.enrichment._background import read_background, read_lists

GENES = [f"G{i}" for i in range(400)]


def test_the_background_of_an_association_map_is_what_it_tested():
    tested = SimpleNamespace(
        left_name="feature",
        right_name="gene",
        left_info=pd.DataFrame(index=["f"]),
        right_info=pd.DataFrame(index=[*GENES, "flat", "gappy"]),
        dropped=pd.DataFrame(
            {
                "side": ["right", "right", "left"],
                "name": ["flat", "gappy", "f"],
                "reason": ["constant", "tested without 2 of 9 patients, whose values are missing", "constant"],
            }
        ),
    )
    assert read_background(tested).tolist() == [*GENES, "gappy"]
    tested.right_name = "pathway"
    with pytest.raises(InputError, match="'feature' on its left and 'pathway' on its right"):
        read_background(tested)


def test_a_background_counts_each_gene_once():
    assert read_background(["B", "A", "B"]).tolist() == ["B", "A"]


def test_lists_keep_their_names_and_order():
    background = read_background(GENES)
    assert read_lists(["G3", "G1"], background) == {"genes": ["G3", "G1"]}
    assert read_lists({"up": ["G3"], "none": []}, background) == {"up": ["G3"], "none": []}
