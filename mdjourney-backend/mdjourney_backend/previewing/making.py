"""Makes previews from open files; runs in the helper process only, where anything may be thrown at it."""

import base64
import csv
import io
import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from PIL.Image import Image

#: Pixels that are decoded at most; a file that announces more is not opened further.
MAX_PIXELS: Final = 120_000_000
TEXT_BYTES: Final = 64 * 1024
TABLE_BYTES: Final = 1024 * 1024
TABLE_ROWS, TABLE_COLUMNS, CELL_CHARACTERS = 200, 100, 300
#: Nothing that starts another program or reads another file (EPS, and formats that are containers of links).
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "JPEG2000")
#: Modes of more than eight bits a band, drawn between their darkest and brightest value.
_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})

Question = Mapping[str, Any]


class TooMuch(Exception):
    """The file is larger inside than what is looked at; says so in a sentence."""


def image(stream: BinaryIO, question: Question) -> dict[str, Any]:
    """Width and height; pixels are not decoded."""
    with _opened(stream) as picture:
        return {"kind": "image", "width": picture.width, "height": picture.height}


def thumbnail(stream: BinaryIO, question: Question) -> dict[str, Any]:
    """A PNG, in base 64, that fits into a square of `size`."""
    size = int(question["size"])
    with _opened(stream) as picture:
        picture.draft("RGB", (size, size))
        small = _plain(picture, size)
        out = io.BytesIO()
        small.save(out, "PNG")
    return {"png": base64.b64encode(out.getvalue()).decode()}


def text(stream: BinaryIO, question: Question) -> dict[str, Any]:
    """The beginning of a text."""
    raw = stream.read(TEXT_BYTES + 1)
    encoding = _encoding(question)
    shown = raw[:TEXT_BYTES].decode(encoding, "replace")
    cut = len(raw) > TEXT_BYTES
    if cut:
        shown = shown.rstrip("�")
    return {"kind": "text", "text": _sayable(shown), "encoding": question.get("encoding"), "truncated": cut}


def table(stream: BinaryIO, question: Question) -> dict[str, Any]:
    """The first rows of a CSV or TSV, cells as they stand there."""
    from mdjourney_backend.technical.extractors import tables

    raw = stream.read(TABLE_BYTES + 1)
    cut = len(raw) > TABLE_BYTES
    lines = raw[:TABLE_BYTES].decode(_encoding(question), "replace")
    if cut and "\n" in lines:
        lines = lines[: lines.rindex("\n") + 1]
    described = tables.extract(io.BytesIO(lines.encode()), "", str(question["mime_type"]))
    columns = [str(column["name"]) for column in described.get("columns", ())]
    sample = lines[: 1 << 16]
    mark = "\t" if question["mime_type"] == "text/tab-separated-values" else delimiter(sample)
    csv.field_size_limit(TABLE_BYTES)
    found = csv.reader(_content_lines(lines), delimiter=mark)
    rows = [row for row in itertools.islice(found, TABLE_ROWS + 2) if row]
    if rows and [cell.strip() for cell in rows[0]][: len(columns)] == columns:
        rows = rows[1:]
    wide = any(len(row) > TABLE_COLUMNS for row in rows) or len(columns) > TABLE_COLUMNS
    return {
        "kind": "table",
        "columns": [_cell(name) for name in columns[:TABLE_COLUMNS]],
        "rows": [[_cell(cell) for cell in row[:TABLE_COLUMNS]] for row in rows[:TABLE_ROWS]],
        "truncated": cut or wide or len(rows) > TABLE_ROWS,
    }


MAKERS: Final[Mapping[str, Callable[[BinaryIO, Question], dict[str, Any]]]] = {
    "image": image,
    "thumbnail": thumbnail,
    "text": text,
    "table": table,
}


def delimiter(sample: str) -> str:
    """What parts the cells of the first line."""
    first = next((line for line in sample.splitlines() if line.strip() and not line.startswith("#")), "")
    return max(",;\t|", key=lambda mark: (first.count(mark), mark == ","))


def _content_lines(lines: str) -> list[str]:
    """Without the comments before the header."""
    split = io.StringIO(lines, newline="").readlines()
    return list(itertools.dropwhile(lambda line: line.startswith("#") or not line.strip(), split))


def _opened(stream: BinaryIO) -> "Image":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and told in a sentence
    picture = Image.open(stream, formats=_FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise TooMuch(
            f"The picture has {picture.width:,} x {picture.height:,} points: too many to draw it small here"
        )
    return picture


def _plain(picture: "Image", size: int) -> "Image":
    """Small, upright, eight bits a band, without anything but its points."""
    from PIL import Image, ImageOps

    shown: Image.Image = picture
    if shown.mode in _DEEP:
        shown = _eight_bits(shown)
    elif shown.mode in {"P", "PA"}:
        shown = shown.convert("RGBA")
    elif shown.mode not in {"L", "LA", "RGB", "RGBA"}:
        shown = shown.convert("RGB")
    shown.thumbnail((size, size))
    shown = ImageOps.exif_transpose(shown)
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    return bare


def _eight_bits(picture: "Image") -> "Image":
    """Stretched between the darkest and the brightest value that are there."""
    whole = picture if picture.mode == "F" else picture.convert("I")
    low, high = (float(value) for value in whole.getextrema())  # type: ignore[arg-type]  # one band: two numbers
    if not high > low:
        return whole.convert("F").point(lambda value: value * 0 + 127).convert("L")
    scale = 255 / (high - low)
    return whole.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def _encoding(question: Question) -> str:
    found = question.get("encoding")
    return "utf-8-sig" if found in (None, "us-ascii", "utf-8") else str(found)


def _cell(value: str) -> str:
    return _sayable(value if len(value) <= CELL_CHARACTERS else value[:CELL_CHARACTERS] + "…")


def _sayable(value: str) -> str:
    return value.replace("\0", "�").encode("utf-8", "replace").decode()
