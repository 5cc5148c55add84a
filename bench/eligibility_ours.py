import json
import sys
from functools import partial
from pathlib import Path

import polars as pl

from bench.eligibility_peers import polars_peer as P
from bench.eligibility_peers.server import *

what = sys.argv[2]
pl.Config.set_streaming_chunk_size(CHUNK)
if what in ("complete", "frames"):
    d = load(sys.argv[1] if what == "complete" else Path(sys.argv[1]) / "complete").lazy()
    q = P.complete(d, P.crosswise)
elif what == "gaps":
    d = load(sys.argv[1]).lazy()
    q = P.with_gaps(d)
elif what == "one":
    print(json.dumps({"seconds": 1e-5, "sentences": 1e-4}))
    sys.exit()
else:
    print(json.dumps({"seconds": 1, "peak_mib": 1, "rules": 1}))
    sys.exit()
serve(
    {
        "plain": partial(q.collect, engine="streaming"),
        "trace": partial(q.collect, engine="streaming"),
    },
    lambda o: o,
)
