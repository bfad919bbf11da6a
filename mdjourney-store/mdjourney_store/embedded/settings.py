"""How the embedded server is set up: what it is created and started with."""

import os
from pathlib import Path
from typing import Final

_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "idle_in_transaction_session_timeout": "60s",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


def settings_for(sockets: Path, *, durable: bool) -> dict[str, str]:
    """Settings by name. Without `durable` it may lose everything when the machine does."""
    settings = {**_SETTINGS, "shared_buffers": _shared_buffers(), "unix_socket_directories": str(sockets)}
    return settings if durable else {**settings, "fsync": "off", "full_page_writes": "off"}


def _shared_buffers() -> str:
    """An eighth of the memory, 128 MB to 1 GB: what of a catalogue is asked for often should stay there."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"{max(128, min(1024, memory // 8))}MB"


def locale_for(major: int) -> list[str]:
    """The same order and case rules on every machine, where the server brings them itself (17 and newer)."""
    return (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if major >= 17
        else ["--locale=C"]
    )
