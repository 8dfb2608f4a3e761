"""The recipe of a preparation: what is filtered, filled, pruned and scaled, before anything is learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from radassoc.base.arguments import check_number
from radassoc.base.codec import register
from radassoc.base.errors import InputError
from radassoc.base.results import Record

__all__ = ["Preparation", "as_recipe"]


@register("preparation_recipe")
@dataclass(frozen=True, kw_only=True)
class Preparation(Record):
    """How features are prepared; learned on training patients, then frozen and applied to others.

    The order is fixed: missing filter, imputation, near-constant filter, correlation pruning, scaling. No step sees an
    outcome.

    Parameters
    ----------
    max_missing
        A feature missing in more than this share of the training patients is dropped. Features of a region that is
        absent in many patients (volume zero) go here as well.
    impute
        What replaces the missing values that remain: the training ``"median"`` or ``"mean"`` of the feature.
    near_constant
        A feature whose most frequent value is held by more than this share of the training patients is dropped; a
        feature without any variation always is.
    max_correlation
        Of features with a larger absolute Pearson correlation one representative is kept: the one with the fewest
        missing values, then the lowest mean absolute correlation with all others. 1.0 keeps all but exact copies; None
        prunes nothing.
    scale
        ``"standard"``: training mean 0 and standard deviation 1 (divisor n, as glmnet); ``"none"``: as they are.

    Examples
    --------
    >>> Preparation(max_missing=0.1).max_missing
    0.1
    """

    max_missing: float = 0.2
    impute: Literal["median", "mean"] = "median"
    near_constant: float = 0.95
    max_correlation: float | None = 0.95
    scale: Literal["standard", "none"] = "standard"

    def __post_init__(self) -> None:
        super().__post_init__()
        _share("max_missing", self.max_missing)
        _share("near_constant", self.near_constant)
        if self.max_correlation is not None:
            _share("max_correlation", self.max_correlation)
        if self.impute not in ("median", "mean"):
            raise InputError(f"impute={self.impute!r} is no way to fill gaps.", wanted="'median' or 'mean'")
        if self.scale not in ("standard", "none"):
            raise InputError(f"scale={self.scale!r} is no scaling.", wanted="'standard' or 'none'")


def as_recipe(preparation: Preparation | None, default: Preparation) -> Preparation:
    """Return the given recipe, or the default where there is none; refuse anything else."""
    if preparation is None:
        return default
    if not isinstance(preparation, Preparation):
        raise InputError(
            f"preparation={preparation!r} is no recipe.", wanted="ra.Preparation(...), such as ra.Preparation()"
        )
    return preparation


def _share(name: str, value: float) -> None:
    check_number(name, value)
    if not 0 <= value <= 1:
        raise InputError(f"{name}={value} is no share.", wanted="a number from 0 to 1")
