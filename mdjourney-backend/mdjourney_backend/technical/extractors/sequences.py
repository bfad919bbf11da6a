"""FASTQ, FASTA, SAM, BAM and VCF, plain or gzipped: records, and what their headers say of the sequencer."""

import gzip
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, cast

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/x-fastq", "application/x-fasta", "text/x-sam", "text/x-vcf", "application/x-bam")

_CHUNK = 1 << 20
_MAX_LINE = 1 << 24
# Illumina read names: @<instrument>:<run>:<flow cell>:<lane>:<tile>:<x>:<y>
_ILLUMINA = re.compile(r"@([\w-]+):(\d+):([\w-]+):(\d+):\d+:\d+:\d+")


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if packed:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _READERS[mime_type](cast(BinaryIO, unpacked))
    return _READERS[mime_type](stream)


def _fastq(stream: BinaryIO) -> Found:
    first = stream.readline(_MAX_LINE)
    if not first.startswith(b"@"):
        return {}
    lines, last = _count_lines(stream)
    lines += 1 + (0 if last in (b"\n", b"") else 1)
    found: Found = {"number_of_records": lines // 4}
    match = _ILLUMINA.match(first.decode("ascii", "replace"))
    if match:
        found["instrument_detected"] = {"manufacturer": "Illumina", "serial_number": match[1]}
        found["instrument_settings"] = {
            "run_number": int(match[2]),
            "flow_cell": match[3],
            "lane": int(match[4]),
        }
    return found


def _fasta(stream: BinaryIO) -> Found:
    return {"number_of_records": sum(1 for line in _lines(stream) if line.startswith(b">"))}


def _sam(stream: BinaryIO) -> Found:
    header: list[str] = []
    records = 0
    for line in _lines(stream):
        if line.startswith(b"@") and records == 0:
            header.append(line.decode("utf-8", "replace").rstrip("\r\n"))
        elif line.strip():
            records += 1
    return {"number_of_records": records, **_from_sam_header(header)}


def _bam(stream: BinaryIO) -> Found:
    if stream.read(4) != b"BAM\x01":
        return {}
    text = _exactly(stream, _int32(stream)).rstrip(b"\0").decode("utf-8", "replace")
    for _ in range(_int32(stream)):
        _exactly(stream, _int32(stream) + 4)
    records = 0
    while head := stream.read(4):
        _exactly(stream, struct.unpack("<i", head)[0])
        records += 1
    found = _from_sam_header(text.splitlines())
    if "data_format_standard" in found:
        found["data_format_standard"] = found["data_format_standard"].replace("SAM", "BAM")
    return {"number_of_records": records, **found}


def _from_sam_header(header: list[str]) -> Found:
    found: Found = {}
    for line in header:
        kind, *parts = line.split("\t")
        tags = dict(part.split(":", 1) for part in parts if ":" in part)
        if kind == "@HD" and tags.get("VN"):
            found["data_format_standard"] = f"SAM {tags['VN']}"
        if kind == "@RG" and "instrument_detected" not in found:
            device = {"manufacturer": tags.get("PL"), "model": tags.get("PM")}
            found["instrument_detected"] = {key: value for key, value in device.items() if value}
        if kind == "@PG" and "acquisition_software" not in found and (tags.get("PN") or tags.get("ID")):
            software = {"name": tags.get("PN") or tags.get("ID"), "version": tags.get("VN")}
            found["acquisition_software"] = {key: value for key, value in software.items() if value}
    return found


def _vcf(stream: BinaryIO) -> Found:
    found: Found = {}
    records = 0
    for line in _lines(stream):
        if line.startswith(b"##fileformat=VCFv"):
            found["data_format_standard"] = "VCF " + line[17:].strip().decode("ascii", "replace")
        elif line.startswith(b"##source=") and "acquisition_software" not in found:
            found["acquisition_software"] = {"name": line[9:].strip().decode("utf-8", "replace")}
        elif line.startswith(b"#CHROM"):
            names = line.decode("utf-8", "replace").rstrip("\r\n").lstrip("#").split("\t")
            found["columns"] = [{"name": name, "type": "string"} for name in names]
        elif line.strip() and not line.startswith(b"#"):
            records += 1
    return found | {"number_of_records": records}


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of bounded length: a file that is one endless line is not one of ours."""
    while line := stream.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise ValueError("a line without end")
        yield line


def _count_lines(stream: BinaryIO) -> tuple[int, bytes]:
    count, last = 0, b""
    while chunk := stream.read(_CHUNK):
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count, last


def _int32(stream: BinaryIO) -> int:
    value: int = struct.unpack("<i", _exactly(stream, 4))[0]
    return value


def _exactly(stream: BinaryIO, count: int) -> bytes:
    if not 0 <= count <= _MAX_LINE:
        raise ValueError("a length that cannot be")
    data = stream.read(count)
    if len(data) != count:
        raise EOFError("the file ends in a record")
    return data


_READERS = {
    "application/x-fastq": _fastq,
    "application/x-fasta": _fasta,
    "text/x-sam": _sam,
    "application/x-bam": _bam,
    "text/x-vcf": _vcf,
}
