"""Simulated gene expression: the genes of a pathway follow its activity, other genes follow modules of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError
from radassoc.base.seeds import generator
from radassoc.cohort._simulated_names import gene_symbols

__all__ = ["choose_genes", "simulate_activities", "simulate_expression"]

_MODULE_SIZE = 25


def choose_genes(sets: Mapping[str, Sequence[str]], n_genes: int) -> pd.DataFrame:
    """Return one row per gene with its ``module`` and ``loading``: all genes of the sets, then others by alphabet.

    A gene of several sets belongs to the first.
    """
    module: dict[str, str] = {}
    for name, genes in sets.items():
        for gene in genes:
            module.setdefault(gene, name)
    others = [gene for gene in gene_symbols() if gene not in module]
    if not len(module) <= n_genes <= len(module) + len(others):
        raise InputError(
            f"n_genes={n_genes} cannot be simulated with these gene sets.",
            wanted=f"between {len(module)} (the genes of the sets) and {len(module) + len(others)}",
            remedy="Change n_genes or gene_sets.",
        )
    # every k-th of the alphabet, or all background genes would begin with A
    chosen = [others[i] for i in np.linspace(0, len(others) - 1, n_genes - len(module)).astype(int)]
    module |= {gene: f"background {i // _MODULE_SIZE + 1}" for i, gene in enumerate(chosen)}
    loading = [
        float(generator(0, "gene", gene).uniform(0.0 if name.startswith("background") else 0.45, 0.85))
        for gene, name in module.items()
    ]
    index = pd.Index(list(module), name="gene", dtype=object)
    return pd.DataFrame({"module": list(module.values()), "loading": loading}, index=index)


def simulate_activities(
    names: Sequence[str], sources: Mapping[str, tuple[pd.Series, float]], patients: pd.Index, seed: int
) -> pd.DataFrame:
    """Return standard normal activities (patients x pathways), which follow a value of the patient where one is told.

    Parameters
    ----------
    sources
        By pathway: the standardised value that it follows, and the correlation.
    """
    columns = {}
    for name in names:
        own = generator(seed, "activity", name).standard_normal(len(patients))
        if name in sources:
            value, r = sources[name]
            own = r * value.loc[patients].to_numpy() + np.sqrt(1 - r**2) * own
        columns[name] = own
    return pd.DataFrame(columns, index=patients)


def simulate_expression(genes: pd.DataFrame, activities: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return expression (patients x genes) as logarithms of transcripts per million."""
    background = [name for name in dict.fromkeys(genes["module"]) if name not in activities.columns]
    more = simulate_activities(background, {}, activities.index, seed)
    factors = activities.join(more)[genes["module"]].to_numpy()
    loading = genes["loading"].to_numpy()
    noise = generator(seed, "expression").standard_normal(factors.shape)
    standard = loading * factors + np.sqrt(1 - loading**2) * noise
    draws = [generator(0, "level", str(gene)) for gene in genes.index]
    level = np.array([draw.uniform(3.0, 11.0) for draw in draws])
    spread = np.array([draw.uniform(0.4, 1.0) for draw in draws])
    values = np.maximum(level + spread * standard, 0.0)
    return pd.DataFrame(values, index=activities.index, columns=pd.Index(genes.index, name=None))
