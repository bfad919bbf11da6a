"""Keeps small copies of the accessibility test's screenshots in `docs/screens`: `python tests/browser/keep_screens.py`."""

import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
COLOURS, WIDTH = 32, 1000


def keep(taken: Path, kept: Path) -> int:
    """Copy every screenshot, smaller and with few colours, under its name without number; answers the bytes kept.

    Raises:
        SystemExit: there is none; those kept before stay.
    """
    pictures = sorted(taken.glob("*.png"))
    if not pictures:
        raise SystemExit(f"no screenshots in {taken}")
    kept.mkdir(parents=True, exist_ok=True)
    for old in kept.glob("*.png"):
        old.unlink()
    for path in pictures:
        with Image.open(path) as image:
            height = round(image.height * WIDTH / image.width)
            small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
            few = small.quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(kept / re.sub(r"^\d+-", "", path.name), optimize=True)
    return sum(path.stat().st_size for path in kept.glob("*.png"))


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "artefacts" / "accessibility"
    print(f"{keep(source, ROOT / 'docs' / 'screens') / 1e6:.1f} MB")
