"""For each format a file made by its own library, and exactly what we record of it."""

import gzip
import struct

import pytest


def test_animated_gif(tmp_path, told):
    from PIL import Image

    frames = [Image.new("RGB", (8, 4), color) for color in ("red", "green", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    found = told(tmp_path / "a.gif")
    assert (found["dimensions"], found["number_of_records"]) == ([8, 4], 3)


def classic_netcdf() -> bytes:
    def name(text: str) -> bytes:
        raw = text.encode()
        return struct.pack(">i", len(raw)) + raw + b"\0" * (-len(raw) % 4)

    dimensions = (
        struct.pack(">ii", 10, 2) + name("time") + struct.pack(">i", 0) + name("x") + struct.pack(">i", 4)
    )
    text = b"Thermo v2"
    attributes = (
        struct.pack(">ii", 12, 1)
        + name("software")
        + struct.pack(">ii", 2, len(text))
        + text
        + b"\0" * (-len(text) % 4)
    )
    variable = (
        name("signal")
        + struct.pack(">iii", 2, 0, 1)
        + struct.pack(">ii", 0, 0)
        + struct.pack(">iii", 5, 16, 200)
    )
    return b"CDF\x01" + struct.pack(">i", 6) + dimensions + attributes + struct.pack(">ii", 11, 1) + variable


def test_classic_netcdf(tmp_path, told):
    (tmp_path / "a.cdf").write_bytes(classic_netcdf())
    assert told(tmp_path / "a.cdf") == {
        "data_format_standard": "NetCDF-3",
        "dimensions": [6, 4],
        "columns": [{"name": "signal", "type": "float32"}],
        "acquisition_software": {"name": "Thermo v2"},
    }


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_nifti(tmp_path, told, name):
    import nibabel
    import numpy as np

    image = nibabel.Nifti1Image(np.zeros((4, 5, 6, 7), "int16"), np.diag([2, 2, 3, 1]))
    image.header.set_zooms((2, 2, 3, 1.5))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, tmp_path / name)
    assert told(tmp_path / name) == {
        "data_format_standard": "NIfTI-1",
        "dimensions": [4, 5, 6, 7],
        "bit_depth": 16,
        "instrument_settings": {
            "voxel_size": {"value": [2.0, 2.0, 3.0], "unit": "mm"},
            "repetition_time": {"value": 1.5, "unit": "sec"},
        },
    }


def test_parquet_and_arrow(tmp_path, told):
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"id": [1, 2, 3], "name": ["a", "b", None]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    with pyarrow.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    expected = {
        "number_of_records": 3,
        "dimensions": [3, 2],
        "columns": [{"name": "id", "type": "int64"}, {"name": "name", "type": "string"}],
    }
    assert told(tmp_path / "a.parquet") == expected
    assert told(tmp_path / "a.arrow") == expected


TABLES = [
    (
        "a.csv",
        b"id,v,when,ok,who\n1,2.5,2024-01-01,true,x\n2,3,2024-01-02,false,\n",
        2,
        "integer number date boolean string",
    ),
    ("a.tsv", b"id\tname\n1\ta\n", 1, "integer string"),
    ("a.csv", b"a;b\n1;2\n3;4", 2, "integer integer"),
    ("a.csv", b'a,b\n"multi\nline",1\n', 1, "string integer"),
    ("a.csv", b"# comment\n# more\n\na,b\n1,2\n", 1, "integer integer"),
    ("a.csv", b"1,2\n3,4\n", 2, "integer integer"),
    ("a.csv", "größe,wert\n1,ä\n".encode("latin-1"), 1, "integer string"),
    ("a.csv", b"\xef\xbb\xbfa,b\r\n1,NA\r\n", 1, "integer string"),
    ("a.csv", b"t\n2024-01-01T10:00:00Z\n", 1, "date-time"),
]


@pytest.mark.parametrize(("name", "content", "rows", "types"), TABLES)
def test_tables(tmp_path, told, name, content, rows, types):
    (tmp_path / name).write_bytes(content)
    found = told(tmp_path / name)
    assert found["number_of_records"] == rows
    assert " ".join(column["type"] for column in found["columns"]) == types


def test_a_header_in_latin_1_reads_well(tmp_path, told):
    (tmp_path / "a.csv").write_bytes("größe,wert\n1,2\n".encode("latin-1"))
    assert [column["name"] for column in told(tmp_path / "a.csv")["columns"]] == ["größe", "wert"]


def test_a_large_table_is_counted_in_the_child(tmp_path, told):
    rows = "".join(f"{number},x\n" for number in range(400_000))
    (tmp_path / "a.csv").write_text("id,name\n" + rows)
    assert told(tmp_path / "a.csv")["number_of_records"] == 400_000


def test_json(tmp_path, told):
    for name, content, expected in (
        ("a.json", '[{"a": 1, "b": "x"}, {"a": 2}]', (2, ["a", "b"])),
        ("a.jsonl", '{"a": 1}\n\n{"a": 2}\n', (2, ["a"])),
        ("a.geojson", '{"type": "FeatureCollection", "features": [1, 2, 3]}', (3, [])),
        ("b.json", '{"any": "thing"}', (None, [])),
    ):
        (tmp_path / name).write_text(content)
        found = told(tmp_path / name)
        assert (found.get("number_of_records"), [c["name"] for c in found.get("columns", [])]) == expected


FASTQ = b"@A00123:45:HXX:2:1101:1:2 1:N:0\nACGT\n+\nIIII\n"


def test_fastq(tmp_path, told):
    (tmp_path / "a.fastq").write_bytes(FASTQ * 3)
    with gzip.open(tmp_path / "a.fastq.gz", "wb") as file:
        file.write((FASTQ * 5)[:-1])
    expected = {
        "instrument_detected": {"manufacturer": "Illumina", "serial_number": "A00123"},
        "instrument_settings": {"run_number": 45, "flow_cell": "HXX", "lane": 2},
    }
    assert told(tmp_path / "a.fastq") == expected | {"number_of_records": 3}
    assert told(tmp_path / "a.fastq.gz") == expected | {"number_of_records": 5}


SAM = "@HD\tVN:1.6\n@RG\tID:1\tPL:ILLUMINA\tPM:NovaSeq\n@PG\tID:bwa\tPN:bwa\tVN:0.7.17\nr1\t4\t*\nr2\t4\t*\n"


def test_sam_bam_vcf_fasta(tmp_path, told):
    (tmp_path / "a.sam").write_text(SAM)
    header = "".join(line + "\n" for line in SAM.splitlines() if line.startswith("@")).encode()
    bam = (
        b"BAM\x01"
        + struct.pack("<i", len(header))
        + header
        + struct.pack("<i", 0)
        + struct.pack("<i", 4)
        + b"read"
    )
    with gzip.open(tmp_path / "a.bam", "wb") as file:
        file.write(bam)
    expected = {
        "instrument_detected": {"manufacturer": "ILLUMINA", "model": "NovaSeq"},
        "acquisition_software": {"name": "bwa", "version": "0.7.17"},
    }
    assert told(tmp_path / "a.sam") == expected | {"number_of_records": 2, "data_format_standard": "SAM 1.6"}
    assert told(tmp_path / "a.bam") == expected | {"number_of_records": 1, "data_format_standard": "BAM 1.6"}
    (tmp_path / "a.vcf").write_text(
        "##fileformat=VCFv4.2\n##source=GATK\n#CHROM\tPOS\tS1\n1\t2\t0/1\n1\t3\t0/0\n"
    )
    found = told(tmp_path / "a.vcf")
    assert (found["number_of_records"], found["data_format_standard"]) == (2, "VCF 4.2")
    assert [column["name"] for column in found["columns"]] == ["CHROM", "POS", "S1"]
    (tmp_path / "a.fasta").write_text(">a\nAC\n>b\nGT\n")
    assert told(tmp_path / "a.fasta") == {"number_of_records": 2}


def test_npy_and_fits(tmp_path, told):
    import numpy as np

    np.save(tmp_path / "a.npy", np.zeros((3, 4), "float64"))
    assert told(tmp_path / "a.npy") == {"dimensions": [3, 4], "bit_depth": 64}
    cards = [
        "SIMPLE  =                    T",
        "BITPIX  =                  -32",
        "NAXIS   =                    2",
    ]
    cards += [
        "NAXIS1  =                   10",
        "NAXIS2  =                   20",
        "INSTRUME= 'WFC3    '",
        "EXPTIME =  12.5 / s",
        "END",
    ]
    (tmp_path / "a.fits").write_bytes("".join(card.ljust(80) for card in cards).encode().ljust(2880))
    assert told(tmp_path / "a.fits") == {
        "dimensions": [10, 20],
        "bit_depth": 32,
        "instrument_detected": {"model": "WFC3"},
        "instrument_settings": {"exposure_time_seconds": 12.5},
    }


def test_webp_still_and_animated(tmp_path, told):
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Leica", "DMC6200"
    Image.new("RGB", (40, 30), "red").save(tmp_path / "a.webp", lossless=True, exif=exif)
    assert told(tmp_path / "a.webp") == {
        "dimensions": [40, 30],
        "bit_depth": 8,
        "channels": ["R", "G", "B"],
        "instrument_detected": {"manufacturer": "Leica", "model": "DMC6200"},
    }
    frames = [Image.new("RGBA", (8, 6), color) for color in ("red", "green", "blue")]
    frames[0].save(tmp_path / "b.webp", save_all=True, append_images=frames[1:], lossless=True)
    found = told(tmp_path / "b.webp")
    assert (found["dimensions"], found["number_of_records"]) == ([8, 6], 3)


@pytest.mark.parametrize(
    ("mode", "depth", "channels"), [("1", 1, ["L"]), ("L", 8, ["L"]), ("RGB", 8, ["R", "G", "B"])]
)
def test_bmp(tmp_path, told, mode, depth, channels):
    from PIL import Image

    Image.new(mode, (17, 5)).save(tmp_path / "a.bmp")
    assert told(tmp_path / "a.bmp") == {"dimensions": [17, 5], "bit_depth": depth, "channels": channels}


def test_jpeg_2000(tmp_path, told):
    from PIL import Image

    Image.new("RGB", (64, 48)).save(tmp_path / "a.jp2")
    assert told(tmp_path / "a.jp2") == {"dimensions": [64, 48], "bit_depth": 8, "channels": ["R", "G", "B"]}


def test_nwb_layout(tmp_path, told):
    import h5py
    import numpy as np

    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"], file.attrs["neurodata_type"] = "2.6.0", "NWBFile"
        file["session_description"] = "a mouse on a wheel"
        series = file.create_group("acquisition/ElectricalSeries")
        series.attrs["neurodata_type"] = "ElectricalSeries"
        series["data"] = np.zeros((300, 16), "int16")
        series["data"].attrs["unit"] = "volts"
        series["timestamps"] = np.zeros(300, "float64")
        device = file.create_group("general/devices/probe")
        device.attrs["manufacturer"], device.attrs["model_name"] = "IMEC", "Neuropixels 1.0"
        device.attrs["serial_number"] = "18005116102"
    found = told(tmp_path / "a.nwb")
    columns = {column["name"]: column["type"] for column in found.pop("columns")}
    assert columns.pop("session_description")
    assert columns == {
        "acquisition/ElectricalSeries/data": "int16",
        "acquisition/ElectricalSeries/timestamps": "float64",
    }
    assert found == {
        "data_format_standard": "NWB",
        "dimensions": [300, 16],
        "bit_depth": 16,
        "instrument_detected": {
            "manufacturer": "IMEC",
            "model": "Neuropixels 1.0",
            "serial_number": "18005116102",
        },
    }


def test_mudata_layout(tmp_path, told):
    import h5py
    import numpy as np

    def frame(place, name, size):
        group = place.create_group(name)
        group.attrs["_index"] = "_index"
        group["_index"] = np.array([str(n) for n in range(size)], dtype=h5py.string_dtype())

    with h5py.File(tmp_path / "a.h5mu", "w") as file:
        file.attrs["encoding-type"], file.attrs["encoding-version"] = "MuData", "0.1.0"
        frame(file, "obs", 6)
        frame(file, "var", 11)
        for modality, size in (("rna", 8), ("prot", 3)):
            place = file.create_group(f"mod/{modality}")
            place.attrs["encoding-type"] = "anndata"
            frame(place, "obs", 6)
            frame(place, "var", size)
    found = told(tmp_path / "a.h5mu")
    assert sorted(found.pop("channels")) == ["prot", "rna"]
    assert found == {"data_format_standard": "MuData", "dimensions": [6, 11], "number_of_records": 6}


@pytest.mark.parametrize(
    ("mime_type", "head", "puid"),
    [
        ("application/x-hdf5", b"\x89HDF\r\n\x1a\n\x00", "fmt/807"),
        ("application/x-hdf5", b"\x89HDF\r\n\x1a\n\x01", "fmt/286"),
        ("application/x-hdf5", b"\x89HDF\r\n\x1a\n\x02", "fmt/287"),
        ("application/x-hdf5", b"\x89HDF\r\n\x1a\n\x03", None),
        ("application/x-netcdf", b"CDF\x01", "fmt/282"),
        ("application/x-netcdf", b"CDF\x02", "fmt/283"),
        ("image/gif", b"GIF87a", "fmt/3"),
        ("image/gif", b"GIF89a", "fmt/4"),
        ("image/tiff", b"II*\0", "fmt/353"),
        ("image/tiff", b"II+\0", None),
        ("image/png", b"\x89PNG\r\n\x1a\n", None),
        ("application/dicom", bytes(128) + b"DICM", "fmt/574"),
        ("application/dicom", bytes(200), None),
        ("application/x-matlab-data", b"MATLAB 5.0 MAT-file", "fmt/806"),
        ("application/x-matlab-data", b"MATLAB 7.3 MAT-file", "fmt/828"),
        ("application/pdf", b"%PDF-1.4", "fmt/18"),
        ("application/pdf", b"%PDF-2.0", "fmt/1129"),
        ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01", "fmt/43"),
        ("image/jpeg", b"\xff\xd8\xff\xe1\0\x10Exif\0\0", None),
        ("application/xml", b'<?xml version="1.0"?>', "fmt/101"),
        ("text/csv", b"a,b", "x-fmt/18"),
    ],
)
def test_pronom_identifiers_are_those_of_the_registry(mime_type, head, puid):
    from mdjourney_backend.technical.pronom import pronom_id

    assert pronom_id(mime_type, head) == puid
