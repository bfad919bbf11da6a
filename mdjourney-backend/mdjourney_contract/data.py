"""Where bundled data lies: beside the code in a checkout, inside `mdjourney_contract/bundled` in a wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parent.parent


def _bundled(name: str, in_checkout: str) -> Path:
    inside = _HERE / "bundled" / name
    return inside if inside.is_dir() else _CHECKOUT / in_checkout


def packaged_schemas() -> Path:
    """Folder of the packaged JSON Schemas and contextual templates."""
    return _bundled("packaged_schemas", "packaged_schemas")


def migrations() -> Path:
    """Folder of the Alembic environment."""
    return _bundled("migrations", "migrations")


def webapp() -> Path:
    """Folder of the built web app; may be absent in a checkout where it was not built."""
    return _bundled("webapp", "mdjourney-webapp/dist")
