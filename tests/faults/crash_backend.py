"""A process that scans a tree and dies, as by kill -9, at its n-th file-system event; says how many there were."""

import json
import os
import sys
from pathlib import Path

_EVENTS = {
    "open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate",
    "os.utime", "sqlite3.connect", "subprocess.Popen", "fcntl.flock", "shutil.rmtree", "tempfile.mkdtemp",
}  # fmt: skip


def main() -> None:
    told, last = json.loads(sys.argv[1]), int(sys.argv[2])
    from mdjourney_backend.pipeline import scan_once
    from mdjourney_contract.session_config import SessionConfig

    scope = (told["root"], told["home"])
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in _EVENTS:
            return
        if event == "open":
            path, _mode, flags = (*arguments, None, None)[:3]
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            inside = isinstance(path, str | bytes) and os.fsdecode(path).startswith(scope)
            if not writes or not (inside or (isinstance(path, str) and "/" not in path)):
                return
        count += 1
        if count == last:
            os.kill(os.getpid(), 9)

    sys.addaudithook(watch)
    scan_once(
        Path(told["root"]), SessionConfig.model_validate(told["config"]), Path(told["home"]), timeout=60
    )
    print(count, flush=True)


if __name__ == "__main__":
    main()
