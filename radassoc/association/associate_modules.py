"""``associate_modules``: eigen-features of two tables, or of one table and clinical traits, each against each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from radassoc.association._traits import trait_frame
from radassoc.association.associate import Correction, Keep, associate
from radassoc.association.find_modules import find_modules
from radassoc.association.module_map import ModuleMap
from radassoc.association.modules import Modules
from radassoc.association.result import AssociationMap
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.align import check_cohort

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["ModuleMap", "associate_modules"]


def associate_modules(
    cohort: Cohort,
    left: str | Modules,
    right: str | Modules | Sequence[str],
    *,
    method: Literal["spearman", "pearson"] = "spearman",
    covariates: Sequence[str] = (),
    cut: float = 0.7,
    min_size: int = 3,
    correction: Correction = "bh",
    keep: Keep = "all",
    level: float = 0.05,
    n_permutations: int | None = None,
    seed: int = 0,
) -> ModuleMap:
    """Estimate the (partial) correlation of every module of one table with every module, or trait, of another.

    Modules are found within each table alone, without outcome, covariates or the other table: the tests are ordinary
    ones, of a few dozen hypotheses instead of millions. Null hypothesis of each pair: no association of the two
    eigen-features given the covariates; see ``associate``, which does the tests.

    Parameters
    ----------
    cohort
        The patients. Modules are found in all who have the table, and tested in those who have both.
    left, right
        The name of a table, whose modules are then found with ``cut`` and ``min_size``; or what ``find_modules``
        returned, where the two tables need different cuts or the modules come from other patients. ``right`` may also
        be a list of clinical columns (``["age", "grade"]``): numbers as they are, categories as indicators.
        Several samples of a patient are averaged.
    method
        Rank or linear correlation of the eigen-features. As in ``associate``, an indicator among the traits is a class
        with ``"spearman"`` (Mann-Whitney with AUC; a score test given covariates), a number with ``"pearson"``.
    covariates
        Column references; they may name a feature, such as ``"radiomics:VOLUME_TC"``.
    cut, min_size
        Of ``find_modules``, for tables that are given by name.
    correction, keep, level, n_permutations, seed
        As in ``associate``; the correction counts all pairs of modules.

    Returns
    -------
    ModuleMap
        ``.table`` (two modules, estimate, n, p_value, p_adjusted, ..., left_size, right_size, left_members,
        right_members), ``.estimates``, ``.adjusted``, ``.left_modules``, ``.right_modules``, ``.notes``.
        ``status`` is ``"not_estimable"`` where a side has no module.

    Raises
    ------
    DesignError
        No patient has both sides; a trait is the outcome, or has more than 10 levels.
    InputError
        A side is neither a table, nor modules, nor a list of columns; both sides are the same table.

    Notes
    -----
    With ``method="pearson"`` and modules by ``correlation="pearson"`` this is WGCNA's module-trait table
    (``corPvalueStudent(cor(MEs, traits))``), to 1e-9; the correction over all cells is ours. A module's association
    says nothing about which member carries it: look at the memberships.

    References
    ----------
    Langfelder P, Horvath S (2008) BMC Bioinformatics 9:559. doi:10.1186/1471-2105-9-559

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> found = ra.associate_modules(cohort, "radiomics", ["age", "sex"])
    >>> list(found.table.columns[:3])
    ['radiomics_module', 'trait', 'estimate']
    """
    check_cohort(cohort)
    if isinstance(left, str) and isinstance(right, str) and left == right:
        raise InputError(
            f"Both sides are {left!r}.", wanted="two tables", remedy="For one table: associate(cohort, name, name)."
        )
    sides = [_side(cohort, source, cut, min_size) for source in (left, right)]
    empty = [side for side in sides if not side.frame.shape[1]]
    if sides[0].modules is None:
        raise InputError("The left side has no modules.", wanted="the name of a table, or modules", remedy="Swap them.")
    if empty:
        raise DesignError(
            f"{empty[0].what} has no module ({empty[0].reason}).",
            wanted="at least one module on each side",
            remedy="Lower the cut or min_size, or pass find_modules(...) of your own.",
        )
    found = associate(
        cohort,
        sides[0].frame,
        sides[1].frame,
        method=method,
        covariates=covariates,
        correction=correction,
        keep=keep,
        level=level,
        n_permutations=n_permutations,
        seed=seed,
    )
    return _labelled(found, sides[0], sides[1], {"cut": cut, "min_size": min_size})


class _Side(NamedTuple):
    """Patients x eigen-features or traits; what they are called in notes; their modules, or None for traits."""

    frame: pd.DataFrame
    what: str
    modules: Modules | None
    reason: str = ""


def _side(cohort: Cohort, source: Any, cut: float, min_size: int) -> _Side:
    if isinstance(source, (list, tuple)):
        return _Side(trait_frame(cohort, source), "traits", None)
    if isinstance(source, str):
        source = find_modules(cohort, source, cut=cut, min_size=min_size)
    if not isinstance(source, Modules):
        raise InputError(
            f"A side of the map is a {type(source).__name__}.",
            wanted="the name of a table, what find_modules returned, or a list of clinical columns",
        )
    if not source.names:
        return _Side(pd.DataFrame(index=cohort.patients), source.modality, source, source.reason)
    frame = source.transform(cohort[source.modality]).rename_axis(columns=f"{source.modality}_module")
    whose = cohort.sample_patients(source.modality).reindex(frame.index).to_numpy()
    return _Side(frame.groupby(whose, sort=False).mean(), source.modality, source)


def _labelled(found: AssociationMap, left: _Side, right: _Side, settings: dict[str, Any]) -> ModuleMap:
    """Return the map with sizes and members at each pair, and with what was told when the modules were found."""
    table = found.table
    for what, side, name in (("left", left, found.left_name), ("right", right, found.right_name)):
        known = None if side.modules is None else side.modules.modules.set_index("module")
        sizes = pd.Series(1, index=table.index) if known is None else table[name].map(known["size"])
        members = pd.Series("", index=table.index) if known is None else table[name].map(known["top_members"])
        table[f"{what}_size"], table[f"{what}_members"] = sizes.astype("int64"), members.astype(object)
    told = [_told(side) for side in (left, right) if side.modules is not None]
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    params = {**found.params, "left": left.what, "right": right.what, **settings}
    families = tuple(
        replace(family, hypothesis=f"No association of any module of {left.what} with any of {right.what}")
        for family in found.families
    )
    added = {"table": table, "notes": (*told, *found.notes), "params": params, "families": families}
    return ModuleMap(**{**values, **added}, left_modules=left.modules, right_modules=right.modules)


def _told(side: _Side) -> str:
    modules = side.modules
    assert modules is not None
    settings = modules.params
    rule = f"{settings['linkage']} linkage of 1 - |{settings['correlation']}|, cut at {settings['cut']:g}"
    inside, whole = int(modules.modules["size"].sum()), len(modules.table)
    return f"{len(modules.names)} modules hold {inside} of {whole} columns of {side.what} ({rule})."
