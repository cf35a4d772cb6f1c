#!/usr/bin/env python3
"""Cell suppression of the comparison tables by tau-Argus OPT (needs pytauargus).

    python tauargus.py --uit DIR [--gemeenten 12,60] [--drempels 5,10] [--varianten krap,ruim]
                       [--seeds 1-20] [--marges vrij,vast] [--nullen vast,vrij] [--doel lex,cellen]
                       [--tabel FILE]      one table of your own instead (gemeente;klasse;aantal)

Every table goes straight to the engine's optimal method (FullJJ, the same call
that the batch command <SUPPRESS> OPT makes) as a JJ file, which states per cell

    value, cost, status (u = primary, s = may be suppressed, z = may not),
    lower and upper bound known to the attacker, lower/upper/sliding protection level

and the additivity equations.  Protection asked for a primary cell (0 < n < drempel):
lower level n, upper level drempel - n, no sliding level: the attacker's interval
must contain [0, drempel].  The attacker knows that no count is negative, nothing else.

Conventions
  marges vrij|vast    may totals be suppressed as secondaries (primary totals always are)
  nullen vast|vrij    may zero cells be suppressed (tau-Argus itself never does: "empty" = z)
  doel   lex|cellen   cost: fewest cells then fewest persons (M + n, M > any sum), or 1 per cell

Output: tauargus.csv (one line per run) and patronen-tauargus.csv (the secondaries; - if the
engine found no solution).  "bewezen" is 1 when the engine returned code 0 (lower = upper bound).
Runs that are already in tauargus.csv are skipped.
"""
import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
import time

import tabellen

VELDEN = ["gemeenten", "variant", "seed", "drempel", "marges", "nullen", "doel",
          "primair", "primair_marge", "secundair", "secundair_marge", "secundair_nul",
          "personen_secundair", "personen_secundair_marge", "uitkomst", "bewezen",
          "ondergrens", "bovengrens", "seconden"]
PATROONVELDEN = VELDEN[:7] + ["secundairen"]
KERN = r"""
import sys
from pytauargus import _tauargus
h = _tauargus.HiTaSCtrl()
r = h.full_jj(in_file_jj="jj.in", out_file="jj.out", max_time=int(sys.argv[1]), out_dir="./")
open("code", "w").write(str(r))
"""


def schrijf_jj(pad, ext, drempel, marges, nullen, doel):
    """Cell k = i * columns + j of the extended table (totals last)."""
    R, C = len(ext), len(ext[0])
    N = ext[-1][-1]
    M = 4 * N + 1
    with open(pad, "w") as f:
        f.write("0\n%d\n" % (R * C))
        for i in range(R):
            for j in range(C):
                n = ext[i][j]
                marge = i == R - 1 or j == C - 1
                if 0 < n < drempel:
                    st, lpl, upl = "u", n, drempel - n
                else:
                    vast = (marge and marges == "vast") or (n == 0 and nullen == "vast")
                    st, lpl, upl = ("z" if vast else "s"), 0, 0
                kosten = M + n if doel == "lex" else 1
                # z cells get lb = ub = value, as the engine's own writer does
                lb, ub = (n, n) if st == "z" else (0, N + drempel)
                f.write("%d %.5f %d %s %.5f %.5f %.5f %.5f 0.00000\n"
                        % (i * C + j, n, kosten, st, lb, ub, lpl, upl))
        f.write("%d\n" % (R + C))
        for i in range(R):
            f.write("0 %d : " % C + " ".join(
                "%d (%d)" % (i * C + j, -1 if j == C - 1 else 1) for j in range(C)) + "\n")
        for j in range(C):
            f.write("0 %d : " % R + " ".join(
                "%d (%d)" % (i * C + j, -1 if i == R - 1 else 1) for i in range(R)) + "\n")


def draai(ext, drempel, marges, nullen, doel, minuten):
    """-> (uitkomst, proven, lower bound, upper bound, secondaries, seconds)"""
    with tempfile.TemporaryDirectory() as tmp:
        schrijf_jj(os.path.join(tmp, "jj.in"), ext, drempel, marges, nullen, doel)
        begin = time.monotonic()
        try:
            # one process per table: the engine keeps global state between calls
            p = subprocess.run([sys.executable, "-c", KERN, str(minuten)], cwd=tmp,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               timeout=60 * minuten + 30)
            afloop = p.returncode
        except subprocess.TimeoutExpired:
            return "afgebroken", 0, "", "", None, time.monotonic() - begin
        duur = time.monotonic() - begin
        if afloop != 0 or not os.path.exists(os.path.join(tmp, "code")):
            return "crash(%d)" % afloop, 0, "", "", None, duur
        code = int(open(os.path.join(tmp, "code")).read())
        log = open(os.path.join(tmp, "FullJJ.log"), errors="replace").read()
        m = re.search(r"Objectvalues:\s*(-?\d+) and\s*(-?\d+)", log)
        lb, ub = (m.group(1), m.group(2)) if m else ("", "")
        if code > 1:     # 5008: lower and upper bound infinite, no feasible pattern
            return ("onmogelijk" if code == 5008 else "fout(%d)" % code), 0, lb, ub, None, duur
        sec = [int(x) for x in open(os.path.join(tmp, "jj.out")).read().split()]
        if code == 0:
            return "optimaal", 1, lb, ub, sec, duur
        return ("tijdgrens" if duur >= 60 * minuten else "suboptimaal"), 0, lb, ub, sec, duur


def naam(ext, namen, k):
    C = len(ext[0])
    g, kl = namen
    i, j = divmod(k, C)
    return "%s/%s" % (g[i] if i < len(g) else "Totaal", kl[j] if j < len(kl) else "Totaal")


def een(gemeenten, variant, seed, drempel, marges, nullen, doel, tabel, namen, minuten):
    ext = tabellen.uitgebreid(tabel)
    R, C = len(ext), len(ext[0])
    uitkomst, bewezen, lb, ub, sec, duur = draai(ext, drempel, marges, nullen, doel, minuten)

    def marge(k):
        return k // C == R - 1 or k % C == C - 1
    prim = [k for k in range(R * C) if 0 < ext[k // C][k % C] < drempel]
    sleutel = [gemeenten, variant, seed, drempel, marges, nullen, doel]
    regel = sleutel + [sum(not marge(k) for k in prim), sum(marge(k) for k in prim)]
    if sec is None:
        regel += ["", "", "", "", ""]
    else:
        bin_, mar = [k for k in sec if not marge(k)], [k for k in sec if marge(k)]
        regel += [len(bin_), len(mar), sum(ext[k // C][k % C] == 0 for k in sec),
                  sum(ext[k // C][k % C] for k in bin_), sum(ext[k // C][k % C] for k in mar)]
    regel += [uitkomst, bewezen, lb, ub, "%.2f" % duur]
    patroon = sleutel + ["-" if sec is None else " ".join(naam(ext, namen, k) for k in sec)]
    return regel, patroon


def lijst(s):
    uit = []
    for deel in s.split(","):
        a, _, b = deel.partition("-")
        uit += list(range(int(a), int(b or a) + 1))
    return uit


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--uit", required=True)
    ap.add_argument("--gemeenten", default="12,60")
    ap.add_argument("--drempels", default="5,10")
    ap.add_argument("--varianten", default="krap,ruim")
    ap.add_argument("--seeds", default="1-20")
    ap.add_argument("--marges", default="vrij,vast")
    ap.add_argument("--nullen", default="vast,vrij")
    ap.add_argument("--doel", default="lex")
    ap.add_argument("--minuten", type=int, default=1, help="time limit per run (whole minutes)")
    ap.add_argument("--tabel")
    a = ap.parse_args()
    os.makedirs(a.uit, exist_ok=True)
    pad = os.path.join(a.uit, "tauargus.csv")
    patpad = os.path.join(a.uit, "patronen-tauargus.csv")
    klaar = set()
    if os.path.exists(pad):
        with open(pad, newline="", encoding="utf-8") as f:
            klaar = {tuple(r[v] for v in VELDEN[:7]) for r in csv.DictReader(f, delimiter=";")}
    nieuw = not klaar
    with open(pad, "a", newline="", encoding="utf-8") as f, \
            open(patpad, "a", newline="", encoding="utf-8") as g:
        w = csv.writer(f, delimiter=";", lineterminator="\n")
        wp = csv.writer(g, delimiter=";", lineterminator="\n")
        if nieuw:
            w.writerow(VELDEN)
            wp.writerow(PATROONVELDEN)
        for doel in a.doel.split(","):
            for gem in lijst(a.gemeenten) if not a.tabel else [0]:
                for var in a.varianten.split(",") if not a.tabel else [os.path.basename(a.tabel)]:
                    for t in lijst(a.drempels):
                        for mar in a.marges.split(","):
                            for nul in a.nullen.split(","):
                                for seed in lijst(a.seeds) if not a.tabel else [0]:
                                    if tuple(map(str, (gem, var, seed, t, mar, nul, doel))) in klaar:
                                        continue
                                    if a.tabel:
                                        gn, kn, tab = tabellen.lees(a.tabel)
                                    else:
                                        tab = tabellen.maak(gem, var, seed)
                                        gn = [tabellen.gemeentenaam(i) for i in range(gem)]
                                        kn = [k for k, _ in tabellen.KLASSEN]
                                    regel, pat = een(gem or len(gn), var, seed, t, mar, nul, doel,
                                                     tab, (gn, kn), a.minuten)
                                    w.writerow(regel)
                                    wp.writerow(pat)
                                    f.flush()
                                    g.flush()


if __name__ == "__main__":
    main()
