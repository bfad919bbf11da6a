"""JSON, GeoJSON and JSON Lines: how many records, and their keys."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/json", "application/geo+json", "application/jsonl", "application/x-ndjson")

_MAX_BYTES = 256 << 20
_MAX_COLUMNS = 500


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    import orjson

    if mime_type in {"application/jsonl", "application/x-ndjson"}:
        first = next((line for line in stream if line.strip()), b"{}")
        stream.seek(0)
        count = sum(1 for line in stream if line.strip())
        return {"number_of_records": count, "columns": _columns(orjson.loads(first))}
    raw = stream.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        return {}
    content = orjson.loads(raw)
    if isinstance(content, list):
        return {"number_of_records": len(content), "columns": _columns(content[0]) if content else None}
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        features = content.get("features")
        records = len(features) if isinstance(features, list) else None
        return {"number_of_records": records, "data_format_standard": "GeoJSON (RFC 7946)"}
    return {}


def _columns(record: Any) -> list[dict[str, str]]:
    if not isinstance(record, dict):
        return []
    return [{"name": key, "type": _type(value)} for key, value in list(record.items())[:_MAX_COLUMNS]]


def _type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]
