"""Files of which everything is known, made by the libraries of their formats, and all that is recorded of each."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Known:
    """One file: how it is made at a path, what is in it in words, and what its entry says beside name, size, hash, owner
    and times."""

    name: str
    holds: str
    make: Callable[[Path], object]
    recorded: dict[str, Any]


def _png(path: Path) -> None:
    import numpy as np
    from PIL import Image

    Image.fromarray(np.zeros((20, 30), "uint16")).save(path)


def _jpeg(path: Path) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Nikon", "D850", "NX Studio 1.2"
    exif.get_ifd(0x8769).update({0x829A: 0.005, 0x829D: 2.8, 0x8827: 400, 0xA431: "S-123", 0xA434: "50mm"})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 0.0)})
    Image.new("RGB", (64, 48)).save(path, exif=exif)


def _tiff(path: Path) -> None:
    import numpy as np
    import tifffile

    stack = np.zeros((5, 16, 24), "uint16")
    tifffile.imwrite(path, stack, software="Scanner 3", photometric="minisblack", metadata=None)


_OME = """<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" Creator="ZEN 3.1">
<Instrument ID="Instrument:0"><Microscope Manufacturer="Zeiss" Model="LSM 980" SerialNumber="42"/>
<Objective ID="Objective:0" Model="Plan-Apo" NominalMagnification="63" LensNA="1.4"/></Instrument>
<Image ID="Image:0"><AcquisitionDate>2026-01-02T03:04:05</AcquisitionDate>
<Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" SizeX="24" SizeY="16" SizeC="2" SizeZ="3" SizeT="1"
 PhysicalSizeX="0.1" PhysicalSizeY="0.1" PhysicalSizeZ="0.5">
<Channel ID="Channel:0:0" SamplesPerPixel="1" Name="DAPI"/><Channel ID="Channel:0:1" SamplesPerPixel="1" Name="GFP"/>
<TiffData IFD="0" PlaneCount="6"/></Pixels></Image></OME>"""


def _ome_tiff(path: Path) -> None:
    import numpy as np
    import tifffile

    stack = np.zeros((3, 2, 16, 24), "uint16")
    tifffile.imwrite(path, stack, photometric="minisblack", description=_OME.encode(), metadata=None)


def _dicom(path: Path) -> None:
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MRImageStorage, generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    data.PatientName, data.PatientID = "Doe^Jane", "4711"
    data.Modality, data.Manufacturer, data.ManufacturerModelName = "MR", "Siemens", "Prisma"
    data.DeviceSerialNumber, data.SoftwareVersions = "66001", "syngo MR E11"
    data.Rows, data.Columns, data.NumberOfFrames = 32, 48, 4
    data.BitsAllocated, data.BitsStored, data.HighBit, data.SamplesPerPixel = 16, 12, 11, 1
    data.PhotometricInterpretation, data.PixelRepresentation = "MONOCHROME2", 0
    data.RepetitionTime, data.EchoTime, data.MagneticFieldStrength = 2000.0, 30.0, 3.0
    data.PixelSpacing = [0.5, 0.5]
    pydicom.dcmwrite(path, data, enforce_file_format=True)


def _hdf5(path: Path) -> None:
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        file["run/signal"] = np.zeros((7, 5), "float32")
        file["time"] = np.zeros(7, "int16")
        file["outside"] = h5py.ExternalLink("/etc/passwd", "/")
        file["self"] = h5py.SoftLink("/")
        file.attrs["instrument"] = "Spectrometer X"


def _netcdf(path: Path) -> None:
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        for name, size in (("lat", 3), ("lon", 4)):
            file[name] = np.zeros(size, "float64")
            file[name].make_scale(name)
        file["t2m"] = np.zeros((3, 4), "float32")
        file["t2m"].dims[0].attach_scale(file["lat"])
        file["t2m"].dims[1].attach_scale(file["lon"])
        file.attrs["Conventions"] = "CF-1.8"


def _anndata(path: Path) -> None:
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        file.attrs["encoding-type"], file.attrs["encoding-version"] = "anndata", "0.1.0"
        matrix = file.create_group("X")
        matrix.attrs["encoding-type"], matrix.attrs["shape"] = "csr_matrix", [5, 9]
        for frame, size in (("obs", 5), ("var", 9)):
            group = file.create_group(frame)
            group.attrs["_index"] = "_index"
            group.attrs["column-order"] = np.array(["n_counts"], dtype=h5py.string_dtype())
            group["_index"] = np.array([str(n) for n in range(size)], dtype=h5py.string_dtype())
            group["n_counts"] = np.zeros(size, "int32")


def _nifti(path: Path) -> None:
    import nibabel
    import numpy as np

    image = nibabel.Nifti1Image(np.zeros((4, 5, 6, 7), "int16"), np.diag([2, 2, 3, 1]))
    image.header.set_zooms((2, 2, 3, 1.5))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, path)


def _parquet(path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2, 3], "name": ["a", "b", None]}), path)


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


_READ = b"@A00123:45:HXX:2:1101:1:2 1:N:0\nACGT\n+\nIIII\n"
_SAM = (
    b"@HD\tVN:1.6\n@RG\tID:1\tPL:ILLUMINA\tPM:NovaSeq\n@PG\tID:bwa\tPN:bwa\tVN:0.7.17\nr1\t4\t*\nr2\t4\t*\n"
)
_VCF = b"##fileformat=VCFv4.2\n##source=GATK\n#CHROM\tPOS\tS1\n1\t2\t0/1\n1\t3\t0/0\n"

KNOWN: tuple[Known, ...] = (
    Known(
        "grey.png",
        "30 x 20 pixels, 16 bit grey",
        _png,
        {
            "mime_type": "image/png",
            "data_format_standard": "PNG",
            "dimensions": [30, 20],
            "bit_depth": 16,
            "channels": ["L"],
        },
    ),
    Known(
        "photo.jpg",
        "64 x 48 pixels; EXIF of a Nikon D850, and of a place",
        _jpeg,
        {
            "mime_type": "image/jpeg",
            "pronom_id": "fmt/43",
            "data_format_standard": "JPEG",
            "dimensions": [64, 48],
            "bit_depth": 8,
            "channels": ["R", "G", "B"],
            "instrument_detected": {"manufacturer": "Nikon", "model": "D850", "serial_number": "S-123"},
            "acquisition_software": {"name": "NX Studio 1.2"},
            "instrument_settings": {
                "exposure_time_seconds": 0.005,
                "f_number": 2.8,
                "iso_speed": 400,
                "lens": "50mm",
            },
        },
    ),
    Known(
        "stack.tif",
        "5 pages of 24 x 16 pixels, 16 bit",
        _tiff,
        {
            "mime_type": "image/tiff",
            "pronom_id": "fmt/353",
            "data_format_standard": "TIFF 6.0",
            "dimensions": [24, 16, 5],
            "bit_depth": 16,
            "channels": ["L"],
            "acquisition_software": {"name": "Scanner 3"},
        },
    ),
    Known(
        "cells.ome.tif",
        "24 x 16 pixels, 3 planes, 2 channels, of a Zeiss LSM 980",
        _ome_tiff,
        {
            "mime_type": "image/tiff",
            "pronom_id": "fmt/353",
            "data_format_standard": "OME-TIFF",
            "dimensions": [24, 16, 3],
            "bit_depth": 16,
            "channels": ["DAPI", "GFP"],
            "instrument_detected": {"manufacturer": "Zeiss", "model": "LSM 980", "serial_number": "42"},
            "acquisition_software": {"name": "ZEN 3.1"},
            "instrument_settings": {
                "pixel_size_x": {"value": 0.1, "unit": "µm"},
                "pixel_size_y": {"value": 0.1, "unit": "µm"},
                "pixel_size_z": {"value": 0.5, "unit": "µm"},
                "objective_magnification": 63.0,
                "objective_na": 1.4,
                "objective_model": "Plan-Apo",
                "acquisition_date": "2026-01-02T03:04:05",
            },
        },
    ),
    Known(
        "head.dcm",
        "4 frames of 48 x 32 pixels, 12 bit, of a Siemens Prisma; a patient",
        _dicom,
        {
            "mime_type": "application/dicom",
            "pronom_id": "fmt/574",
            "data_format_standard": "DICOM",
            "dimensions": [48, 32, 4],
            "bit_depth": 12,
            "channels": ["L"],
            "instrument_detected": {"manufacturer": "Siemens", "model": "Prisma", "serial_number": "66001"},
            "acquisition_software": {"name": "Siemens acquisition software", "version": "syngo MR E11"},
            "instrument_settings": {
                "modality": "MR",
                "pixel_spacing_mm": [0.5, 0.5],
                "repetition_time_ms": 2000.0,
                "echo_time_ms": 30.0,
                "magnetic_field_strength_tesla": 3.0,
            },
        },
    ),
    Known(
        "run.h5",
        "arrays of 7 x 5 and 7; links outside and in a circle",
        _hdf5,
        {
            "mime_type": "application/x-hdf5",
            "pronom_id": "fmt/807",
            "data_format_standard": "HDF5",
            "dimensions": [7, 5],
            "bit_depth": 32,
            "columns": [{"name": "run/signal", "type": "float32"}, {"name": "time", "type": "int16"}],
            "instrument_detected": {"model": "Spectrometer X"},
        },
    ),
    Known(
        "era.nc",
        "NetCDF-4, 3 x 4, CF-1.8",
        _netcdf,
        {
            "mime_type": "application/x-netcdf",
            "pronom_id": "fmt/807",
            "data_format_standard": "NetCDF (CF-1.8)",
            "dimensions": [3, 4],
            "columns": [
                {"name": "lat", "type": "float64"},
                {"name": "lon", "type": "float64"},
                {"name": "t2m", "type": "float32"},
            ],
        },
    ),
    Known(
        "atlas.h5ad",
        "5 cells, 9 genes",
        _anndata,
        {
            "mime_type": "application/x-hdf5",
            "pronom_id": "fmt/807",
            "data_format_standard": "AnnData",
            "dimensions": [5, 9],
            "number_of_records": 5,
            "columns": [{"name": "n_counts", "type": "int32"}],
        },
    ),
    Known(
        "bold.nii.gz",
        "4 x 5 x 6 voxels of 2 x 2 x 3 mm, 7 times of 1.5 s",
        _nifti,
        {
            "mime_type": "application/x-nifti",
            "data_format_standard": "NIfTI-1",
            "dimensions": [4, 5, 6, 7],
            "bit_depth": 16,
            "instrument_settings": {
                "voxel_size": {"value": [2.0, 2.0, 3.0], "unit": "mm"},
                "repetition_time": {"value": 1.5, "unit": "sec"},
            },
        },
    ),
    Known(
        "table.parquet",
        "3 rows, 2 columns",
        _parquet,
        {
            "mime_type": "application/vnd.apache.parquet",
            "data_format_standard": "Apache Parquet",
            "dimensions": [3, 2],
            "number_of_records": 3,
            "columns": [{"name": "id", "type": "int64"}, {"name": "name", "type": "string"}],
        },
    ),
    Known(
        "table.csv",
        "2 rows of a number, a date, a truth value and a name",
        _bytes(b"v,when,ok,who\n2.5,2024-01-01,true,x\n3,2024-01-02,false,\n"),
        {
            "mime_type": "text/csv",
            "pronom_id": "x-fmt/18",
            "data_format_standard": "CSV (RFC 4180)",
            "encoding": "us-ascii",
            "dimensions": [2, 4],
            "number_of_records": 2,
            "columns": [
                {"name": "v", "type": "number"},
                {"name": "when", "type": "date"},
                {"name": "ok", "type": "boolean"},
                {"name": "who", "type": "string"},
            ],
        },
    ),
    Known(
        "messwerte.csv",
        "1 row, Latin-1, semicolons",
        _bytes("größe;wert\n15;ä\n".encode("latin-1")),
        {
            "mime_type": "text/csv",
            "pronom_id": "x-fmt/18",
            "data_format_standard": "CSV (RFC 4180)",
            "encoding": "iso-8859-1",
            "dimensions": [1, 2],
            "number_of_records": 1,
            "columns": [{"name": "größe", "type": "integer"}, {"name": "wert", "type": "string"}],
        },
    ),
    Known(
        "reads.fastq.gz",
        "3 reads of an Illumina",
        lambda path: path.write_bytes(gzip.compress(_READ * 3, mtime=0)),
        {
            "mime_type": "application/x-fastq",
            "data_format_standard": "FASTQ",
            "number_of_records": 3,
            "instrument_detected": {"manufacturer": "Illumina", "serial_number": "A00123"},
            "instrument_settings": {"run_number": 45, "flow_cell": "HXX", "lane": 2},
        },
    ),
    Known(
        "reads.sam",
        "2 alignments by bwa",
        _bytes(_SAM),
        {
            "mime_type": "text/x-sam",
            "data_format_standard": "SAM 1.6",
            "encoding": "us-ascii",
            "number_of_records": 2,
            "instrument_detected": {"manufacturer": "ILLUMINA", "model": "NovaSeq"},
            "acquisition_software": {"name": "bwa", "version": "0.7.17"},
        },
    ),
    Known(
        "calls.vcf",
        "2 variants of 1 sample",
        _bytes(_VCF),
        {
            "mime_type": "text/x-vcf",
            "data_format_standard": "VCF 4.2",
            "encoding": "us-ascii",
            "number_of_records": 2,
            "columns": [
                {"name": "CHROM", "type": "string"},
                {"name": "POS", "type": "string"},
                {"name": "S1", "type": "string"},
            ],
            "acquisition_software": {"name": "GATK"},
        },
    ),
    Known(
        "notes.txt",
        "3 lines, UTF-16",
        _bytes("eins\nzwei\ndrei µm\n".encode("utf-16")),
        {"mime_type": "text/plain", "pronom_id": "x-fmt/111", "encoding": "utf-16"},
    ),
)
