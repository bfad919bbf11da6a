"""Small real files of many formats, each written by the library its community uses, from one seed."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SEED = 20260301
Writer = Callable[[Path], None]


def _rng(salt: int) -> Any:
    import numpy

    return numpy.random.default_rng(_SEED + salt)


def _table(path: Path, delimiter: str, rows: int, salt: int) -> None:
    rng = _rng(salt)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(["time_s", "tank", "temperature_celsius", "oxygen_mg_per_l"])
        for i in range(rows):
            writer.writerow(
                [i * 60, f"T{i % 4 + 1}", f"{27 + rng.random() * 4:.3f}", f"{6 + rng.random():.3f}"]
            )


def write_csv(path: Path) -> None:
    """Tank temperatures, 240 rows."""
    _table(path, ",", 240, 1)


def write_tsv(path: Path) -> None:
    """The same columns, tab-separated, 60 rows."""
    _table(path, "\t", 60, 2)


def write_counts(path: Path) -> None:
    """Gene counts of three samples, 50 genes."""
    rng = _rng(3)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["gene", "control", "heat_1", "heat_2"])
        for i in range(50):
            writer.writerow([f"hsp{i:03d}", *rng.integers(0, 5000, 3).tolist()])


def write_fastq(path: Path) -> None:
    """200 reads of 75 bases, gzip without a time stamp."""
    rng = _rng(4)
    text = io.StringIO()
    for i in range(200):
        bases = "".join("ACGT"[b] for b in rng.integers(0, 4, 75))
        quality = "".join(chr(33 + q) for q in rng.integers(20, 41, 75))
        text.write(f"@NB501:27:HXYZ:1:{1101 + i // 50}:{i}:{i * 7} 1:N:0:ATCACG\n{bases}\n+\n{quality}\n")
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out:
        out.write(text.getvalue().encode())


def write_png(path: Path) -> None:
    """An 8-bit grey 96 x 64 overview."""
    from PIL import Image

    Image.fromarray(_rng(5).integers(0, 255, (64, 96), dtype="uint8")).save(path)


def write_jpeg(path: Path) -> None:
    """A 160 x 120 photograph with EXIF of the camera that took it."""
    from PIL import Image

    image = Image.fromarray(_rng(6).integers(0, 255, (120, 160, 3), dtype="uint8"))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Olympus", "TG-6", "Version 1.2"
    exif[0x0132] = "2026:03:02 10:15:00"
    details = exif.get_ifd(0x8769)
    details[0x829A], details[0x829D], details[0x8827] = 1 / 250, 2.8, 200
    image.save(path, exif=exif, quality=90)


def write_tiff(path: Path) -> None:
    """An OME-TIFF: two channels of 48 x 64, 16 bit."""
    import tifffile

    tifffile.imwrite(
        path,
        _rng(7).integers(0, 4095, (2, 48, 64), dtype="uint16"),
        ome=True,
        photometric="minisblack",
        metadata={
            "axes": "CYX",
            "Channel": {"Name": ["DAPI", "GFP"]},
            "PhysicalSizeX": 0.325,
            "PhysicalSizeXUnit": "µm",
        },
    )


def write_hdf5(path: Path) -> None:
    """A light-sheet block with its exposure as attribute."""
    import h5py

    with h5py.File(path, "w", track_order=True) as out:
        data = out.create_dataset(
            "intensity", data=_rng(8).random((4, 16, 16), dtype="float32"), track_times=False
        )
        data.attrs["exposure_ms"] = 20.0
        out.attrs["instrument"] = "Light-sheet Z.1"


def write_netcdf(path: Path) -> None:
    """A day of sea surface temperature on a small grid, CF names."""
    import h5netcdf

    with h5netcdf.File(path, "w") as out:
        out.dimensions = {"time": 24, "lat": 4, "lon": 6}
        sst = out.create_variable(
            "sst", ("time", "lat", "lon"), data=300 + _rng(9).random((24, 4, 6), dtype="float32")
        )
        sst.attrs["units"] = "K"
        sst.attrs["standard_name"] = "sea_surface_temperature"
        out.attrs["Conventions"] = "CF-1.8"


def write_nifti(path: Path) -> None:
    """A 12 x 12 x 8 volume with 2 mm voxels."""
    import nibabel
    import numpy

    affine = numpy.diag([2.0, 2.0, 2.0, 1.0])
    nibabel.save(nibabel.Nifti1Image(_rng(10).random((12, 12, 8), dtype="float32"), affine), path)


def write_dicom(path: Path) -> None:
    """One 32 x 32 slice with scanner, field strength and echo time."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPClassUID, image.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
    image.Modality, image.Manufacturer, image.ManufacturerModelName = "MR", "Bruker", "BioSpec 94/20"
    image.DeviceSerialNumber, image.SoftwareVersions = "BS-0042", "PV-360.3.5"
    image.MagneticFieldStrength, image.EchoTime, image.RepetitionTime = "9.4", "12", "2000"
    image.PatientName, image.PatientID, image.StudyDate = "", "colony-7", "20260302"
    image.Rows = image.Columns = 32
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.PixelData = _rng(11).integers(0, 4095, (32, 32), dtype="uint16").tobytes()
    image.save_as(path, enforce_file_format=True)


def write_parquet(path: Path) -> None:
    """Larval survival per colony, 120 rows."""
    import pyarrow
    import pyarrow.parquet

    rng = _rng(12)
    table = pyarrow.table(
        {
            "colony": [f"C{i % 6}" for i in range(120)],
            "day": [i // 6 for i in range(120)],
            "alive": rng.integers(0, 40, 120),
        }
    )
    pyarrow.parquet.write_table(table, path)


def write_json(path: Path) -> None:
    """Settings of the heating controller."""
    settings = {
        "controller": "ThermoLogic 4",
        "setpoint_celsius": 31.5,
        "ramp_celsius_per_hour": 0.5,
        "tanks": ["T3", "T4"],
    }
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def write_latin1(path: Path) -> None:
    """Field notes as an older Windows program saved them."""
    path.write_bytes(
        "Probe entnommen bei Flut, Größe der Kolonie: 14 cm, Färbung kräftig.\r\n".encode("latin-1")
    )


def write_utf8(path: Path) -> None:
    """A protocol in UTF-8."""
    path.write_text(
        "Larvae were kept at 27 °C (control) or 31.5 °C (heat) for 72 h.\nFixed in 4 % PFA, 0.2 µm filtered.\n",
        encoding="utf-8",
    )


#: relative path -> who writes it; the first folder is the project, the second the dataset
FILES: dict[str, Writer] = {
    "p_Coral_Heat_Stress/rnaseq_rep1/larvae_control_R1.fastq.gz": write_fastq,
    "p_Coral_Heat_Stress/rnaseq_rep1/counts.csv": write_counts,
    "p_Coral_Heat_Stress/rnaseq_rep1/protocol.txt": write_utf8,
    "p_Coral_Heat_Stress/tank logs/temperature.csv": write_csv,
    "p_Coral_Heat_Stress/tank logs/night shift/temperature.tsv": write_tsv,
    "p_Coral_Heat_Stress/tank logs/controller.json": write_json,
    "p_Coral_Heat_Stress/tank logs/survival.parquet": write_parquet,
    "p_Coral_Heat_Stress/tank logs/sea_surface.nc": write_netcdf,
    "p_Coral_Heat_Stress/microscopy/Übersicht Kolonie 7.png": write_png,
    "p_Coral_Heat_Stress/microscopy/colony_7.ome.tif": write_tiff,
    "p_Coral_Heat_Stress/microscopy/colony_7.jpg": write_jpeg,
    "p_Coral_Heat_Stress/microscopy/lightsheet.h5": write_hdf5,
    "p_Coral_Heat_Stress/microscopy/Feldnotizen.txt": write_latin1,
    "p_Skeleton_Imaging/mri/colony_7.nii.gz": write_nifti,
    "p_Skeleton_Imaging/mri/slice_016.dcm": write_dicom,
}

#: `experiment_contextual.instrument_used_link` of a run can name it
INSTRUMENT_SLUG = "spinning-disk"
INSTRUMENT: dict[str, Any] = {
    "instrument_name": "Spinning disk 2",
    "instrument_type": "Confocal microscope",
    "instrument_manufacturer": "Yokogawa",
    "instrument_model": "CSU-W1",
    "serial_number": "W1-20231",
    "location": "Imaging suite, room 1.14",
    "date_acquired_installed": datetime(2023, 9, 1, tzinfo=UTC).date().isoformat(),
}


def write_demo_files(root: Path) -> list[Path]:
    """Write the files that are not there yet; returns those written."""
    written = []
    for relative, write in FILES.items():
        path = root / relative
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
            written.append(path)
    return written
