"""The steps of a run: which there are, what each needs, and the key under which its results are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from radassoc.study.store import step_key

if TYPE_CHECKING:
    from radassoc.base.results import Record
    from radassoc.study.cohorts import StudyCohorts
    from radassoc.study.read import Study

__all__ = ["COHORT", "Context", "Step", "plan_steps", "step_keys"]

COHORT = "cohort"


@dataclass(frozen=True)
class Context:
    """What a step may look at: the study, its cohorts, and the results of the steps before."""

    study: Study
    cohorts: StudyCohorts
    results: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step: its name, the steps it needs, its parameters, what does it, and the files that only it reads."""

    name: str
    needs: tuple[str, ...]
    parameters: Mapping[str, Any]
    run: Callable[[Context], Mapping[str, Record]]
    files: tuple[str, ...] = ()


def plan_steps(study: Study) -> tuple[Step, ...]:
    """Return the steps of a study in an order in which each finds what it needs."""
    from radassoc.study import steps

    planned = tuple(step for maker in steps.MAKERS for step in maker(study))
    _check_order(planned)
    return planned


def _check_order(steps: Iterable[Step]) -> None:
    done = {COHORT}
    for step in steps:
        missing = set(step.needs) - done
        if missing:
            raise AssertionError(f"step {step.name} comes before {sorted(missing)}")
        done.add(step.name)


def step_keys(study: Study, steps: Sequence[Step], *, inputs: Mapping[str, str], versions: Any) -> dict[str, str]:
    """Return the key of each step; a step's key holds those of all steps that it needs."""
    file = study.file
    cohorts = {"cohort": file.cohort.given(), "external": {name: s.given() for name, s in file.external.items()}}
    own = {name for step in steps for name in step.files}
    shared = {name: digest for name, digest in inputs.items() if name not in own}
    keys = {
        COHORT: step_key(COHORT, parameters=cohorts, inputs=shared, upstream={}, seed=study.seed, versions=versions)
    }
    for step in steps:
        keys[step.name] = step_key(
            step.name,
            parameters=dict(step.parameters),
            inputs={name: inputs[name] for name in step.files},
            upstream={name: keys[name] for name in (COHORT, *step.needs)},
            seed=study.seed,
            versions=versions,
        )
    return keys
