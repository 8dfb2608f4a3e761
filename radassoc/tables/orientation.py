"""Are genes in rows or in columns? Found from the names, never from the shape alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from radassoc.base.errors import ExpressionError, name_some

__all__ = ["gene_share", "genes_in_rows"]

#: Genes that any human expression table holds some of, whatever the platform or the selection.
_COMMON_SYMBOLS = (
    "ABL1 ACTB AKT1 AKT2 ALK APC AR ARF1 ATM ATRX AXL B2M BAX BCL2 BRAF BRCA1 BRCA2 CA9 CASP3 CASP8 CCND1 CCND2 "
    "CCNE1 CD19 CD274 CD3E CD4 CD44 CD68 CD8A CDH1 CDH2 CDK2 CDK4 CDK6 CDKN1A CDKN2A CDKN2B CHI3L1 COL1A1 COL4A1 "
    "CTLA4 CTNNB1 CXCL8 CXCR4 DLL3 E2F1 EGF EGFR ENO1 EPAS1 EPCAM ERBB2 ERBB3 ERBB4 ESR1 EZH2 FGF2 FGFR1 FGFR2 "
    "FGFR3 FN1 FOXM1 GAPDH GFAP GRB2 HIF1A HLA-A HPRT1 HRAS IDH1 IDH2 IFNG IGF1R IL6 ITGA5 JAK2 JUN KDR KIT KRAS "
    "LDHA MAPK1 MDM2 MDM4 MET MGMT MKI67 MMP2 MMP9 MTOR MYC MYCN NES NF1 NFKB1 NOTCH1 NRAS OLIG2 PCNA PDGFA "
    "PDGFRA PDGFRB PDK1 PGK1 PIK3CA PIK3R1 PTEN PTK2 PTPN11 RB1 RELB ROS1 RPL13A SDHA SLC2A1 SMAD4 SOX2 SRC STAT1 "
    "STAT3 SYK TBP TGFB1 TIMP1 TNF TOP2A TP53 TUBB VEGFA VIM WT1 YAP1 YWHAZ ZEB1"
)
_COMMON = frozenset(_COMMON_SYMBOLS.split())
_ACCESSION = re.compile(r"(ENS[A-Z]*[GT]\d{6,}(\.\d+)?|\d+_(?:[asx]_)?at|ILMN_\d+)(\|.*)?")
_ROW_TITLES = frozenset(
    {"gene", "genes", "symbol", "genesymbol", "hugosymbol", "genename", "geneid", "ensembl", "ensemblid"}
    | {"probe", "probeid", "idref"}
)


def gene_share(names: Sequence[str]) -> float:
    """Return which share of names are genes beyond doubt, scaled so that a usual table gives more than 0.01.

    Examples
    --------
    >>> gene_share(["EGFR", "TP53"]), gene_share(["TCGA-06-0125"])
    (1.0, 0.0)
    """
    if not len(names):
        return 0.0
    sure = sum(name in _COMMON or _ACCESSION.fullmatch(name) is not None for name in names)
    return sure / len(names)


def genes_in_rows(
    rows: Sequence[str], columns: Sequence[str], title: str, *, source: str, told: str, known: Collection[str] = ()
) -> bool:
    """Return whether the rows are genes.

    Parameters
    ----------
    rows, columns
        The names down the first column, and across the header.
    title
        The header of the first column.
    told
        The table's ``orientation``; one that the names contradict is an error.
    known
        Patients or samples of other tables, which tell more than any gene.
    """
    by_rows = _evidence(rows, known)
    by_columns = _evidence(columns, known)
    if told != "auto":
        _check_told(told, by_rows, by_columns, rows, columns, source)
        return told == "samples_in_columns"
    if by_rows != by_columns:
        return by_rows > by_columns
    plain = "".join(letter for letter in title.lower() if letter.isalnum())
    if plain in _ROW_TITLES:
        return True
    if plain in {"sample", "sampleid", "patient", "patientid"}:
        return False
    raise ExpressionError(
        f"{source}: neither rows ({name_some(rows)}) nor columns ({name_some(columns)}) are known genes or patients.",
        wanted="gene symbols in rows or in columns",
        remedy='Say which: Table(..., orientation="samples_in_columns") if the rows are genes, else "samples_in_rows".',
    )


def _evidence(names: Sequence[str], known: Collection[str]) -> float:
    """Return what speaks for names being genes: shares of genes, minus twice the share of known patients."""
    patients = set(known)
    hits = sum(name in patients or name[:12] in patients for name in names) if patients else 0
    return round(gene_share(names) - 2 * hits / max(len(names), 1), 6)


def _check_told(
    told: str, by_rows: float, by_columns: float, rows: Sequence[str], columns: Sequence[str], source: str
) -> None:
    genes, samples = (rows, columns) if told == "samples_in_columns" else (columns, rows)
    wrong = by_rows < by_columns if told == "samples_in_columns" else by_columns < by_rows
    if wrong:
        other = "samples_in_rows" if told == "samples_in_columns" else "samples_in_columns"
        raise ExpressionError(
            f"{source}: orientation={told!r} makes {name_some(genes)} genes and {name_some(samples)} samples.",
            wanted="the orientation of the table",
            remedy=f'Its names say orientation="{other}".',
        )
