"""`python <this folder> prepare|serve <folder>`, by the Python of the training environment, which has it not installed."""

import sys
import traceback
from pathlib import Path

here = Path(__file__).resolve().parent
# The packages beside this one are the orchestrator's own, and not those of the environment that runs it.
sys.path[:] = [one for one in sys.path if Path(one or ".").resolve() not in (here, here.parent)]
sys.path.append(str(here))

import gguf_file  # noqa: E402 - found since the line before.
import serving  # noqa: E402


def main(command: str, folder: Path) -> int:
    try:
        (serving.prepare if command == "prepare" else serving.serve)(folder)
    except gguf_file.Unfit as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, RuntimeError):
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]).resolve()))
