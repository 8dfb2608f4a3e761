"""Malformed input of maps, modules, pairs and first looks: one clear error each, or an answer that says what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, IdentifierError, InputError, RadassocError

COHORT = ra.simulate_cohort(n_patients=40, n_genes=435, seed=1).cohort
FRAME = COHORT.radiomics.iloc[:, :3]
FIRST = str(FRAME.columns[0])


def maps(left: Any = "radiomics", right: Any = "expression", **asked: Any) -> Callable[[], Any]:
    return lambda: ra.associate(COHORT, left, right, **asked)


def some(n: int) -> ra.Cohort:
    return COHORT.subset(patients=list(COHORT.patients[:n]))


REFUSED: dict[str, tuple[Callable[[], Any], type[RadassocError], tuple[str, ...]]] = {
    "an array for a table": (maps(FRAME.to_numpy()), InputError, ("ndarray", "frame of patients")),
    "a misspelt table": (maps("radiomic"), IdentifierError, ("'radiomics'",)),
    "the clinical table": (maps("clinical"), IdentifierError, ("cohort.clinical",)),
    "a misspelt covariate": (maps(covariates=["agee"]), IdentifierError, ("'age'",)),
    "no covariates as None": (maps(covariates=None), InputError, ("covariates=None", "()")),
    "an unknown method": (maps(method="kendall"), InputError, ("'kendall'", "'spearman'")),
    "a level in percent": (maps(level=5), InputError, ("level=5", "0.05")),
    "no permutation": (maps(correction="max_statistic", n_permutations=0), InputError, ("n_permutations=0",)),
    "a negative seed without chance": (maps(seed=-1), InputError, ("seed=-1",)),
    "an address for a client": (maps(client="tcp://127.0.0.1"), InputError, ("dask.distributed.Client",)),
    "rows of other patients": (maps(FRAME.add_prefix("x", axis=0)), IdentifierError, ("neither patients nor samples",)),
    "a patient twice": (maps(pd.concat([FRAME, FRAME[:2]])), IdentifierError, ("same name",)),
    "a column twice": (maps(pd.concat([FRAME, FRAME], axis=1)), InputError, (FIRST,)),
    "infinite values": (maps(FRAME.assign(z=np.inf)), InputError, ("'z'", "infinite")),
    "complex numbers": (maps(FRAME.assign(z=1 + 2j)), InputError, ("'z'", "complex")),
    "dates": (maps(FRAME.assign(z=pd.Timestamp("2020-01-01"))), InputError, ("'z'", "days since")),
    "numbers as text": (maps(FRAME.astype(str)), InputError, ("40 different values", "pd.to_numeric")),
    "names as categories": (maps(FRAME.assign(z=[f"t{i}" for i in range(40)])), InputError, ("'z'", "categories")),
    "one feature with itself": (
        lambda: ra.association.pair(COHORT, f"radiomics:{FIRST}", f"radiomics:{FIRST}"),
        InputError,
        ("two columns",),
    ),
    "a position for a column": (lambda: ra.association.pair(COHORT, 3, "age"), InputError, ("radiomics:VOLUME_TC",)),
    "a cut above one": (lambda: ra.find_modules(COHORT, "radiomics", cut=2), InputError, ("cut=2", "0.7")),
    "modules of three patients": (lambda: ra.find_modules(some(3), "radiomics"), DesignError, ("3 patients", "10")),
    "modules of nothing": (lambda: ra.associate_modules(COHORT, None, "expression"), InputError, ("NoneType",)),
    "a table with itself": (
        lambda: ra.compare_modalities(COHORT, "radiomics", "radiomics"),
        InputError,
        ("two different tables",),
    ),
    "too few permutations for 5%": (
        lambda: ra.compare_modalities(COHORT, "radiomics", "expression", n_permutations=5),
        InputError,
        ("19",),
    ),
    "a constant table": (
        lambda: ra.compare_modalities(COHORT.with_modality("m", FRAME * 0), "m", "expression", n_permutations=19),
        DesignError,
        ("vary",),
    ),
    "no component": (lambda: ra.pca(COHORT, "radiomics", n_components=0), InputError, ("n_components=0",)),
    "components of one patient": (lambda: ra.pca(some(1), "radiomics"), DesignError, ("at least 2",)),
    "a look at two patients": (lambda: ra.explore(some(2), "radiomics"), DesignError, ("2 patients",)),
    "an unknown centre": (lambda: ra.explore(COHORT, "radiomics", centre="hospital"), IdentifierError, ("'hospital'",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_in_words(name: str) -> None:
    act, kind, tells = REFUSED[name]
    with pytest.raises(kind) as caught:
        act()
    for words in tells:
        assert words in str(caught.value)


def test_a_stream_to_a_number_is_refused() -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match="stream=5 is no path"):
        maps(stream=5)()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (maps(FRAME.iloc[:, :0]), "no pair"),
        (maps(FRAME * 0), "no pair"),
        (lambda: ra.associate(some(3), "radiomics", "expression"), "no pair"),
        (lambda: ra.associate(some(8), "radiomics", "expression", covariates=["age", "sex", *(
            f"radiomics:{name}" for name in COHORT.radiomics.columns[:5])]), "no pair"),
        (lambda: ra.pca(COHORT.with_modality("m", FRAME * 0), "m"), "no feature"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_says_so(act: Callable[[], Any], reason: str) -> None:
    found = act()
    assert found.status == "not_estimable"
    assert reason in found.reason
    assert not len(found.table)


def test_columns_without_values_or_spread_are_named() -> None:
    found = maps(FRAME.assign(flat=1.0, empty=np.nan))()
    reasons = found.dropped.set_index("name")["reason"]
    assert reasons["flat"] == "constant"
    assert reasons["empty"] == "no patient has a value"


def test_numbers_in_other_types_give_the_same_map() -> None:
    plain = maps(FRAME, keep="all")().table
    for other in (FRAME.astype(object), FRAME.convert_dtypes(), FRAME.sample(frac=1, random_state=1)):
        pd.testing.assert_frame_equal(maps(other, keep="all")().table, plain)
