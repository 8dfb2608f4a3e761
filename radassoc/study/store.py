"""A run's folder: finished steps kept under keys that say what they were computed from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from radassoc.base.codec import load, save
from radassoc.base.errors import FormatError, StudyError
from radassoc.base.results import Record
from radassoc.report.export import write_atomic
from radassoc.study.writing import writing

__all__ = ["Store", "step_key"]

FORMAT = 1
PRIVATE = ".radassoc"
MARKER = "run.json"


def step_key(name: str, *, parameters: Any, inputs: Any, upstream: Mapping[str, str], seed: int, versions: Any) -> str:
    """Return the hash of everything that a step's result depends on: never of workers, folders or the clock.

    Examples
    --------
    >>> told = dict(parameters={}, inputs=[], upstream={}, seed=1, versions={})
    >>> step_key("pca", **told) == step_key("pca", **told)
    True
    """
    told = {
        "step": name,
        "parameters": parameters,
        "inputs": inputs,
        "upstream": dict(sorted(upstream.items())),
        "seed": seed,
        "versions": versions,
        "format": FORMAT,
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """The folder of a run.

    Results are kept with the values of single patients, which later steps need, in a private folder beside the report;
    what is meant to be passed on (report, tables, figures) holds none of them.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @property
    def private(self) -> Path:
        """Where keys, kept results, lock and log are."""
        return self.folder / PRIVATE

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.private / "lock"

    def open(self) -> Store:
        """Create the folder, or accept one that an earlier run made.

        Raises
        ------
        StudyError
            The folder holds something else, or the run of a newer version, or cannot be written.
        """
        with writing(self.folder):
            self._open()
        return self

    def _open(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise StudyError(f"{self.folder} is a file.", wanted="a folder for the results")
        marker = self.private / MARKER
        content = {path.name for path in self.folder.iterdir()} if self.folder.exists() else set()
        # a run killed in its first moment leaves nothing but an unmarked private folder
        if content - {PRIVATE} and not marker.is_file():
            raise StudyError(
                f"{self.folder} holds something else than a radassoc run.",
                wanted="a new or empty folder, or that of an earlier run",
                remedy="Choose another folder with --out.",
            )
        if marker.is_file():
            self._check_marker(marker)
        else:
            self.private.mkdir(parents=True, exist_ok=True)
            write_atomic(marker, json.dumps({"kind": "radassoc run", "format": FORMAT}) + "\n")

    def _check_marker(self, marker: Path) -> None:
        try:
            found = int(json.loads(marker.read_text(encoding="utf-8"))["format"])
        except (ValueError, KeyError, TypeError) as error:
            raise StudyError(f"{marker} is damaged.", remedy="Choose another folder with --out.") from error
        if found > FORMAT:
            raise StudyError(
                f"{self.folder} was written by a newer version of radassoc.",
                remedy="Update radassoc, or choose another folder with --out.",
            )

    def has(self, name: str, key: str) -> bool:
        """Tell whether this step is finished."""
        return self._step(name, key).is_dir()

    def keep(self, name: str, key: str, results: Mapping[str, Record]) -> None:
        """Keep a finished step; the folder appears at once or not at all."""
        steps = self.private / "steps"
        with writing(self.folder):
            steps.mkdir(exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix=".part-", dir=steps))
            for number, result in enumerate(results.values()):
                save(result, work / str(number), patient_level=True)
            write_atomic(work / "names.json", json.dumps(list(results), ensure_ascii=False) + "\n")
            os.replace(work, self._step(name, key))

    def read(self, name: str, key: str) -> dict[str, Any]:
        """Return the kept results of a step, by name."""
        folder = self._step(name, key)
        try:
            names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise FormatError(f"{folder} is damaged ({type(error).__name__}).") from error
        return {result: load(folder / str(number)) for number, result in enumerate(names)}

    def forget(self, name: str, key: str) -> None:
        """Remove a kept step."""
        shutil.rmtree(self._step(name, key))

    def forget_others(self, keys: Mapping[str, str]) -> None:
        """Remove what belongs to no step of the present study: results of other settings, parts of a killed run."""
        steps = self.private / "steps"
        if not steps.is_dir():
            return
        wanted = {self._step(name, key) for name, key in keys.items()}
        for path in steps.iterdir():
            if path not in wanted:
                shutil.rmtree(path)

    def _step(self, name: str, key: str) -> Path:
        safe = "".join(c if c.isalnum() or c in "_-" else "_" for c in name)
        return self.private / "steps" / f"{safe}-{key[:24]}"
