"""MDJourney: metadata that describes itself."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from mdjourney_backend.runs.capturing.script import Trial

__all__ = ["trial"]


def trial(
    dataset: "str | os.PathLike[str]",
    name: str | None = None,
    template: str = "computational_workflow",
    *,
    home: "str | os.PathLike[str] | None" = None,
) -> "Trial":
    """Record a block of Python as a run of a dataset, with no gateway needed:

        with mdjourney.trial("/data/lab/p_Heat/rep1", name="fit") as t:
            t.log(param={"k": 3})
            t.log_metric("r2", 0.98)

    Args:
        dataset: a folder in the dataset.
        name: what people call the run.
        template: the contextual template of the run.
        home: where journals lie; `$MDJOURNEY_HOME` or `~/.mdjourney` when absent.

    Raises:
        BadRequest: the folder lies in no dataset of a tree, or there is no such template.
    """
    from mdjourney_backend.runs.capturing.script import Trial

    return Trial(dataset, name=name, template=template, home=home)
