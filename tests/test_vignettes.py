"""The vignettes run from start to end, and are committed with their outputs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

VIGNETTES = sorted((Path(__file__).resolve().parent.parent / "vignettes").glob("*.ipynb"))


@pytest.mark.notebook
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", VIGNETTES, ids=lambda path: path.stem)
def test_runs(path, tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(shutil.copy(path, tmp_path), as_version=4)
    for cell in notebook.cells:  # every line runs; only the reruns are fewer
        cell.source = re.sub(r"(n_permutations|n_bootstraps)=\d{2,}", r"\1=20", cell.source)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()


@pytest.mark.parametrize("path", VIGNETTES, ids=lambda path: path.stem)
def test_is_committed_with_outputs_and_without_errors(path):
    import nbformat

    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert sum(bool(cell.outputs) for cell in cells) >= 3
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
