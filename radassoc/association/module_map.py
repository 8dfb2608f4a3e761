"""The answer of an association between modules, or of modules with traits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from radassoc.association.modules import Modules
from radassoc.association.result import AssociationMap
from radassoc.base.codec import register

__all__ = ["LABEL_COLUMNS", "ModuleMap"]

LABEL_COLUMNS = ("left_size", "left_members", "right_size", "right_members")


@register("module_map")
@dataclass(frozen=True, eq=False, kw_only=True)
class ModuleMap(AssociationMap):
    """Each eigen-feature of one side against each eigen-feature, or trait, of the other.

    Attributes
    ----------
    table
        As in ``AssociationMap``; the first two columns name the modules (``left_name``, ``right_name``), and at the end
        ``left_size``, ``right_size`` (columns in the module; 1 for a trait), ``left_members``, ``right_members``
        (those that go along with it most; empty for a trait).
    left_modules, right_modules
        The modules, with loadings and memberships; None for traits.
    """

    default_figure: ClassVar[str] = "plot_module_map"

    left_modules: Modules | None = None
    right_modules: Modules | None = None
