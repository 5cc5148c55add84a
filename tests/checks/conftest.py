"""The tests of the checks share two helpers, `marked` and `made_up`, that stand beside them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
