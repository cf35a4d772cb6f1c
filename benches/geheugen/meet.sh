#!/usr/bin/env bash
# Peak memory of `koppel` on a region: 200,000 jongeren and 6.5 million source rows, fixed seed.
#
#   bash benches/geheugen/meet.sh [MAP]
#
# Generates, pseudonymises and links in MAP (a new temporary folder when not given; about 1.5 GB), and prints rows,
# seconds and peak RSS of the koppeling. Needs the release build, python3, and GNU time or nothing: the figure is the
# kernel's own (ru_maxrss).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
inbeeld=${CARGO_TARGET_DIR:-target}/release/inbeeld
[[ -x $inbeeld ]] || cargo build --release --locked
inbeeld=$(realpath "$inbeeld")
map=${1:-$(mktemp -d)}
mkdir -p "$map"
exec python3 benches/geheugen/meet.py "$inbeeld" "$map"
