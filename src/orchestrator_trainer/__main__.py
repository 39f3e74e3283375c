"""Runs as `python -m orchestrator_trainer`, and as `python <this folder>`, which needs it installed nowhere.

The second is how nodes start it: their own packages, beside which this one lies, must not be found before those of the
training environment.
"""

import importlib.util
import sys
from pathlib import Path

if not __package__:
    here = Path(__file__).resolve().parent
    sys.path[:] = [one for one in sys.path if Path(one or ".").resolve() != here]
    spec = importlib.util.spec_from_file_location(here.name, here / "__init__.py", submodule_search_locations=[str(here)])
    if spec is None or spec.loader is None:
        raise SystemExit(f"{here} is no package")
    package = importlib.util.module_from_spec(spec)
    sys.modules[here.name] = package
    spec.loader.exec_module(package)

from orchestrator_trainer.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
