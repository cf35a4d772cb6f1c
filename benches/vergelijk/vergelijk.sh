#!/usr/bin/env bash
# The koppeling beside DuckDB (with the same keyed hash, and without any) and Polars (without), on two cores.
#
#   bash benches/vergelijk/vergelijk.sh [MAP]
#
# Generates and pseudonymises a region (200,000 jongeren, 6.5 million source rows) and the country (2.2 million, 26
# million) in MAP, a new folder under target/ when not given (5 GB); checks that all find the same number of jongeren per
# klasse; runs each in turn, three rounds; and prints the medians as a table. Needs python3 with pip, and GNU taskset.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
map=${1:-target/vergelijk}
mkdir -p "$map"
cargo build --release --locked
if [[ ! -x $map/python/bin/python ]]; then
    python3 -m venv --without-pip "$map/python"
    python3 -m pip --python "$map/python/bin/python" install --quiet --disable-pip-version-check \
        --requirement benches/vergelijk/requirements.txt
fi
inbeeld=$(realpath "${CARGO_TARGET_DIR:-target}/release/inbeeld")
exec taskset --cpu-list 0,1 "$map/python/bin/python" benches/vergelijk/vergelijk.py "$inbeeld" "$map"
