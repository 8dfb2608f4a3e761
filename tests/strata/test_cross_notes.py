from radassoc.strata.cross_apply import cross_apply


def test_events_and_exchange_are_told(parted):
    found = cross_apply(
        parted, "sex", within="age", n_folds=3, n_outer_folds=2, n_outer_repeats=1, n_bootstraps=1, n_permutations=1
    )
    text = " ".join(found.notes)
    event = parted.outcome.table["event"].astype(bool)
    by_sex = event.groupby(parted.column("sex")).sum()
    assert f"female has {by_sex['female']} events and male {by_sex['male']}: every repeat draws {by_sex.min()}" in text
    assert "Strata were exchanged within age; 90 of 90 patients can change." in text
    assert "No interval: it needs 20 usable bootstrap samples, and 1 were drawn." in text
    assert found.notes[0].startswith("No evidence that scores differ.")
