import numpy as np
import pandas as pd
import pytest
from scipy import stats

import radassoc as ra
from radassoc.base.errors import ExpressionError, InputError
from radassoc.enrichment.over_represent import COLUMNS

GENES = [f"G{i}" for i in range(400)]
SETS = {"hit": GENES[:20], "half": GENES[15:45], "none": GENES[200:230], "beyond": [*GENES[100:115], "X1", "X2"]}


@pytest.fixture(scope="module")
def found():
    return ra.over_represent(GENES[:25], SETS, background=GENES)


def test_p_values_are_those_of_the_background(found):
    table = found.table.set_index("pathway")
    assert list(found.table.columns) == list(COLUMNS)
    assert table.loc["half", ["n_overlap", "size", "n_found", "n_background"]].tolist() == [10, 30, 25, 400]
    np.testing.assert_allclose(table["p_value"], stats.hypergeom.sf(table["n_overlap"] - 1, 400, table["size"], 25))
    assert table.loc["half", "genes"] == ";".join(GENES[15:25])
    assert table.loc["half", "expected"] == pytest.approx(30 * 25 / 400)
    assert table.loc["none", "odds_ratio"] == 0
    assert table.loc["beyond", ["size", "n_listed"]].tolist() == [15, 17]
    assert found.table["p_value"].is_monotonic_increasing


def test_a_larger_background_makes_everything_look_found():
    small = ra.over_represent(GENES[:25], SETS, background=GENES[:60], min_coverage=0.0).table.set_index("pathway")
    large = ra.over_represent(GENES[:25], SETS, background=GENES).table.set_index("pathway")
    assert large.loc["half", "p_value"] < small.loc["half", "p_value"]


def test_several_lists_are_corrected_each_on_its_own():
    lists = {"up": GENES[:25], "down": GENES[200:210], "empty": []}
    several = ra.over_represent(lists, SETS, background=GENES)
    assert several.table["by"].unique().tolist() == ["up", "down"]
    alone = ra.over_represent(lists["down"], SETS, background=GENES).table
    pd.testing.assert_series_equal(
        several.table.query("by == 'down'")["p_adjusted"].reset_index(drop=True), alone["p_adjusted"]
    )
    assert "The list 'empty' is empty." in several.notes
    assert [family.n_tests for family in several.families] == [4, 4]


def test_no_gene_found_is_no_signal():
    found = ra.over_represent([], SETS, background=GENES)
    assert found.status == "no_signal"
    assert list(found.table.columns) == list(COLUMNS)


def test_a_real_map_is_a_background():
    cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    features = cohort.radiomics.columns[:3]
    small = cohort.with_modality("radiomics", cohort.radiomics[features])
    scan = ra.associate(small, "radiomics", "expression")
    sets = {"set": list(cohort.expression.columns[:15])}
    found = ra.over_represent(list(cohort.expression.columns[10:20]), sets, background=scan)
    assert found.table["n_background"].tolist() == [cohort.expression.shape[1]]


def test_saved_and_loaded(found, tmp_path):
    pd.testing.assert_frame_equal(ra.load(found.save(tmp_path / "found")).table, found.table)


@pytest.mark.slow
def test_thousands_of_sets_take_seconds():
    import time

    rng = np.random.default_rng(1)
    genes = [f"G{i}" for i in range(18_000)]
    sizes = rng.integers(10, 200, 10_000)
    sets = {f"S{i}": [genes[j] for j in rng.choice(18_000, size, replace=False)] for i, size in enumerate(sizes)}
    start = time.process_time()
    found = ra.over_represent(genes[:300], sets, background=genes)
    assert len(found.table) == 10_000
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("genes", "background", "error", "message"),
    [
        (
            ["G1", "Z9"],
            GENES,
            ExpressionError,
            r"1 of 2 genes of the list 'genes' are not in the background of 400: 'Z9'",
        ),
        (["G1", "G1"], GENES, InputError, "names genes more than once: 'G1'"),
        ("G1", GENES, InputError, "The list 'genes' is 'G1'"),
        ({}, GENES, InputError, "No list of genes was given"),
        (["G1"], "genome", InputError, "background=str lists no genes"),
        (["G1"], [], InputError, "The background is empty"),
        (["G1"], 20_000, InputError, "background=int lists no genes"),
    ],
)
def test_bad_lists(genes, background, error, message):
    with pytest.raises(error, match=message):
        ra.over_represent(genes, SETS, background=background)
