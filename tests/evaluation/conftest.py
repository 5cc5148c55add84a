"""The tests of evaluation share helpers that stand beside them: `asem`, `made_schemes`,
`made_trees`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
