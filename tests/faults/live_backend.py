"""A process that leads a tree until its stdin closes; says `ready` when it is in step for the first time."""

import json
import sys
import time
from pathlib import Path

from mdjourney_backend.pipeline import led
from mdjourney_contract.session_config import SessionConfig


def main() -> None:
    told = json.loads(sys.argv[1])
    with led(Path(told["root"]), SessionConfig.model_validate(told["config"]), Path(told["home"])) as leader:
        assert leader is not None
        if "--deaf" in sys.argv:  # the control: overflow is not noticed
            leader.pipeline._watcher._alarm._lost = lambda: None
        leader.pipeline.start()
        while not leader.pipeline.status().in_step:
            time.sleep(0.02)
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "status":
                print(json.dumps(leader.pipeline.status().in_step), flush=True)


if __name__ == "__main__":
    main()
