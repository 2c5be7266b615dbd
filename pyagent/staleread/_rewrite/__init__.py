"""Source text to instrumented code. Knows nothing of a running recording."""

from .hook_names import HOOKS
from .importer import Finder, Rewriter, install
from .program import run_code, run_module, run_script
from .sites import SiteTable

__all__ = ["HOOKS", "Finder", "Rewriter", "SiteTable", "install", "run_code", "run_module", "run_script"]
