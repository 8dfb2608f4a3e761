"""Modules: groups of columns that say the same, each with one eigen-feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.errors import InputError
from radassoc.base.results import Fit
from radassoc.kernels.quantile_map import quantile_levels
from radassoc.preparation.fitted import FittedPreparation
from radassoc.tables.table import note

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["COLUMNS", "COMPOSITION_COLUMNS", "MODULE_COLUMNS", "Modules"]

COLUMNS = (
    "feature",
    "module",
    "membership",
    "loading",
    "center",
    "scale",
    "feature_class",
    "region",
    "n_missing",
    "reason",
)
MODULE_COLUMNS = ("module", "size", "explained", "mean_correlation", "top_members")
COMPOSITION_COLUMNS = ("module", "feature_class", "size")


@register("modules")
@dataclass(frozen=True, eq=False, kw_only=True)
class Modules(Fit):
    """Which columns of a table belong together, and the eigen-feature that stands for each group.

    Attributes
    ----------
    table
        One row a column of the table: ``feature``, ``module`` ("M1" is the largest; empty where it is in none),
        ``membership`` (correlation with the eigen-feature of its module, WGCNA's kME), ``loading`` (its weight in the
        eigen-feature, after ``center`` and ``scale``), ``feature_class``, ``region``, ``n_missing``, and ``reason`` why
        it is in no module.
    modules
        ``module``, ``size``, ``explained`` (share of the members' variance that the eigen-feature holds),
        ``mean_correlation`` (mean absolute correlation of the members), ``top_members`` (by absolute membership).
    composition
        ``module``, ``feature_class``, ``size``: how many members of which class.
    preparation
        How gaps are filled and columns scaled before the eigen-features.
    quantiles
        With Spearman correlation, the quantiles of each member in the training patients (one row a member, one column
        a level), among which a value gets its rank; without rows otherwise.
    modality
        The table that it belongs to.
    notes
        What a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_modules"

    modules: pd.DataFrame
    composition: pd.DataFrame
    preparation: FittedPreparation
    quantiles: pd.DataFrame
    modality: str
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The modules, largest first."""
        return tuple(self.modules["module"])

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the eigen-features of each row of a table, with what was learned in training.

        Parameters
        ----------
        frame
            Rows are patients or samples, columns at least all members of the modules.

        Returns
        -------
        DataFrame
            Same rows, one column a module; mean 0 and variance 1 in the training patients.

        Raises
        ------
        RadiomicsError
            A member is not among the columns.
        """
        table = self.table
        members = table[table["module"] != ""]
        features = list(members["feature"])
        Z = self.preparation.transform(frame, features=features).to_numpy()
        if len(self.quantiles):
            Z = quantile_levels(Z, self.quantiles.set_index("feature").loc[features].to_numpy().T)
        Z = (Z - members["center"].to_numpy()) / members["scale"].to_numpy() * members["loading"].to_numpy()
        whose = members["module"].to_numpy()
        values = {name: Z[:, whose == name].sum(axis=1) for name in self.names}
        columns = pd.Index(self.names, name="module", dtype=object)
        return pd.DataFrame(values, index=frame.index, columns=columns, dtype=float)

    def apply(self, cohort: Cohort, *, name: str = "") -> Cohort:
        """Return a cohort with the eigen-features as one more table.

        Parameters
        ----------
        cohort
            Training patients or others.
        name
            How the table is called; by default the table's own name and ``_modules``.

        Raises
        ------
        InputError
            There is no module.
        """
        if not self.names:
            raise InputError(f"There is no module of {self.modality!r} ({self.reason}).", wanted="at least one")
        frame = cohort[self.modality]
        known = self.modules.set_index("module")[["size", "top_members"]].rename_axis("feature")
        n_filled = int(np.isnan(frame[list(self.table.loc[self.table["module"] != "", "feature"])].to_numpy()).sum())
        detail = f"{len(self.names)} eigen-features; {n_filled} missing values filled"
        return cohort.with_modality(
            name or f"{self.modality}_modules",
            self.transform(frame),
            patients=cohort.sample_patients(self.modality),
            features=known,
            notes=[note(self.modality, self.modality, "eigen-features of modules", detail, step="modules")],
        )
