"""A preparation learned from training patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.errors import RadiomicsError, name_some
from radassoc.base.results import Fit
from radassoc.preparation.recipe import Preparation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["COLUMNS", "FittedPreparation"]

COLUMNS = (
    "feature",
    "kept",
    "reason",
    "n_missing",
    "missing_share",
    "representative",
    "correlation",
    "fill",
    "center",
    "scale",
)


@register("preparation")
@dataclass(frozen=True, eq=False, kw_only=True)
class FittedPreparation(Fit):
    """What a preparation learned: which features stay, what fills their gaps, their centre and scale.

    Attributes
    ----------
    table
        One row a feature: ``feature``, ``kept`` (bool), ``reason`` (why dropped; empty where kept), ``n_missing``,
        ``missing_share``, ``representative`` and ``correlation`` (for a pruned feature the kept one that stands for it,
        and their correlation), ``fill``, ``center``, ``scale`` (missing where dropped).
    recipe
        The recipe that was learned.
    modality
        The table of features that it belongs to.
    """

    recipe: Preparation
    modality: str = "radiomics"

    @property
    def features(self) -> tuple[str, ...]:
        """The features that stay, in their order."""
        table = self.table
        return tuple(table.loc[table["kept"], "feature"])

    def transform(self, frame: pd.DataFrame, *, features: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the kept features of ``frame``, filled and scaled with what was learned in training.

        Parameters
        ----------
        frame
            Rows are patients or samples, columns at least the features asked for.
        features
            Some of the kept features; all of them by default.

        Returns
        -------
        DataFrame
            Same rows, one float column a feature.

        Raises
        ------
        RadiomicsError
            A feature is not among the columns.
        """
        learned = self.table.set_index("feature")
        wanted = list(self.features if features is None else features)
        absent = [name for name in wanted if name not in frame.columns]
        if absent:
            raise RadiomicsError(
                f"{len(absent)} of {len(wanted)} prepared features are not in the table: {name_some(absent)}.",
                wanted=f"the features of the training patients' {self.modality!r} table",
                remedy="Extract the same features with the same settings, and keep the names.",
            )
        part = learned.loc[wanted]
        values = frame[wanted].to_numpy(dtype=float, copy=True)
        holes = ~np.isfinite(values)
        values[holes] = np.broadcast_to(part["fill"].to_numpy(), values.shape)[holes]
        values = (values - part["center"].to_numpy()) / part["scale"].to_numpy()
        return pd.DataFrame(values, index=frame.index, columns=pd.Index(wanted, name=frame.columns.name))

    def apply(self, cohort: Cohort) -> Cohort:
        """Return a cohort whose table of this modality holds the kept features, filled and scaled.

        Parameters
        ----------
        cohort
            Training patients or others.
        """
        frame = self.transform(cohort[self.modality])
        known = cohort.features(self.modality)
        return cohort.with_modality(
            self.modality,
            frame,
            patients=cohort.sample_patients(self.modality),
            features=known.loc[known.index.intersection(frame.columns)].reindex(frame.columns),
        )
