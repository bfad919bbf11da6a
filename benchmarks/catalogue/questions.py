"""What is asked of the catalogue, each question with many values so that no answer is simply remembered."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from benchmarks.catalogue.data import (
    FIRST,
    SPAN,
    TEMPLATES,
    WORDS,
    Size,
    born,
    dataset_id,
    project_id,
    tag,
    trial_id,
    word,
)
from mdjourney_store.paging import encode

ROOT = "/api/catalog/v1"
STATUSES = ("alive", "clean", "unclean", "abandoned")
Asked = Callable[[random.Random], str]


@dataclass(frozen=True)
class Question:
    """`path` draws one request; `goal` is the p95 allowed as a multiple of the null request's."""

    name: str
    goal: float
    path: Asked
    person: str = "pi"


def searching(size: Size) -> list[Question]:
    """Every kind of single filter, and full text."""
    filters: dict[str, Asked] = {
        "everything": lambda d: "",
        "status": lambda d: f"status:{d.choice(['alive', 'clean', 'unclean'])}",
        "kind": lambda d: f"kind:{d.choice(['trial', 'project', 'dataset'])}",
        "project": lambda d: f"project:{project_id(d.randrange(size.projects))}",
        "person": lambda d: f"user:u{d.randrange(200)}",
        "tag": lambda d: f"#{tag(d)}",
        "not a tag": lambda d: f"NOT #{tag(d)}",
        "born after": lambda d: f"born>={(FIRST + SPAN * d.random()).date()}",
        "born before": lambda d: f"born<{(FIRST + SPAN * d.random()).date()}",
        "linked to a trial": lambda d: f"trial:{trial_id(d.randrange(size.trials))}",
        "text field equals": lambda d: f"qc_assessment={d.choice(['pass', 'review', 'fail'])}",
        "text field contains": lambda d: f"experiment_template_type:{d.choice(TEMPLATES)[:6]}",
        "rare text field": lambda d: (
            f'experiment_name:"{d.choice(WORDS)} {d.choice(WORDS)} {d.randrange(100)}"'
        ),
        "number, full path": lambda d: f"quality_control_metrics.rin>={d.uniform(1, 10):.2f}",
        "number, short name": lambda d: f"rin < {d.uniform(1, 10):.2f}",
        "rare number": lambda d: f"rin < {d.uniform(1, 1.3):.2f}",
        "frequent word": lambda d: d.choice(WORDS[:20]),
        "word": word,
        "rare word": lambda d: f"node{d.randrange(40)} {d.randrange(size.trials)}",
        "phrase": lambda d: f'"{word(d)} {word(d)}"',
        "beginning of a word": lambda d: f"{d.choice(WORDS)[:5]}*",
        "file name": lambda d: f"kind:file {d.choice(WORDS)}",
        "rare file name": lambda d: f"kind:file {d.choice(WORDS)}-{d.randrange(size.files)}",
    }
    found = [Question(f"search: {name}", 15, _search(asked)) for name, asked in filters.items()]
    mine = (
        "everything",
        "status",
        "tag",
        "born before",
        "number, short name",
        "frequent word",
        "word",
        "rare text field",
        "file name",
    )
    return found + [
        Question(f"search: {name}, in one's own projects", 15, _search(filters[name]), "researcher")
        for name in mine
    ]


def browsing(size: Size) -> list[Question]:
    """Pages far into a list, tags, history of a project."""

    def after(d: random.Random) -> str:
        number = d.randrange(size.trials)
        return encode([born(number, size), trial_id(number)])

    def found_after(d: random.Random) -> str:
        number = d.randrange(size.trials)
        return encode([born(number, size), "trial", trial_id(number)])

    return [
        Question("page of trials", 5, lambda d: f"{ROOT}/trials?cursor={after(d)}"),
        Question("newest trials of one's own projects", 5, lambda d: f"{ROOT}/trials", "researcher"),
        Question("page of trials, in one's own projects", 5, lambda d: f"{ROOT}/trials?cursor={after(d)}", "researcher"),
        Question("page of one project's trials", 5,
                 lambda d: f"{ROOT}/trials?project_id={project_id(d.randrange(size.projects))}&cursor={after(d)}"),
        Question("page of a search", 5, lambda d: f"{ROOT}/search?cursor={found_after(d)}"),
        Question("trials of one status", 5, lambda d: f"{ROOT}/trials?status={d.choice(STATUSES)}"),
        Question("trials of one status, in one's own projects", 5,
                 lambda d: f"{ROOT}/trials?status={d.choice(STATUSES)}", "researcher"),
        Question("page of files", 5,
                 lambda d: f"{ROOT}/datasets/{dataset_id(d.randrange(size.datasets))}/files?cursor={encode(['run/' + str(d.randrange(30))])}"),
        Question("tag: what carries it", 5, lambda d: f"{ROOT}/search?" + urlencode({"q": f"#{tag(d)}"})),
        Question("tags by their beginning", 5, lambda d: f"{ROOT}/tags?q={d.choice(WORDS)[:4]}"),
        Question("all tags, most used first", 5, lambda d: f"{ROOT}/tags"),
        Question("tags in one's own projects", 15, lambda d: f"{ROOT}/tags", "researcher"),
        Question("history of a project", 5, lambda d: f"{ROOT}/projects/{project_id(d.randrange(size.projects))}/history"),
        Question("projects with their numbers", 15, lambda d: f"{ROOT}/projects"),
        Question("one trial", 5, lambda d: f"{ROOT}/trials/{trial_id(d.randrange(size.trials))}"),
        Question("facets: everything", 15, lambda d: f"{ROOT}/facets"),
        Question("facets: a word", 15, lambda d: f"{ROOT}/facets?q={word(d)}"),
        Question("facets: a tag", 15, lambda d: f"{ROOT}/facets?" + urlencode({"q": f"#{tag(d)}"})),
        Question("facets: a number", 15, lambda d: f"{ROOT}/facets?" + urlencode({"q": f"rin > {d.uniform(1, 10):.2f}"})),
        Question("facets in one's own projects", 15, lambda d: f"{ROOT}/facets", "researcher"),
        Question("facets: a word, in one's own projects", 15, lambda d: f"{ROOT}/facets?q={word(d)}", "researcher"),
        Question("facets: a status, in one's own projects", 15,
                 lambda d: f"{ROOT}/facets?q=status:{d.choice(STATUSES[:3])}", "researcher"),
        Question("what changed since", 5,
                 lambda d: f"{ROOT}/changes?" + urlencode({"since": (FIRST + SPAN * d.random() + timedelta(hours=1)).isoformat()})),
    ]  # fmt: skip


def wandering(size: Size) -> list[Question]:
    """Neighbourhoods in the grown graph."""
    near = [
        Question(f"neighbourhood of a trial, {depth} hops", 15,
                 lambda d, depth=depth: f"{ROOT}/graph/trial/{quote(trial_id(d.randrange(size.trials)))}?depth={depth}")
        for depth in (1, 2, 3, 4)
    ]  # fmt: skip
    return [
        *near,
        Question("neighbourhood of the hub, 4 hops", 15, lambda d: f"{ROOT}/graph/tag/hub?depth=4"),
    ]


def _search(asked: Asked) -> Asked:
    return lambda dice: f"{ROOT}/search?" + urlencode({"q": asked(dice)})
