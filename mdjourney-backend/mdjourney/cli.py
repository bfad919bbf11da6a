"""The `mdjourney` command."""


def main() -> None:
    """Entry point."""
    raise SystemExit("not built yet")
