"""Parquet and Arrow files by pyarrow: columns, types, rows."""

from typing import BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/vnd.apache.parquet", "application/vnd.apache.arrow.file")

MAX_COLUMNS = 2000


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    if mime_type == "application/vnd.apache.parquet":
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(stream) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    else:
        import pyarrow.ipc

        with pyarrow.ipc.open_file(stream) as reader:
            schema = reader.schema
            rows = sum(reader.get_batch(number).num_rows for number in range(reader.num_record_batches))
    columns = [{"name": field.name, "type": str(field.type)} for field in schema]
    return {"number_of_records": rows, "columns": columns[:MAX_COLUMNS], "dimensions": [rows, len(columns)]}
