"""The HTTP edge of a backend: what `/api/v1` answers."""
