"""Files -> checked frames: readers, identifiers, feature names, outcome coding."""

from radassoc.tables.clinical import read_clinical
from radassoc.tables.expression import read_expression
from radassoc.tables.feature_names import describe_features
from radassoc.tables.identifiers import no_overlap
from radassoc.tables.outcome import Outcome, code_outcome
from radassoc.tables.plain import read_plain
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.regions import absence_mask, absent_regions
from radassoc.tables.table import ReadTable, Table

__all__ = [
    "Outcome",
    "ReadTable",
    "Table",
    "absence_mask",
    "absent_regions",
    "code_outcome",
    "describe_features",
    "no_overlap",
    "read_clinical",
    "read_expression",
    "read_plain",
    "read_radiomics",
]
