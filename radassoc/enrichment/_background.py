"""Which genes were found, and which could have been."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from radassoc.base.errors import ExpressionError, InputError, name_some

__all__ = ["read_background", "read_lists"]

_WANTED = "the genes that could have been found: a list, or the AssociationMap that found them"


def read_background(background: Any) -> pd.Index:
    """Return the names of all genes that were tested, each once.

    Raises
    ------
    InputError
        It is neither a list of names nor a map with one side of genes.
    """
    if hasattr(background, "left_info") and hasattr(background, "right_info"):
        names = _tested(background)
    elif isinstance(background, str) or not isinstance(background, Iterable) or isinstance(background, pd.DataFrame):
        raise InputError(f"background={type(background).__name__} lists no genes.", wanted=_WANTED)
    else:
        names = [str(name) for name in background]
    if not len(names):
        raise InputError("The background is empty.", wanted=_WANTED)
    return pd.Index(names, dtype=object).unique()


def _tested(found: Any) -> list[str]:
    """Return the genes that an association map tested: not those that it could not."""
    sides = [side for side in ("left", "right") if getattr(found, f"{side}_name") == "gene"]
    if len(sides) != 1:
        raise InputError(
            f"The map has {found.left_name!r} on its left and {found.right_name!r} on its right.",
            wanted="a map with genes on one side",
            remedy="List the genes that were tested.",
        )
    dropped = found.dropped
    out = dropped[(dropped["side"] == sides[0]) & ~dropped["reason"].str.startswith("tested without")]
    info = getattr(found, f"{sides[0]}_info")
    return [str(name) for name in info.index if str(name) not in set(out["name"].astype(str))]


def read_lists(genes: Any, background: pd.Index) -> dict[str, list[str]]:
    """Return the found genes by name of the list.

    Raises
    ------
    InputError
        There is no list, or it names a gene twice.
    ExpressionError
        A found gene is not in the background.
    """
    lists = dict(genes) if isinstance(genes, Mapping) else {"genes": genes}
    if not lists:
        raise InputError("No list of genes was given.", wanted="found genes, or a mapping from names to such lists")
    answer = {}
    for name, members in lists.items():
        if isinstance(members, str) or not isinstance(members, Iterable):
            raise InputError(f"The list {name!r} is {members!r}.", wanted='a list of genes, such as ["EGFR"]')
        texts = pd.Index([str(gene) for gene in members], dtype=object)
        if texts.has_duplicates:
            repeated = texts[texts.duplicated()].unique()
            raise InputError(
                f"The list {name!r} names genes more than once: {name_some(repeated)}.", wanted="each once"
            )
        foreign = texts.difference(background, sort=False)
        if len(foreign):
            raise ExpressionError(
                f"{len(foreign)} of {len(texts)} genes of the list {name!r} are not in the background of "
                f"{len(background)}: {name_some(foreign)}.",
                wanted="a background with every gene that could have been found, so also with those that were",
                remedy="Pass all genes that were tested; check that both hold the same kind of identifier.",
            )
        answer[str(name)] = list(texts)
    return answer
