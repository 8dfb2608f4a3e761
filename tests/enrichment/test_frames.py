import numpy as np
import pandas as pd
import pytest

from radassoc.enrichment._frames import make_rankings, make_subjects, make_table, make_walks, most_telling
from radassoc.enrichment._score import Scored
from radassoc.enrichment.overlap import overlap_sets

GENES = pd.Index(["A", "B", "C", "D", "E"])
OVERLAP = overlap_sets(GENES, {"top": ["A", "C", "X"], "low": ["B", "E"]})
#: Along the value: C, A, D, B, E.
STATISTIC = np.array([0.5, -0.2, 0.9, 0.1, -0.8])


def scored(name="score", p=(0.01, 0.02), *, own=(0.01, 0.01), es=(1.0, -1.0), means=(0.7, -0.5), share=0.1):
    arrays = {
        "es": es, "nes": (1.5, -1.5), "p_value": p, "q_value": (0.1, 0.1), "familywise_p": (0.1, 0.2),
        "mean_statistic": means, "self_contained_p": own, "maxmean_p": own, "camera_p": own,
        "inter_gene_correlation": (0.1, 0.1),
    }  # fmt: skip
    return Scored(name, 40, share=share, statistic=STATISTIC, arrays={k: np.array(v) for k, v in arrays.items()})


def table(*items):
    return make_table(list(items), OVERLAP, GENES, weight=1.0, level=0.05)


def test_leading_genes_run_from_the_end_of_the_ranking_to_the_peak():
    found = table(scored()).set_index("pathway")
    assert found["leading_edge"].to_dict() == {"top": "C;A", "low": "E;B"}
    assert found["n_leading_edge"].tolist() == [2, 2]
    assert found["direction"].tolist() == ["up", "down"]


def test_enriched_needs_both_tests_in_one_direction():
    assert table(scored())["enriched"].tolist() == [True, True]
    assert table(scored(own=(0.5, 0.01)))["enriched"].tolist() == [False, True]
    assert table(scored(p=(0.01, 0.9)))["enriched"].tolist() == [True, False]
    assert table(scored(means=(-0.7, -0.5)))["enriched"].tolist() == [False, True]


def test_p_values_of_all_values_are_corrected_together():
    found = table(scored("one", p=(0.01, 0.04)), scored("two", p=(0.02, np.nan)))
    # Simes: 0.02 and 0.02, both values are found, so that the sets of each are corrected among themselves
    assert found["p_adjusted"].tolist()[:3] == pytest.approx([0.02, 0.04, 0.02])
    assert np.isnan(found["p_adjusted"].iloc[3])


def test_two_levels_by_hand():
    """One of two values is found (Simes 0.02, then 0.04): its sets pay for the choice of one among two."""
    items = [scored("one", p=(0.01, 0.04)), scored("two", p=(0.5, 0.9))]
    found = table(*items)
    assert found["p_adjusted"].tolist() == pytest.approx([0.04, 0.08, 1.0, 1.0])
    told = make_subjects(items, n_genes=5, level=0.05)
    assert told["p_adjusted"].tolist() == pytest.approx([0.04, 0.9])


def test_small_sets_and_wide_association_are_flagged():
    assert table(scored())["flag"].tolist() == ["2 of 3 genes", "2 of 2 genes"]
    assert table(scored(share=0.4))["flag"].tolist()[0] == "2 of 3 genes; 40% of all genes associated"


def test_an_untested_value_has_no_row_but_is_told():
    untested = Scored("empty", 40, status="no_signal", reason="the same in all")
    assert table(untested).empty
    told = make_subjects([scored(), untested], n_genes=5, level=0.05)
    assert told[["by", "status", "reason"]].to_numpy().tolist() == [
        ["score", "ok", ""],
        ["empty", "no_signal", "the same in all"],
    ]


def test_rankings_fall_and_name_the_genes():
    found = make_rankings([scored()], GENES)
    assert found["gene"].tolist() == ["C", "A", "D", "B", "E"]
    assert found["statistic"].tolist() == [0.9, 0.5, 0.1, -0.2, -0.8]
    assert list(make_rankings([], GENES).columns) == ["by", "gene", "statistic"]


def test_walks_by_hand():
    """The set of C and A, first in the ranking: up by 0.9/1.4, up by 0.5/1.4, then down to nothing."""
    walks = make_walks([scored()], OVERLAP, GENES, weight=1.0).query("pathway == 'top'")
    assert walks["position"].tolist() == [0, 0, 0, 1, 1, 5]
    np.testing.assert_allclose(walks["running_score"], [0, 0, 0.9 / 1.4, 0.9 / 1.4, 1, 0], atol=1e-12)
    assert walks["gene"].tolist() == ["", "", "C", "", "A", ""]


def test_the_values_with_the_smallest_p_are_kept_in_their_own_order():
    items = [
        scored("a", p=(0.5, 0.5)),
        scored("b", p=(0.9, 0.01)),
        scored("c", p=(np.nan, np.nan)),
        scored("d", p=(0.02, 1)),
    ]
    assert [item.name for item in most_telling(items, 2)] == ["b", "d"]
    assert [item.name for item in most_telling(items, 9)] == ["a", "b", "c", "d"]
