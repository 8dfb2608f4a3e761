import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.association._columns import read_columns
from radassoc.association._pair_scan import Settings
from radassoc.association._repeats import repeats_notes, scan_repeats
from radassoc.base.errors import InputError

NO_Z = np.empty((120, 0))


@pytest.fixture(scope="module")
def biopsies():
    """120 samples of 25 patients; `high` follows `value`; `mark` in some samples of 11 patients."""
    rng = np.random.default_rng(5)
    codes = np.sort(rng.integers(0, 25, 120))
    between = rng.normal(size=25)[codes]
    left = pd.DataFrame({"value": rng.normal(size=120) + between, "noise": rng.normal(size=120)})
    right = pd.DataFrame({"high": left["value"] + rng.normal(size=120), "gene": rng.normal(size=120) + between})
    right["mark"] = ((codes < 11) & (rng.random(120) < 0.7)) * 1
    right["rare"] = (codes < 3) * 1
    return left, right, np.unique(codes, return_inverse=True)[1]


def run(left, right, codes, Z=NO_Z, how="cluster_robust", scale="rank", **settings):
    return scan_repeats(
        read_columns(left, what="left"),
        read_columns(right, what="right"),
        Z,
        codes,
        how=how,
        scale=scale,
        settings=Settings(n_permutations=199, **settings),
    )


@pytest.mark.parametrize("how", ["cluster_robust", "mixed"])
def test_what_each_pair_gets(biopsies, how):
    left, right, codes = biopsies
    found = run(left, right, codes, how=how)
    assert found.estimate_kind[0].tolist() == ["rank_slope", "rank_slope", "rank_difference", ""]
    assert np.isnan(found.p[:, 3]).all()  # fewer than five patients
    assert (found.n == 120).all()
    assert (found.n_patients == codes.max() + 1).all()
    assert found.p[0, 0] < 1e-6
    tested = found.estimate_kind != ""
    assert ((found.ci_low < found.estimate) & (found.estimate < found.ci_high))[tested].all()
    inside = (found.ci_low < 0) & (found.ci_high > 0)
    from_t = tested & (found.p_value_from != "wild-bootstrap")
    assert (inside == (found.p > 0.05))[from_t].all()
    told = repeats_notes(found, how, Settings(), "rank")
    assert "Satterthwaite" in told[0]
    assert "standard deviations of ranks" in told[-1]


def test_the_slope_of_ranks_is_spearman_over_samples(biopsies):
    left, right, codes = biopsies
    found = run(left, right, codes)
    assert found.estimate[1, 1] == pytest.approx(stats.spearmanr(left["noise"], right["gene"]).statistic)


def test_raw_slopes_and_differences(biopsies):
    left, right, codes = biopsies
    found = run(left, right, codes, scale="raw")
    assert found.estimate_kind[0, :3].tolist() == ["slope", "slope", "difference"]
    assert found.estimate[0, 0] == pytest.approx(np.polyfit(left["value"], right["high"], 1)[0])
    marked = right["mark"] == 1
    assert found.estimate[0, 2] == pytest.approx(left["value"][marked].mean() - left["value"][~marked].mean())


def test_exchanging_sides_keeps_a_difference(biopsies):
    left, right, codes = biopsies
    one, two = run(left, right[["mark"]], codes), run(right[["mark"]], left, codes)
    np.testing.assert_allclose(one.p, two.p.T)
    np.testing.assert_allclose(one.estimate, two.estimate.T)


def test_missing_values_leave_out_only_their_samples(biopsies):
    left, right, codes = biopsies
    gaps = left.assign(value=left["value"].where(np.arange(120) % 9 != 0))
    found = run(gaps, right, codes)
    keep = gaps["value"].notna().to_numpy()
    alone = run(left[["value"]][keep], right[keep], codes[keep], NO_Z[keep])
    np.testing.assert_allclose(found.p[0], alone.p[0])
    assert (found.n[1] == 120).all()


def test_few_patients_are_bootstrapped(biopsies):
    left, right, codes = biopsies
    few = codes < 12
    found = run(left[few], right[["high", "gene"]][few], codes[few], NO_Z[few])
    assert set(found.p_value_from.ravel()) == {"wild-bootstrap"}
    again = run(left[few], right[["high", "gene"]][few], codes[few], NO_Z[few])
    np.testing.assert_array_equal(found.p, again.p)
    mixed = run(left[few], right[["high", "gene"]][few], codes[few], NO_Z[few], how="mixed")
    assert set(mixed.p_value_from.ravel()) == {"mixed"}


def test_four_patients_tell_nothing(biopsies):
    left, right, codes = biopsies
    few = codes < 4
    assert np.isnan(run(left[few], right[["high"]][few], codes[few], NO_Z[few]).p).all()


def test_categories_are_refused(biopsies):
    left, right, codes = biopsies
    with pytest.raises(InputError, match="several categories"):
        run(left, right.assign(type=np.resize(["u", "v", "w"], 120)), codes)
