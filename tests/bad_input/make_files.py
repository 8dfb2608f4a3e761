"""Write the corpus of malformed files: `python tests/bad_input/make_files.py`; the same bytes each time."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

FILES = Path(__file__).parent / "files"
PATIENTS = [f"P{i:03d}" for i in range(1, 13)]
GENES = "EGFR TP53 PTEN VEGFA MET KRAS MYC GFAP VIM CD44 ACTB GAPDH".split()  # noqa: SIM905
FEATURES = [
    "original_shape_MeshVolume",
    "original_firstorder_Mean",
    "original_glcm_Contrast",
    "original_ngtdm_Contrast",
]


def radiomics() -> pd.DataFrame:
    values = np.round(np.random.default_rng(1).normal(10, 2, (len(PATIENTS), len(FEATURES))), 4)
    return pd.DataFrame(values, index=pd.Index(PATIENTS, name="patient"), columns=FEATURES)


def expression() -> pd.DataFrame:
    """Genes in rows."""
    values = np.round(np.random.default_rng(2).normal(7, 1.5, (len(GENES), len(PATIENTS))), 4)
    return pd.DataFrame(values, index=pd.Index(GENES, name="gene"), columns=PATIENTS)


def clinical() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = len(PATIENTS)
    return pd.DataFrame(
        {
            "os_months": np.round(rng.exponential(20, n) + 1, 1),
            "os_event": rng.permutation([0] * 5 + [1] * 7),
            "age": rng.integers(30, 80, n),
            "sex": rng.choice(["female", "male"], n),
        },
        index=pd.Index(PATIENTS, name="patient"),
    )


def text(name: str, content: str, *, encoding: str = "utf-8") -> None:
    (FILES / name).write_bytes(content.encode(encoding))


def csv(frame: pd.DataFrame, **settings: object) -> str:
    return frame.to_csv(lineterminator="\n", **settings)


def packed(data: bytes) -> bytes:
    out = BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as file:
        file.write(data)
    return out.getvalue()


def write_broken_files(good: str) -> None:
    """Files that no table reader should accept, whatever they hold."""
    text("empty.csv", "")
    text("blank_lines.csv", "\n\n  \n")
    text("header_only.csv", good.split("\n")[0] + "\n")
    text("one_column.csv", "patient\n" + "\n".join(PATIENTS))
    text("web_page.csv", "<!DOCTYPE html>\n<html><body>404, not found</body></html>\n")
    text("too_many_fields.csv", good.replace("\nP004,", "\nP004,12.0,"))
    text("cut_off.csv", good[:-20])
    text("decimal_comma_unquoted.csv", good.replace(".", ",", 60).replace("original,", "original_"))
    text("unnamed_column.csv", "\n".join(line + ("," if not i else ",1.5") for i, line in enumerate(good.splitlines())))
    text("utf16.csv", good, encoding="utf-16")
    text("latin1.csv", good.replace("P002", "Müller"), encoding="latin-1")
    (FILES / "binary.csv").write_bytes(bytes(range(256)) * 8)
    (FILES / "truncated.csv.gz").write_bytes(packed(good.encode())[:150])
    (FILES / "not_gzip.csv.gz").write_bytes(good.encode())
    (FILES / "gzip_inside.csv").write_bytes(packed(good.encode()))
    text("text_inside.xlsx", good)
    text("text_inside.parquet", good)
    (FILES / "damaged.parquet").write_bytes(b"PAR1" + good.encode() + b"PAR1")
    (FILES / "damaged.h5ad").write_bytes(b"\x89HDF\r\n\x1a\n" + good.encode())
    (FILES / "workbook_inside.csv").write_bytes(b"PK\x03\x04" + bytes(40))
    (FILES / "damaged.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))
    (FILES / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(40))


def write_radiomics(frame: pd.DataFrame, good: str) -> None:
    text("semicolon.csv", csv(frame, sep=";"))
    text("decimal_comma.csv", csv(frame, sep=";").replace(".", ","))
    text(
        "decimal_comma_one_column.csv",
        csv(frame.astype({FEATURES[1]: str}).replace({FEATURES[1]: {r"\.": ","}}, regex=True)),
    )
    text("thousands.csv", csv(frame.assign(volume=[f"{i},234.5" for i in range(1, 13)])))
    mixed = frame.astype(object)
    mixed.iloc[2, 1], mixed.iloc[5, 1] = "not done", "see note"
    text("text_in_numbers.csv", csv(mixed))
    dated = frame.astype(object)
    dated.iloc[3, 2], dated.iloc[4, 2] = "1-May", "2-Jun"
    text("dates_in_numbers.csv", csv(dated))
    days = [f"20{i:02d}-01-02" for i in range(1, 13)]
    only = pd.DataFrame({"StudyDate": days, "Image": [f"/scans/{p}.nii" for p in PATIENTS]}, index=frame.index)
    text("dates_and_paths_only.csv", csv(only))
    text("features_in_rows.csv", csv(frame.T.rename_axis("feature")))
    text("duplicate_patients.csv", good.replace("P005,", "P004,"))
    text("duplicate_columns.csv", good.replace("original_ngtdm_Contrast", "original_glcm_Contrast"))
    text("all_missing.csv", csv(frame * np.nan))
    text("constant.csv", csv(frame * 0 + 3))
    text("no_identifier.csv", good.replace("P003,", ",").replace("P007,", ","))
    text("numeric_identifiers.csv", csv(frame.set_axis([f"{i:03d}" for i in range(1, 13)]).rename_axis("patient")))
    text("lower_case_identifiers.csv", csv(frame.rename(index=str.lower)))
    text("other_patients.csv", csv(frame.rename(index=lambda name: name.replace("P", "Scan-9"))))
    text("one_patient.csv", csv(frame.iloc[:1]))
    barcodes = [f"TCGA-02-{i:04d}" for i in range(1, 13)]
    text("tcga_suffix.csv", csv(frame.set_axis([f"{name}-1" for name in barcodes]).rename_axis("patient")))
    text("tcga_normal.csv", csv(frame.set_axis([f"{name}-11A" for name in barcodes]).rename_axis("sample")))
    text("clinical_tcga.csv", csv(clinical().set_axis(barcodes).rename_axis("patient")))
    text("mapping_twice.csv", "sample,patient\nP001,A\nP001,B\n")
    text("mapping_part.csv", "sample,patient\nP001,A\nP002,B\n")
    text("same_names.csv", csv(frame.assign(age=range(12), EGFR=np.arange(12) * 0.5)))


def write_expression(frame: pd.DataFrame) -> None:
    good = csv(frame, sep="\t")
    text("samples_in_rows.tsv", csv(frame.T.rename_axis("sample"), sep="\t"))
    text("duplicate_genes.tsv", good.replace("\nKRAS\t", "\nMET\t"))
    text("mangled_genes.tsv", good.replace("\nKRAS\t", "\n1-Mar\t").replace("\nMYC\t", "\n2-Sep\t"))
    text("duplicate_samples.tsv", good.replace("P005", "P004"))
    text("text_in_expression.tsv", good.replace("\nPTEN\t", "\nPTEN\tlow "))
    text("constant_expression.tsv", csv(frame * 0 + 1, sep="\t"))
    unknown = frame.set_axis([f"feature {i}" for i in range(len(frame))]).rename_axis("name")
    text("no_known_gene.tsv", csv(unknown, sep="\t"))
    body = good.replace("gene\t", "Name\tDescription\t", 1)
    body = "\n".join(line if not i else line.replace("\t", "\tna\t", 1) for i, line in enumerate(body.splitlines()))
    text("cut_off.gct", f"#1.2\n20\t12\n{body}\n")
    text("no_sizes.gct", f"#1.2\n{body}\n")
    text("unrelated.gmt", "one\tna\tXYZ1\tXYZ2\tXYZ3\ntwo\tna\tXYZ4\tXYZ5\n")


def write_clinical(frame: pd.DataFrame) -> None:
    odd = frame.astype(object)
    odd["negative"] = frame["os_months"].where(frame.index != "P003", -4.0)
    odd["zero"] = frame["os_months"].where(~frame.index.isin(["P003", "P008"]), 0.0)
    odd["infinite"] = frame["os_months"].astype(object).where(frame.index != "P003", "inf")
    odd["time_text"] = frame["os_months"].astype(object).where(frame.index != "P003", "12 months")
    odd["last_seen"] = [f"2019-{i:02d}-01" for i in range(1, 13)]
    odd["days"] = (frame["os_months"] * 3000).round()
    odd["three_codes"] = [0, 1, 2] * 4
    odd["causes"] = ["alive", "died of disease", "died of other cause"] * 4
    odd["unknown_word"] = ["yes", "no", "perhaps"] * 4
    odd["letters"] = ["A", "B"] * 6
    odd["only_ones"] = 1
    odd["only_zeros"] = 0
    odd["censored"] = frame["os_event"]
    odd["contradicts"] = np.where(frame["os_event"] == 1, "1:LIVING", "0:DECEASED")
    odd["empty"] = np.nan
    odd["early_time"] = frame["os_months"].where(frame.index < "P004")
    odd["late_event"] = frame["os_event"].where(frame.index > "P006")
    odd["single_event"] = [1] + [0] * 11
    text("outcomes.csv", csv(odd))
    twice = pd.concat([frame, frame.iloc[[1]].assign(age=99)])
    text("contradicting_rows.csv", csv(twice))
    text("clinical_numeric.csv", csv(frame.set_axis([str(i) for i in range(1, 13)]).rename_axis("patient")))


def write_repairable(frame: pd.DataFrame, good: str) -> None:
    """Files whose flaw has one reading: they are read, and the flaw is noted."""
    text("bom.csv", "\ufeff" + good)
    text("windows_lines.csv", good.replace("\n", "\r\n"))
    text("comments.csv", "# exported by hand\n# twice\n" + good)
    text("row_numbers.csv", csv(frame.reset_index()))
    text("row_numbers_with_gaps.csv", csv(frame.reset_index().set_axis([3, 4, *range(8, 18)])))
    text("row_names.tsv", csv(frame, sep="\t").replace("patient\t", "", 1))
    text("spreadsheet_errors.csv", good.replace(str(frame.iloc[1, 1]), "#DIV/0!").replace(str(frame.iloc[2, 2]), "inf"))
    trailing = "\n".join(line + ",," for line in good.splitlines())
    text("trailing_cells.csv", trailing + "\n" + "," * (len(FEATURES) + 2) + "\n")
    text("spaces.csv", good.replace("P002,", " P002 ,"))
    text("date_column.csv", csv(frame.assign(Date=[f"1997.02.{i:02d}" for i in range(10, 22)])))


def main() -> None:
    FILES.mkdir(exist_ok=True)
    frame = radiomics()
    good = csv(frame)
    text("radiomics.csv", good)
    text("expression.tsv", csv(expression(), sep="\t"))
    text("clinical.csv", csv(clinical()))
    write_broken_files(good)
    text("measurements_only.csv", frame.to_csv(index=False, lineterminator="\n"))
    write_radiomics(frame, good)
    write_expression(expression())
    write_clinical(clinical())
    write_repairable(frame, good)


if __name__ == "__main__":
    main()
