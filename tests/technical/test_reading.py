"""One read: hashes, steadiness, encodings, lines, MIME types, base entries."""

import codecs
import hashlib
import os
import socket
import stat

import pytest

from mdjourney_backend.technical import NotAFile, describe, describe_link, read_file
from mdjourney_contract.problems import NotFound


@pytest.mark.parametrize("size", [0, 1, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_hashes_and_size_are_those_of_the_bytes(tmp_path, size):
    content = os.urandom(size)
    (tmp_path / "f").write_bytes(content)
    teed = []

    class Sink:
        def write(self, data):
            teed.append(data)

    reading = read_file(tmp_path / "f", Sink())
    assert reading.sha256 == hashlib.sha256(content).hexdigest()
    assert reading.md5 == hashlib.md5(content).hexdigest()
    assert (reading.size, reading.steady, b"".join(teed)) == (size, True, content)


TEXTS = [
    (b"", "us-ascii", 0),
    (b"one", "us-ascii", 1),
    (b"one\ntwo\n", "us-ascii", 2),
    (b"one\r\ntwo\r\nthree", "us-ascii", 3),
    (b"one\rtwo\r", "us-ascii", 2),
    ("Grüße\n".encode(), "utf-8", 1),
    (codecs.BOM_UTF8 + b"a,b\n", "utf-8", 1),
    ("Grüße\nzwei\n".encode("utf-16"), "utf-16", 2),
    ("Grüße\n".encode("utf-16-be"), None, None),
    (codecs.BOM_UTF16_BE + "Grüße\n".encode("utf-16-be"), "utf-16", 1),
    ("Grüße aus Köln, schöne Äpfel und Öl für müde Füße\n".encode("latin-1"), "iso-8859-1", 1),
    ("Preis: 5 € – schöne „Grüße“ aus Köln und Düsseldorf\n".encode("cp1252"), "windows-1252", 1),
    (b"\x00\x01\x02", None, None),
    (b"abc\x00def", None, None),
    (bytes(range(1, 9)), None, None),
]


@pytest.mark.parametrize(("content", "encoding", "lines"), TEXTS)
def test_encoding_and_lines(tmp_path, content, encoding, lines):
    (tmp_path / "f").write_bytes(content)
    reading = read_file(tmp_path / "f")
    assert (reading.encoding, reading.lines) == (encoding, lines)


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_character_across_two_chunks_is_one_character(cut):
    from mdjourney_backend.technical.encoding import EncodingDetector

    content = "aß€😀\n".encode()
    detector = EncodingDetector()
    detector.feed(content[:cut])
    detector.feed(content[cut:])
    assert (detector.encoding(), detector.lines) == ("utf-8", 1)


def test_a_file_that_grows_while_it_is_read_is_not_steady(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"x" * 5_000_000)

    class Growing:
        def write(self, data):
            with path.open("ab") as more:
                more.write(b"y")

    assert not read_file(path, Growing()).steady


def test_links_folders_fifos_sockets_and_nothing_are_refused_without_waiting(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    unix = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    unix.bind("socket")
    unix.close()
    for name in ("link", "loop", "folder", "fifo", "socket"):
        with pytest.raises(NotAFile):
            read_file(tmp_path / name)
    with pytest.raises(NotFound):
        read_file(tmp_path / "nothing")


MIMES = [
    ("a.csv", b"a,b\n", "text/csv"),
    ("a.CSV", b"a,b\n", "text/csv"),
    ("a.tsv", b"a\tb\n", "text/tab-separated-values"),
    ("a.json", b"{}", "application/json"),
    ("a.txt", b"hello", "text/plain"),
    ("README", b"hello", "text/plain"),
    ("a.png", b"not an image", "text/plain"),
    ("a.txt", b"\x89PNG\r\n\x1a\n....", "image/png"),
    ("scan.ome.tiff", b"II*\0....", "image/tiff"),
    ("a.nii.gz", b"\x1f\x8b\x08", "application/x-nifti"),
    ("a.fastq.gz", b"\x1f\x8b\x08", "application/x-fastq"),
    ("a.vcf.gz", b"\x1f\x8b\x08", "text/x-vcf"),
    ("a.tar.gz", b"\x1f\x8b\x08", "application/gzip"),
    ("a.csv.gz", b"\x1f\x8b\x08", "application/gzip"),
    ("a.bam", b"\x1f\x8b\x08", "application/x-bam"),
    ("a.h5ad", b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    ("a.nc", b"\x89HDF\r\n\x1a\n", "application/x-netcdf"),
    ("a.nc", b"CDF\x01", "application/x-netcdf"),
    ("a.dcm", b"\0" * 128 + b"DICM", "application/dicom"),
    ("IM0001", b"\0" * 128 + b"DICM", "application/dicom"),
    ("a.parquet", b"PAR1\x15", "application/vnd.apache.parquet"),
    ("a.xlsx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a.zip", b"PK\x03\x04", "application/zip"),
    ("a.bin", b"\0\1\2\3", "application/octet-stream"),
    ("noise", b"\0\1\2\3", "application/octet-stream"),
    ("sound", b"fLaC\0\0\0\x22", "audio/flac"),
    ("dots..txt", b"x", "text/plain"),
    ("a.py", b"import os\n", "text/x-python"),
    ("empty", b"", "application/x-empty"),
    ("empty.csv", b"", "text/csv"),
]


@pytest.mark.parametrize(("name", "content", "expected"), MIMES)
def test_mime_types(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert read_file(tmp_path / name).mime_type == expected


def test_the_base_entry_holds_what_the_system_knows(tmp_path):
    path = tmp_path / "Messung 1.CSV"
    path.write_bytes("größe\n1\n".encode())
    path.chmod(0o640)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    entry = describe("tag 1/Messung 1.CSV", read_file(path))
    assert entry.pop("file_accessed_utc").endswith("Z")
    assert entry.pop("file_metadata_changed_utc").endswith("Z")
    assert entry == {
        "file_path": "tag 1/Messung 1.CSV",
        "file_name": "Messung 1.CSV",
        "file_extension": "csv",
        "file_type_os": "file",
        "file_size_bytes": 10,
        "checksum": hashlib.sha256("größe\n1\n".encode()).hexdigest(),
        "checksum_algorithm": "sha256",
        "file_permissions": stat.filemode(0o100640),
        "file_owner": entry["file_owner"],
        "file_modified_utc": "2023-11-14T22:13:20Z",
        "mime_type": "text/csv",
        "encoding": "utf-8",
        "pronom_id": "x-fmt/18",
        "data_format_standard": "CSV (RFC 4180)",
    }


def test_a_link_is_described_by_its_target_and_never_followed(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    link = tmp_path / "link.csv"
    link.symlink_to("secret")
    entry = describe_link("link.csv", link.lstat(), "secret")
    assert (entry["file_type_os"], entry["symlink_target"], entry["mime_type"]) == (
        "symlink",
        "secret",
        "inode/symlink",
    )
    assert (
        entry["checksum"] == hashlib.sha256(b"secret").hexdigest()
    )  # of the target's name, by chance its content
    with pytest.raises(NotAFile):
        describe_link("secret", (tmp_path / "secret").lstat(), "")


def test_no_library_of_an_extractor_is_imported_by_reading(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys, pathlib; from mdjourney_backend.technical import *; p = pathlib.Path(sys.argv[1]);"
        "describe('f', read_file(p)); heavy = {'numpy', 'PIL', 'h5py', 'pyarrow', 'pydicom', 'nibabel', 'tifffile', 'dvc'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    (tmp_path / "f").write_bytes(b"x")
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "f"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
