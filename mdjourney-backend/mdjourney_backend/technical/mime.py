"""MIME type of a file from its first bytes and its name, cheapest knowledge first."""

import mimetypes
from functools import cache

#: What a longer extension says, tried before the last one.
_DOUBLE = {
    ".nii.gz": "application/x-nifti",
    ".fastq.gz": "application/x-fastq",
    ".fq.gz": "application/x-fastq",
    ".fasta.gz": "application/x-fasta",
    ".fa.gz": "application/x-fasta",
    ".vcf.gz": "text/x-vcf",
    ".ome.tif": "image/tiff",
    ".ome.tiff": "image/tiff",
    ".tar.gz": "application/gzip",
    ".tar.xz": "application/x-xz",
    ".tar.bz2": "application/x-bzip2",
    ".tar.zst": "application/zstd",
}

#: Formats of science (and a few others) that the system's table lacks or gets wrong.
_EXTENSIONS = {
    ".h5": "application/x-hdf5",
    ".hdf5": "application/x-hdf5",
    ".he5": "application/x-hdf5",
    ".h5ad": "application/x-hdf5",
    ".h5mu": "application/x-hdf5",
    ".loom": "application/x-hdf5",
    ".nwb": "application/x-hdf5",
    ".mat": "application/x-matlab-data",
    ".nc": "application/x-netcdf",
    ".nc4": "application/x-netcdf",
    ".cdf": "application/x-netcdf",
    ".nii": "application/x-nifti",
    ".dcm": "application/dicom",
    ".dicom": "application/dicom",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.file",
    ".feather": "application/vnd.apache.arrow.file",
    ".fits": "image/fits",
    ".fastq": "application/x-fastq",
    ".fq": "application/x-fastq",
    ".fasta": "application/x-fasta",
    ".fa": "application/x-fasta",
    ".fna": "application/x-fasta",
    ".faa": "application/x-fasta",
    ".sam": "text/x-sam",
    ".bam": "application/x-bam",
    ".cram": "application/x-cram",
    ".bai": "application/x-bam-index",
    ".vcf": "text/x-vcf",
    ".bcf": "application/x-bcf",
    ".bed": "text/x-bed",
    ".gff": "text/x-gff3",
    ".gff3": "text/x-gff3",
    ".gtf": "text/x-gtf",
    ".pdb": "chemical/x-pdb",
    ".cif": "chemical/x-cif",
    ".mol": "chemical/x-mdl-molfile",
    ".sdf": "chemical/x-mdl-sdfile",
    ".mzml": "application/x-mzml+xml",
    ".mzxml": "application/x-mzxml+xml",
    ".edf": "application/x-edf",
    ".fcs": "application/vnd.isac.fcs",
    ".czi": "image/x-zeiss-czi",
    ".lif": "image/x-leica-lif",
    ".nd2": "image/x-nikon-nd2",
    ".lsm": "image/x-zeiss-lsm",
    ".mrc": "image/x-mrc",
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".zarr": "application/vnd.zarr",
    ".rds": "application/x-rds",
    ".rdata": "application/x-rdata",
    ".pkl": "application/x-python-pickle",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/x-ndjson",
    ".geojson": "application/geo+json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".toml": "application/toml",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".tab": "text/tab-separated-values",
    ".txt": "text/plain",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".rst": "text/x-rst",
    ".py": "text/x-python",
    ".r": "text/x-r",
    ".rmd": "text/x-r-markdown",
    ".jl": "text/x-julia",
    ".m": "text/x-matlab",
    ".sh": "application/x-sh",
    ".sql": "application/sql",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".jp2": "image/jp2",
    ".webp": "image/webp",
    ".zst": "application/zstd",
    ".7z": "application/x-7z-compressed",
    ".gz": "application/gzip",
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

#: (offset, bytes, type): what no other format begins with.
_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (512, b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (0, b"CDF\x01", "application/x-netcdf"),
    (0, b"CDF\x02", "application/x-netcdf"),
    (0, b"CDF\x05", "application/x-netcdf"),
    (128, b"DICM", "application/dicom"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (344, b"n+1\0", "application/x-nifti"),
    (344, b"ni1\0", "application/x-nifti"),
    (4, b"n+2\0\r\n\x1a\n", "application/x-nifti"),
    (0, b"SIMPLE  =                    T", "image/fits"),
    (0, b"\x93NUMPY", "application/x-npy"),
    (0, b"CRAM", "application/x-cram"),
    (0, b"##fileformat=VCF", "text/x-vcf"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"BM", "image/bmp"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MATLAB 5.0 MAT-file", "application/x-matlab-data"),
    (0, b"FCS2.0", "application/vnd.isac.fcs"),
    (0, b"FCS3.0", "application/vnd.isac.fcs"),
    (0, b"FCS3.1", "application/vnd.isac.fcs"),
    (0, b"ZISRAWFILE", "image/x-zeiss-czi"),
)

#: A container whose name says more than its first bytes.
_CONTAINERS = {
    "application/zip",
    "application/gzip",
    "application/x-hdf5",
    "image/tiff",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
}
#: Types that a binary file cannot be, whatever it is called, and the other way round.
_TEXTUAL = ("application/json", "application/yaml", "application/toml", "application/sql", "application/x-sh")


def extension_type(name: str) -> str | None:
    """What the name alone says, or None."""
    lowered = name.lower()
    for suffix, kind in _DOUBLE.items():
        if lowered.endswith(suffix):
            return kind
    dot = lowered.rfind(".")
    if dot <= 0:
        return None
    known = _EXTENSIONS.get(lowered[dot:])
    if known is not None:
        return known
    guessed, compression = mimetypes.guess_type("x" + lowered[dot:])
    return guessed if compression is None else None


def mime_type(name: str, head: bytes, *, is_text: bool) -> str:
    """The type, `application/octet-stream` where nothing is known.

    Args:
        name: base name of the file.
        head: its first 4 KiB (fewer when the file is shorter).
        is_text: the whole content decodes as text.
    """
    by_name = extension_type(name)
    by_content = _signature(head)
    if by_content is not None:
        if by_name is not None and (by_content in _CONTAINERS or by_name == by_content):
            return by_name if _agrees(by_content, by_name) else by_content
        return by_content
    if not head:
        return by_name or "application/x-empty"
    if is_text:
        return by_name if by_name is not None and _can_be_text(by_name) else _text_type(head)
    if by_name is not None and not _must_be_text(by_name):
        return by_name
    return _puremagic(head) or "application/octet-stream"


def _signature(head: bytes) -> str | None:
    for offset, mark, kind in _SIGNATURES:
        if head.startswith(mark, offset):
            if kind == "image/bmp" and head[6:10] != b"\0\0\0\0":
                continue
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def _agrees(container: str, by_name: str) -> bool:
    """Whether a file of type `by_name` can begin like `container`."""
    if by_name == container:
        return True
    if container == "application/x-hdf5":
        return by_name in {"application/x-netcdf", "application/x-matlab-data"}
    if container == "image/tiff":
        return by_name in {"image/x-zeiss-lsm"} or by_name.startswith("image/x-")
    if container == "application/zip":
        return "openxmlformats" in by_name or "opendocument" in by_name or by_name in _ZIPPED
    if container == "application/gzip":
        return by_name in _GZIPPED
    return False


_ZIPPED = {"application/x-npz", "application/vnd.zarr", "application/epub+zip", "application/java-archive"}
_GZIPPED = {
    "application/x-nifti",
    "application/x-fastq",
    "application/x-fasta",
    "text/x-vcf",
    "application/x-bam",
    "application/x-bcf",
    "application/x-rds",
    "application/x-rdata",
}


def _can_be_text(kind: str) -> bool:
    return not kind.startswith(("image/", "audio/", "video/", "font/")) or kind == "image/svg+xml"


def _must_be_text(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith(("+json", "+xml")) or kind in _TEXTUAL


def _text_type(head: bytes) -> str:
    start = head.lstrip()[:256]
    if start.startswith(b"<?xml"):
        return "application/xml"
    if start[:9].lower() == b"<!doctype" or start[:5].lower() == b"<html":
        return "text/html"
    if start.startswith(b"#!"):
        return "text/x-script"
    return "text/plain"


def _puremagic(head: bytes) -> str | None:
    """What a large table of signatures says; asked only when the first bytes stand in it, for asking is slow."""
    import puremagic

    if head[:_PREFIX] not in _known_beginnings():
        return None
    try:
        return puremagic.from_string(head, mime=True) or None
    except (puremagic.PureError, ValueError):
        return None


_PREFIX = 3


@cache
def _known_beginnings() -> frozenset[bytes]:
    import puremagic

    matches = (entry.byte_match for entry in puremagic.magic_header_array if entry.offset == 0)
    return frozenset(match[:_PREFIX] for match in matches if len(match) >= _PREFIX)
