#!/usr/bin/env bash
# What is withheld of gemeente × klasse tables, beside tau-Argus OPT at the same requirement.
#
#   bash benches/verlies/vergelijk.sh [MAP]
#
# Makes 80 tables (12 and 60 municipalities, two sizes, seeds 1 to 20), suppresses them with tau-Argus (pytauargus, in an
# environment of its own in MAP) and with ours, at drempel 5 and 10, and prints the averages. Some five minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
map=${1:-$(mktemp -d)}
mkdir -p "$map"
map=$(realpath "$map")
[[ -x $map/venv/bin/python ]] || python3 -m venv "$map/venv"
"$map/venv/bin/pip" install --quiet pytauargus==0.6.0 scipy==1.17.1
python3 benches/verlies/tabellen.py --uit "$map/tabellen" >/dev/null
OMP_NUM_THREADS=1 "$map/venv/bin/python" benches/verlies/tauargus.py --uit "$map" --marges vrij --nullen vast >/dev/null
cargo bench --quiet --locked --bench verlies -- "$map/tabellen" >"$map/onze.csv"
python3 benches/verlies/vergelijk.py "$map/tauargus.csv" "$map/onze.csv"
