"""Makes the packaged schemas from their sources: `python -m mdjourney_backend.schemas.bundle` after an edit.

`packaged_schemas/sources/` is what people edit; the files beside it are made from it, each self-contained so that any
JSON Schema validator can use it offline. A test holds the two together.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from mdjourney_backend import strict_json
from mdjourney_backend.schemas.faults import Content
from mdjourney_backend.schemas.flatten import UnknownReference, flatten
from mdjourney_backend.schemas.packaged import NAMESPACE, SOURCES, VERSIONS
from mdjourney_contract.data import packaged_schemas
from mdjourney_contract.problems import Conflict

_SHARED = "common"


def bundled(folder: Path) -> Mapping[str, bytes]:
    """The files to lie in `folder`, by name relative to it, made from `folder/sources`."""
    sources = {
        path.relative_to(folder / SOURCES).as_posix().removesuffix(".json"): strict_json.loads(
            path.read_bytes()
        )
        for path in sorted((folder / SOURCES).rglob("*.json"))
    }
    made: dict[str, Content] = {}

    def lookup(uri: str) -> Content:
        name = uri.removeprefix(NAMESPACE)
        if name not in sources:
            raise UnknownReference(f"{uri} has no source")
        if name not in made:
            made[name] = sources[name] if name == _SHARED else flatten(sources[name], lookup)
        return made[name]

    return {f"{name}.json": _text(lookup(NAMESPACE + name)) for name in sources if name != _SHARED}


def _text(body: Content) -> bytes:
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode()


class ReleasedDiffers(Conflict):
    """A schema was changed without a new version after that version was released."""

    title = "A released schema cannot change"


def release(folder: Path) -> None:
    """Keep the present version of every schema under `versions/<name>/<version>.json`, for good.

    Raises:
        ReleasedDiffers: a version that was kept already would be another now.
    """
    for name, text in bundled(folder).items():
        version = strict_json.loads(text)["x-version"]
        kept = folder / VERSIONS / name.removesuffix(".json") / f"{version}.json"
        if kept.exists() and kept.read_bytes() != text:
            raise ReleasedDiffers(
                f"{name}: version {version} was released; give the changed schema a new x-version"
            )
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(text)


def main() -> None:
    """Write the bundled files; with `--release`, keep their versions as well."""
    folder = packaged_schemas()
    for name, text in bundled(folder).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    if "--release" in sys.argv[1:]:
        release(folder)


if __name__ == "__main__":
    main()
