"""HDF5 and what is built on it (NetCDF-4, AnnData, MuData, NWB, MATLAB 7.3) by h5py; classic NetCDF by its header."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors import netcdf_classic
from mdjourney_backend.technical.extractors.attributes import from_attributes
from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/x-hdf5", "application/x-netcdf", "application/x-matlab-data")

MAX_OBJECTS = 5000
MAX_COLUMNS = 2000


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    if stream.read(3) == b"CDF":
        stream.seek(0)
        return netcdf_classic.extract(stream)
    stream.seek(0)
    import h5py

    with h5py.File(stream, "r") as file:
        encoding = _text(file.attrs.get("encoding-type"))
        if encoding == "anndata" or name.lower().endswith(".h5ad"):
            return _anndata(file)
        if encoding.lower() == "mudata" or name.lower().endswith(".h5mu"):
            return _mudata(file)
        if "_NCProperties" in file.attrs or mime_type == "application/x-netcdf":
            return _netcdf(file)
        return _plain(file)


def _anndata(file: Any) -> Found:
    rows, columns = _length(file, "obs"), _length(file, "var")
    shape = _matrix_shape(file.get("X")) or (rows, columns)
    found: Found = {"data_format_standard": "AnnData", "columns": _frame_columns(file.get("obs"))}
    if None not in shape:
        found |= {
            "dimensions": [int(size) for size in shape if size is not None],
            "number_of_records": shape[0],
        }
    return found


def _mudata(file: Any) -> Found:
    rows, columns = _length(file, "obs"), _length(file, "var")
    modalities = list(file["mod"]) if "mod" in file else []
    found: Found = {"data_format_standard": "MuData", "channels": modalities}
    if rows is not None and columns is not None:
        found |= {"dimensions": [rows, columns], "number_of_records": rows}
    return found


def _netcdf(file: Any) -> Found:
    sizes = [int(item.shape[0]) for _, item in _objects(file) if _is_scale(item)]
    variables = [
        {"name": path, "type": str(item.dtype)}
        for path, item in _objects(file)
        if _has_data(item) and not _phony(item)
    ]
    found: Found = {
        "data_format_standard": "NetCDF-4",
        "dimensions": sizes,
        "columns": variables[:MAX_COLUMNS],
    }
    return found | from_attributes({key: _text(value) for key, value in file.attrs.items()})


def _plain(file: Any) -> Found:
    arrays = [(path, item) for path, item in _objects(file) if _has_data(item)]
    found = from_attributes({key: _text(value) for key, value in file.attrs.items()})
    found["data_format_standard"] = "HDF5"
    if "nwb_version" in file.attrs:
        found |= {"data_format_standard": "NWB"} | _nwb_device(file)
    found["columns"] = [{"name": path, "type": str(item.dtype)} for path, item in arrays][:MAX_COLUMNS]
    if arrays:
        _, largest = max(arrays, key=lambda pair: int(pair[1].size or 0))
        found["dimensions"] = [int(size) for size in largest.shape]
        if largest.dtype.kind in "iufb":
            found["bit_depth"] = int(largest.dtype.itemsize) * 8
        if largest.dtype.names:
            found["number_of_records"] = int(largest.shape[0]) if largest.shape else 1
    return found


def _nwb_device(file: Any) -> Found:
    """The first device the session names, as NWB 2 describes it."""
    devices = file.get("general/devices")
    first = next(iter(devices.values()), None) if devices is not None else None
    if first is None:
        return {}
    named = {
        "manufacturer": _text(first.attrs.get("manufacturer")),
        "model": _text(first.attrs.get("model_name") or first.attrs.get("model_number")),
        "serial_number": _text(first.attrs.get("serial_number")),
    }
    return {"instrument_detected": {key: value for key, value in named.items() if value}}


def _objects(group: Any) -> list[tuple[str, Any]]:
    """Datasets below a group by path, in order; links to elsewhere are never followed."""
    import h5py

    found: list[tuple[str, Any]] = []

    def note(path: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset):
            found.append((path, item))
        return True if len(found) >= MAX_OBJECTS else None

    group.visititems(note)
    return found


def _has_data(item: Any) -> bool:
    return item.shape is not None


def _is_scale(item: Any) -> bool:
    return item.attrs.get("CLASS") == b"DIMENSION_SCALE" and bool(item.shape)


def _phony(item: Any) -> bool:
    """A dimension without a variable of its own."""
    return _text(item.attrs.get("NAME")).startswith("This is a netCDF dimension but not a netCDF variable")


def _matrix_shape(item: Any) -> tuple[int | None, ...] | None:
    if item is None:
        return None
    shape = getattr(item, "shape", None)
    if shape is not None:
        return tuple(int(size) for size in shape)
    if "shape" in item.attrs:
        return tuple(int(size) for size in item.attrs["shape"])
    return None


def _length(file: Any, name: str) -> int | None:
    frame = file.get(name)
    if frame is None:
        return None
    if getattr(frame, "shape", None):
        return int(frame.shape[0])
    index = _text(frame.attrs.get("_index")) or "_index"
    return int(frame[index].shape[0]) if index in frame else None


def _frame_columns(frame: Any) -> list[dict[str, str]]:
    if frame is None or not hasattr(frame, "keys"):
        return []
    order = frame.attrs.get("column-order")
    names = [_text(name) for name in order] if order is not None and len(order) else list(frame.keys())
    columns = []
    for name in names[:MAX_COLUMNS]:
        item = frame.get(name)
        if item is not None and name != _text(frame.attrs.get("_index")):
            columns.append({"name": name, "type": str(getattr(item, "dtype", "categorical"))})
    return columns


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ("" if value is None else str(value))
