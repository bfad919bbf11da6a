"""PRONOM identifiers and names of the formats met most often in a laboratory."""

# Identifiers from the PRONOM registry of The National Archives (UK), compared with DROID signature file 118. Only formats whose
# version their first bytes settle: which PNG or BMP it is, for example, they do not.
_PRONOM = {
    "text/plain": "x-fmt/111",
    "text/csv": "x-fmt/18",
    "text/tab-separated-values": "x-fmt/13",
    "application/json": "fmt/817",
    "text/html": "fmt/96",
    "text/markdown": "fmt/1149",
    "application/yaml": "fmt/818",
    "image/fits": "x-fmt/383",
    "application/pdf": "fmt/276",
    "application/zip": "x-fmt/263",
    "application/gzip": "x-fmt/266",
    "application/x-bzip2": "x-fmt/268",
    "application/x-7z-compressed": "fmt/484",
    "application/vnd.sqlite3": "fmt/729",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "fmt/214",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "fmt/412",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "fmt/215",
}

_STANDARDS = {
    "text/csv": "CSV (RFC 4180)",
    "text/tab-separated-values": "TSV",
    "application/json": "JSON (RFC 8259)",
    "application/jsonl": "JSON Lines",
    "application/x-ndjson": "JSON Lines",
    "application/geo+json": "GeoJSON (RFC 7946)",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/tiff": "TIFF 6.0",
    "image/fits": "FITS",
    "application/pdf": "PDF",
    "application/x-hdf5": "HDF5",
    "application/x-netcdf": "NetCDF",
    "application/x-nifti": "NIfTI-1",
    "application/dicom": "DICOM",
    "application/vnd.apache.parquet": "Apache Parquet",
    "application/vnd.apache.arrow.file": "Apache Arrow",
    "application/x-fastq": "FASTQ",
    "application/x-fasta": "FASTA",
    "text/x-sam": "SAM",
    "application/x-bam": "BAM",
    "application/x-cram": "CRAM",
    "text/x-vcf": "VCF",
    "text/x-bed": "BED",
    "text/x-gff3": "GFF3",
    "text/x-gtf": "GTF",
    "application/x-mzml+xml": "mzML",
    "application/vnd.isac.fcs": "FCS",
    "application/x-npy": "NPY",
}


def pronom_id(mime_type: str, head: bytes) -> str | None:
    """The PRONOM id of a format by its MIME type and the version marks in the first bytes, None where unsure."""
    if mime_type == "application/pdf":
        return _PDF.get(head[5:8])
    if mime_type == "image/jpeg":
        return _JFIF.get(head[11:13]) if head[6:11] == b"JFIF\0" else None
    if mime_type in ("application/x-netcdf", "application/x-hdf5"):
        return _NETCDF.get(head[:4]) or (_HDF5.get(head[8:9]) if head.startswith(b"\x89HDF") else None)
    if mime_type in _MARKED:
        return next((puid for at, mark, puid in _MARKED[mime_type] if head.startswith(mark, at)), None)
    return _PRONOM.get(mime_type)


def data_format_standard(mime_type: str) -> str | None:
    """The name people use for a format; an extractor may know better (`OME-TIFF`, `AnnData`)."""
    return _STANDARDS.get(mime_type)


_PDF = {
    b"1.0": "fmt/14",
    b"1.1": "fmt/15",
    b"1.2": "fmt/16",
    b"1.3": "fmt/17",
    b"1.4": "fmt/18",
    b"1.5": "fmt/19",
    b"1.6": "fmt/20",
    b"1.7": "fmt/276",
    b"2.0": "fmt/1129",
}

_JFIF = {b"\x01\x00": "fmt/42", b"\x01\x01": "fmt/43", b"\x01\x02": "fmt/44"}
_NETCDF = {b"CDF\x01": "fmt/282", b"CDF\x02": "fmt/283"}
#: by the version of the superblock
_HDF5 = {b"\x00": "fmt/807", b"\x01": "fmt/286", b"\x02": "fmt/287"}
#: (offset, bytes, identifier) of what several versions share a MIME type
_MARKED = {
    "image/gif": ((0, b"GIF87a", "fmt/3"), (0, b"GIF89a", "fmt/4")),
    "image/tiff": ((0, b"II*\0", "fmt/353"), (0, b"MM\0*", "fmt/353")),
    "application/dicom": ((128, b"DICM", "fmt/574"),),
    "application/x-matlab-data": (
        (0, b"MATLAB 5.0 MAT-file", "fmt/806"),
        (0, b"MATLAB 7.3 MAT-file", "fmt/828"),
    ),
    "application/xml": ((0, b'<?xml version="1.0"', "fmt/101"), (0, b"<?xml version='1.0'", "fmt/101")),
}
