"""Schemas: which one applies (local override first, packaged second), and what it says about a document.

    manager = SchemaManager(root)
    schema = manager.resolve("project_descriptive")           # Schema: name, source, version, id, body, problem
    manager.assess("contextual/computational_workflow", {})   # Assessment: valid, complete, errors, missing, schema

A run document is assessed by its template: `template_name(content)` gives `contextual/<experiment_template_type>`.
"""

from mdjourney_backend.schemas.faults import Assessment, Fault, Schema
from mdjourney_backend.schemas.lint import Finding
from mdjourney_backend.schemas.migration import Migration, NoWay, migrate
from mdjourney_backend.schemas.override import BrokenOverride
from mdjourney_backend.schemas.resolution import (
    Listed,
    SchemaManager,
    SchemaProblem,
    compile_packaged,
    template_name,
)
from mdjourney_backend.schemas.trial import Impact, Lint, lint

__all__ = [
    "Assessment",
    "BrokenOverride",
    "Fault",
    "Finding",
    "Impact",
    "Lint",
    "Listed",
    "Migration",
    "NoWay",
    "Schema",
    "SchemaManager",
    "SchemaProblem",
    "compile_packaged",
    "lint",
    "migrate",
    "template_name",
]
