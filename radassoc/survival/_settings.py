"""What ``fit_risk_score`` and ``validate_risk_score`` share: their keywords checked, and the patients gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from radassoc.base.arguments import check_choice, check_number, check_whole
from radassoc.base.errors import InputError, name_some
from radassoc.preparation.recipe import Preparation, as_recipe
from radassoc.resampling.folds import allowed_folds
from radassoc.survival._modalities import Modalities, plain_modality
from radassoc.survival._pipeline import Block, Criterion, LambdaRule, Settings, Ties
from radassoc.survival._subjects import Subjects, as_names, as_strata, gather

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Begun", "Recipes", "begin", "check_settings"]

Recipes = Preparation | Mapping[str, Preparation] | None


class Begun(NamedTuple):
    """Checked settings, the patients, and the part of ``params`` that both verbs tell alike."""

    settings: Settings
    subjects: Subjects
    params: dict[str, Any]


def begin(
    cohort: Cohort,
    *,
    what: str,
    modality: Modalities,
    covariates: str | Sequence[str],
    strata: str | Sequence[str] | None,
    l1_ratio: float,
    n_folds: int,
    n_repeats: int,
    lambda_rule: LambdaRule,
    preparation: Recipes,
    ties: Ties,
    volume: str | None,
    seed: int,
    force: bool,
    criterion: Criterion = "deviance",
    screen: int | None = None,
) -> Begun:
    """Check the keywords of a verb, gather its patients, and return both with what is to be told of them.

    ``what`` names the purpose for messages, such as ``"a risk score"``. The strata in ``params`` are those in force,
    the centre included: given back as ``strata`` they give the same patients and strata again.
    """
    default = preparation if isinstance(preparation, Preparation) else Preparation()
    if not isinstance(preparation, Mapping):
        default = as_recipe(preparation, default)
    settings = Settings(
        default, l1_ratio, n_folds, n_repeats, lambda_rule, ties, seed, criterion=criterion, screen=screen
    )
    check_settings(settings)
    subjects = gather(
        cohort,
        modality=modality,
        covariates=as_names(covariates),
        strata=as_strata(strata),
        volume=volume,
        what=what,
        force=force,
    )
    recipes = _recipes(preparation, [table.name for table in subjects.tables], default)
    blocks = tuple(Block(len(table.features), table.factor, recipes[table.name]) for table in subjects.tables)
    factors = {table.name: table.factor for table in subjects.tables}
    params = {
        "modality": plain_modality(factors),
        "penalty_factors": factors,
        "covariates": as_names(covariates),
        "strata": subjects.strata,
        "l1_ratio": l1_ratio,
        "screen": screen,
        "n_folds": n_folds,
        "lambda_rule": lambda_rule,
        "criterion": criterion,
        "preparation": dict(recipes) if isinstance(preparation, Mapping) else default,
        "ties": ties,
        "volume": subjects.volume,
        "seed": seed,
        "force": force,
    }
    return Begun(settings._replace(blocks=blocks), subjects, params)


def check_settings(settings: Settings) -> None:
    """Refuse settings outside their range, before anything is read."""
    check_choice("lambda_rule", settings.lambda_rule, ("min", "1se"))
    check_choice("criterion", settings.criterion, ("deviance", "concordance"))
    check_choice("ties", settings.ties, ("efron", "breslow"))
    check_number("l1_ratio", settings.l1_ratio)
    allowed_folds(settings.n_folds, 0)  # refuses fewer than two
    check_whole("n_repeats", settings.n_repeats)
    if not 0 <= settings.l1_ratio <= 1:
        raise InputError(f"l1_ratio={settings.l1_ratio} is no share.", wanted="from 0 (ridge) to 1 (LASSO)")
    if settings.n_repeats < 1:
        raise InputError(f"n_repeats={settings.n_repeats} leaves no cross-validation.", wanted="1 or more")
    if settings.screen is not None:
        check_whole("screen", settings.screen)
        if settings.screen < 1:
            raise InputError(f"screen={settings.screen} keeps no feature.", wanted="1 or more, or None for no screen")


def _recipes(preparation: Recipes, names: Sequence[str], default: Preparation) -> dict[str, Preparation]:
    """Return the recipe of each table: the one for all, or each table's own."""
    if not isinstance(preparation, Mapping):
        return dict.fromkeys(names, default)
    if unknown := [str(name) for name in preparation if name not in names]:
        raise InputError(
            f"preparation has a recipe for {name_some(unknown)}, which is no modality of the score.",
            wanted=f"recipes for {name_some(names)}",
        )
    return {name: as_recipe(preparation.get(name), default) for name in names}
