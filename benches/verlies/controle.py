#!/usr/bin/env python3
"""Independent check and exact optimum for the comparison (needs numpy and scipy).

    python controle.py toets TABEL.csv ONTHOUDEN.csv --drempel 5
        one table (gemeente;klasse;aantal, no totals) with any pattern: ONTHOUDEN.csv has a line
        gemeente;klasse per withheld cell, "Totaal" for a margin.  Exit code 1 if too narrow.
    python controle.py patronen PATRONEN.csv --uit FILE.csv
        the same for every pattern in a file of tauargus.py (or of `optimum`): does the interval of
        each primary contain [0, drempel]?  Linear programming (HiGHS) on the
        unknown cells; a bound counts only if an integer witness table confirms it
        exactly, and an unmet bound only if an integer cut confirms it.
    python controle.py optimum --uit DIR [--gemeenten 12] [--seeds 1-20] ...
        the true minimum per table (fewest cells, then fewest persons) by branch-and-cut,
        per convention: totals may / may not be suppressed, zeros may / may not be.
    python controle.py samenvatting --uit DIR
        averages over the seeds from tauargus.csv and optimum.csv as samenvatting.csv, over the
        tables that have a solution; patterns that toets-tauargus.csv or toets-optimum.csv (made
        by `patronen`) shows to be too narrow are left out and counted.

Method of `optimum`.  A two-way table with its totals is a network: gemeenten and klassen
(each with "total") are nodes, cells are arcs, deviations from the true table that keep all
sums are circulations.  Cell k can rise (fall) by U exactly when every cut that separates
its two ends leaves capacity U for the way back, and a withheld cell of count n offers
U one way and min(U, n) the other.  So a pattern x protects cell k if and only if

    sum over arcs a of the cut of min(U, capacity of a) * x_a  >=  U      for every cut,

and since one side has at most eight klassen, the worst cut is found exactly by trying all
subsets of columns.  Violated cuts are added to the LP, then to the MIP, until none is left;
every MIP is a relaxation, so the first protected optimum is the true one.
"""
import argparse
import csv
import os
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

import tabellen

SLEUTEL = ["gemeenten", "variant", "seed", "drempel", "marges", "nullen", "doel"]


# ---------------------------------------------------------------- the check
class Toets:
    """Interval of every primary under a pattern, by LP over the withheld cells."""

    def __init__(self, ext, onbekend, drempel):
        self.ext = np.array(ext, dtype=np.int64)
        self.R, self.C = self.ext.shape
        self.t = drempel
        self.cellen = sorted(onbekend)
        nr = {k: i for i, k in enumerate(self.cellen)}
        self.nr = nr
        rij, kol, val = [], [], []
        for (i, j), v in nr.items():
            # each row: parts - total = 0; each column likewise
            rij += [i, self.R + j]
            kol += [v, v]
            val += [-1 if j == self.C - 1 else 1, -1 if i == self.R - 1 else 1]
        self.waar = np.array([self.ext[k] for k in self.cellen], dtype=np.int64)
        A = csr_matrix((val, (rij, kol)), shape=(self.R + self.C, len(nr)))
        self.A = A[np.unique(rij)]
        self.b = self.A @ self.waar

    def _getuige(self, x):
        """The integer table behind an LP vertex, or None if it is not exactly one."""
        xi = np.rint(x).astype(np.int64)
        if (xi < 0).any() or (self.A @ xi != self.b).any():
            return None
        return xi

    def _snede(self, k, richting):
        """Exact integer bound on the change of cell k (one of +1, -1): the smallest cut."""
        x = np.zeros((self.R, self.C), dtype=np.int64)
        for c in self.cellen:
            x[c] = 1
        groot = int(self.ext.max()) + 10 * self.t
        return int(kleinste_snede(self.ext, x, k, richting, groot)[0])

    def loop(self):
        """-> list of (cell, n, lowest, highest) that do not contain [0, t]."""
        t, prim = self.t, [k for k in self.cellen if 0 < self.ext[k] < self.t]
        laag, hoog = set(), set()
        slecht = {}
        for k in prim:
            for richting, gehaald in ((-1, laag), (1, hoog)):
                if k in gehaald:
                    continue
                c = np.zeros(len(self.cellen))
                c[self.nr[k]] = -richting
                # looking no further than the bound asked for keeps the LP bounded
                bnd = [(0, None)] * len(self.cellen)
                bnd[self.nr[k]] = (0, t)
                r = linprog(c, A_eq=self.A, b_eq=self.b, bounds=bnd, method="highs-ds")
                g = self._getuige(r.x) if r.status == 0 else None
                if g is not None:
                    for q, v in self.nr.items():
                        if g[v] == 0:
                            laag.add(q)
                        if g[v] >= t:
                            hoog.add(q)
                if k not in gehaald:
                    # confirmed by the cut, in exact integers
                    n, ruim = int(self.ext[k]), self._snede(k, richting)
                    if (n - ruim <= 0) if richting < 0 else (n + ruim >= t):
                        raise RuntimeError("LP and cut disagree on cell %r" % (k,))
                    slecht.setdefault(k, [0, t])[0 if richting < 0 else 1] = n + richting * ruim
        return [(k, int(self.ext[k]), lo, hi) for k, (lo, hi) in sorted(slecht.items())]


# ---------------------------------------------------------------- cuts
PER_CEL = 12                             # cuts added per cell, direction and round
_MASK = {}


def _masker(C):
    if C not in _MASK:
        _MASK[C] = np.array([[(s >> j) & 1 for j in range(C)] for s in range(1 << C)], dtype=float)
    return _MASK[C]


def capaciteiten(ext, U):
    """Back-way capacity per cell: (row -> column, column -> row), at most U."""
    ext = np.asarray(ext)
    R, C = ext.shape
    teken = np.ones((R, C), dtype=int)
    teken[-1, :] *= -1
    teken[:, -1] *= -1
    neer = np.minimum(ext, U)
    return np.where(teken > 0, U, neer), np.where(teken > 0, neer, U)


def kleinste_snede(ext, x, k, richting, U):
    """Smallest cut against moving cell k by `richting` -> (value, coefficient matrix)."""
    rc, cr = capaciteiten(ext, U)
    return _snedes(rc, cr, np.asarray(x, dtype=float), k, richting)[0]


def _snedes(rc, cr, x, k, richting, onder=None, hoogstens=1):
    """The smallest cuts, smallest first; with `onder` only those below it."""
    R, C = rc.shape
    i, j = k
    positief = (-1 if i == R - 1 else 1) * (-1 if j == C - 1 else 1) > 0
    S = _masker(C)                       # 1 = column on the source side
    xrc, xcr = (rc * x).copy(), (cr * x).copy()
    xrc[i, j] = xcr[i, j] = 0            # the cell itself is no way back
    bron = (1 - S) @ xrc.T               # row on the source side pays row -> sink columns
    put = S @ xcr.T                      # row on the sink side pays source columns -> row
    # the change itself runs row -> column if the sign agrees; the way back the other way
    heen = (richting > 0) == positief
    kies = bron < put
    if heen:                             # way back from column j to row i
        ok = S[:, j] == 1
        kies[:, i] = False
    else:                                # way back from row i to column j
        ok = S[:, j] == 0
        kies[:, i] = True
    waarde = np.where(kies, bron, put).sum(axis=1)
    waarde[~ok] = np.inf
    volgorde = np.argsort(waarde, kind="stable")[:hoogstens]
    if onder is not None:
        volgorde = [s for s in volgorde if waarde[s] < onder]
    uit = []
    for s in volgorde:
        coef = np.where(kies[s][:, None], (1 - S[s])[None, :] * rc, S[s][None, :] * cr)
        coef[i, j] = 0
        uit.append((waarde[s], coef))
    return uit


# ---------------------------------------------------------------- the optimum
def optimum(ext, drempel, marges, nullen, doel="lex", tijd=60.0):
    """-> (status, proven, secondaries, lower bound, rounds, number of cuts, seconds)"""
    begin = time.monotonic()
    ext = np.array(ext, dtype=np.int64)
    R, C = ext.shape
    N = int(ext[-1, -1])
    M = 4 * N + 1
    prim = [tuple(k) for k in np.argwhere((ext > 0) & (ext < drempel))]
    kosten = (M + ext.astype(float)) if doel == "lex" else np.ones((R, C))
    schaal = 1.0 / M if doel == "lex" else 1.0
    kosten = kosten * schaal
    lb, ub = np.zeros((R, C)), np.ones((R, C))
    if marges == "vast":
        ub[-1, :] = 0
        ub[:, -1] = 0
    if nullen == "vast":
        ub[ext == 0] = 0
    for k in prim:
        lb[k] = ub[k] = 1
        kosten[k] = 0
    vragen = [(k, r, U) for k in prim for r, U in ((-1, int(ext[k])), (1, int(drempel - ext[k])))]
    caps = {U: capaciteiten(ext, U) for _, _, U in vragen}
    per_U = {}
    for (i, j), r, U in vragen:
        teken = (-1 if i == R - 1 else 1) * (-1 if j == C - 1 else 1)
        per_U.setdefault(U, []).append(((i, j), (r > 0) == (teken > 0)))
    # feasible at all? withhold whatever may be withheld
    for k, r, U in vragen:
        if _snedes(*caps[U], ub, k, r)[0][0] < U - 1e-9:
            return "onmogelijk", 1, None, "", 0, 0, time.monotonic() - begin
    sneden, gezien = [], set()
    S = _masker(C)
    vrije = ub > lb

    def voeg_toe(coef, rechts, x):
        if (coef * x).sum() > rechts - 1e-6:
            return 0
        sleutel = (coef.tobytes(), float(rechts))
        if sleutel in gezien:
            return 0
        gezien.add(sleutel)
        sneden.append((coef.ravel(), rechts))
        return 1

    def nieuw(x, brug=True):
        erbij = 0
        for U, cellen in per_U.items():
            rc, cr = caps[U]
            # A cut counts after its coefficients are cut down to what the fixed cells leave to
            # be met.  Weighing the free cells by 1 .. U finds the violated ones of that form.
            for weeg in range(U, 0, -1):
                # (a little extra per free cell: of equal cuts, the one with fewest cells; at a
                # whole-number x a violated cut is short by 1 at least, so none is missed)
                w = np.where(vrije, x * weeg / U + 1e-7, x)
                xrc, xcr = rc * w, cr * w
                bron, put = (1 - S) @ xrc.T, S @ xcr.T
                minst = np.minimum(bron, put)
                totaal = minst.sum(axis=1)
                for (i, j), heen in cellen:
                    waarde = totaal - minst[:, i]
                    if heen:
                        waarde = waarde + put[:, i] - S[:, j] * xcr[i, j]
                        waarde[S[:, j] == 0] = np.inf
                    else:
                        waarde = waarde + bron[:, i] - (1 - S[:, j]) * xrc[i, j]
                        waarde[S[:, j] == 1] = np.inf
                    if waarde.min() >= U - 1e-6:
                        continue
                    for s in np.argsort(waarde, kind="stable")[:PER_CEL]:
                        if waarde[s] >= U - 1e-6:
                            break
                        kies = bron[s] < put[s]
                        kies[i] = not heen
                        coef = np.where(kies[:, None], (1 - S[s])[None, :] * rc, S[s][None, :] * cr)
                        coef[i, j] = 0
                        rechts = U - (coef * lb).sum()
                        if rechts > 0:
                            # scaled to a right-hand side of 1
                            erbij += voeg_toe(np.minimum(np.where(vrije, coef, 0), rechts) / rechts,
                                              1.0, x)
        if brug:
            # a secondary that is a bridge cannot vary, so an optimum has none
            een = (np.ones((R, C)), np.ones((R, C)))
            for k in map(tuple, np.argwhere((x > 1e-6) & (lb == 0))):
                for v, coef in _snedes(*een, x, k, 1, x[k] - 1e-6, PER_CEL):
                    if (coef * lb).sum() >= 1:
                        continue
                    vrij = coef * vrije
                    vrij[k] = -1
                    erbij += voeg_toe(vrij, 0.0, x)
        return erbij

    def los(geheel):
        con = []
        if sneden:
            con = [LinearConstraint(csr_matrix(np.array([a for a, _ in sneden])),
                                    lb=np.array([b for _, b in sneden]), ub=np.inf)]
        rest = tijd - (time.monotonic() - begin)
        if rest <= 0:
            return None
        return milp(kosten.ravel(), integrality=np.full(R * C, 1 if geheel else 0),
                    bounds=Bounds(lb.ravel(), ub.ravel()), constraints=con,
                    options={"time_limit": rest, "mip_rel_gap": 0.0})

    # the bridge cuts of single rows and columns, beforehand: they are many and always needed
    for i, j in map(tuple, np.argwhere(vrije)):
        for lijn in (np.s_[i, :], np.s_[:, j]):
            coef = np.zeros((R, C))
            coef[lijn] = 1
            coef[i, j] = 0
            if (coef * lb).sum() == 0:
                coef = coef * vrije
                coef[i, j] = -1
                sneden.append((coef.ravel(), 0.0))
    x = lb.copy()
    ronden, onder = 0, 0.0
    geheel = False
    nieuw(x)
    while True:
        ronden += 1
        r = los(geheel)
        if r is None or r.x is None or r.status != 0:
            return "tijdgrens", 0, None, onder / schaal, ronden, len(sneden), time.monotonic() - begin
        onder = max(onder, r.fun)
        x = r.x.reshape(R, C)
        if geheel:
            x = np.rint(x)
        if nieuw(x):
            continue
        if not geheel:
            geheel = True
            continue
        break
    sec = [tuple(k) for k in np.argwhere((x > 0.5) & (lb == 0))]
    return "optimaal", 1, sec, round(r.fun / schaal, 3), ronden, len(sneden), time.monotonic() - begin


# ---------------------------------------------------------------- commands
def lijst(s):
    uit = []
    for deel in s.split(","):
        a, _, b = deel.partition("-")
        uit += list(range(int(a), int(b or a) + 1))
    return uit


def namen(gemeenten):
    return [tabellen.gemeentenaam(i) for i in range(gemeenten)], [k for k, _ in tabellen.KLASSEN]


def naam(k, gn, kn):
    i, j = k
    return "%s/%s" % (gn[i] if i < len(gn) else "Totaal", kn[j] if j < len(kn) else "Totaal")


def cmd_toets(a):
    gn, kn, tab = tabellen.lees(a.tabel)
    ext = tabellen.uitgebreid(tab)
    nr = {naam((i, j), gn, kn): (i, j) for i in range(len(ext)) for j in range(len(ext[0]))}
    with open(a.onthouden, newline="", encoding="utf-8") as f:
        weg = {nr["%s/%s" % (r["gemeente"], r["klasse"])] for r in csv.DictReader(f, delimiter=";")}
    open_ = [c for c, k in nr.items() if 0 < ext[k[0]][k[1]] < a.drempel and k not in weg]
    slecht = Toets(ext, weg, a.drempel).loop() if weg else []
    for c in open_:
        print("primary but published: %s" % c)
    for k, n, lo, hi in slecht:
        print("too narrow: %s = %d in [%d, %d]" % (naam(k, gn, kn), n, lo, hi))
    print("%d withheld, %d published primaries, %d too narrow" % (len(weg), len(open_), len(slecht)))
    sys.exit(1 if open_ or slecht else 0)


def cmd_patronen(a):
    with open(a.bestand, newline="", encoding="utf-8") as f:
        regels = list(csv.DictReader(f, delimiter=";"))
    aantal = fout = 0
    with open(a.uit, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f, delimiter=";", lineterminator="\n")
        w.writerow(SLEUTEL + ["primair", "voldoet", "te_smal", "smalste"])
        klaar = {}
        for r in regels:
            if r["secundairen"] == "-":          # no solution
                continue
            g, t = int(r["gemeenten"]), int(r["drempel"])
            ext = tabellen.uitgebreid(tabellen.maak(g, r["variant"], int(r["seed"])))
            gn, kn = namen(g)
            nr = {naam((i, j), gn, kn): (i, j) for i in range(len(ext)) for j in range(len(ext[0]))}
            sec = frozenset(nr[c] for c in r["secundairen"].split())
            sleutel = (g, r["variant"], r["seed"], t, sec)
            if sleutel not in klaar:
                prim = {k for k in nr.values() if 0 < ext[k[0]][k[1]] < t}
                klaar[sleutel] = len(prim), Toets(ext, prim | sec, t).loop()
            n, slecht = klaar[sleutel]
            aantal += 1
            fout += bool(slecht)
            w.writerow([r[s] for s in SLEUTEL] + [n, int(not slecht), len(slecht), " ".join(
                "%s=%d:[%d,%d]" % (naam(k, gn, kn), v, lo, hi) for k, v, lo, hi in slecht)])
    print("%d patterns, %d do not meet the requirement" % (aantal, fout))


OPTVELDEN = SLEUTEL + ["primair", "primair_marge", "secundair", "secundair_marge", "secundair_nul",
                       "personen_secundair", "personen_secundair_marge", "uitkomst", "bewezen",
                       "doelwaarde", "ronden", "sneden", "seconden"]


def cmd_optimum(a):
    os.makedirs(a.uit, exist_ok=True)
    pad, patpad = os.path.join(a.uit, "optimum.csv"), os.path.join(a.uit, "patronen-optimum.csv")
    klaar = set()
    if os.path.exists(pad):
        with open(pad, newline="", encoding="utf-8") as f:
            klaar = {tuple(r[v] for v in SLEUTEL) for r in csv.DictReader(f, delimiter=";")}
    nieuw = not klaar
    with open(pad, "a", newline="", encoding="utf-8") as f, \
            open(patpad, "a", newline="", encoding="utf-8") as h:
        w = csv.writer(f, delimiter=";", lineterminator="\n")
        wp = csv.writer(h, delimiter=";", lineterminator="\n")
        if nieuw:
            w.writerow(OPTVELDEN)
            wp.writerow(SLEUTEL + ["secundairen"])
        for g in lijst(a.gemeenten):
            gn, kn = namen(g)
            for var in a.varianten.split(","):
                for t in lijst(a.drempels):
                    for mar in a.marges.split(","):
                        for nul in a.nullen.split(","):
                            for seed in lijst(a.seeds):
                                sl = [g, var, seed, t, mar, nul, "lex"]
                                if tuple(map(str, sl)) in klaar:
                                    continue
                                ext = tabellen.uitgebreid(tabellen.maak(g, var, seed))
                                R, C = len(ext), len(ext[0])
                                st, bew, sec, lbd, ron, snd, s = optimum(ext, t, mar, nul, tijd=a.tijd)

                                def marge(k):
                                    return k[0] == R - 1 or k[1] == C - 1
                                alle = [(i, j) for i in range(R) for j in range(C) if 0 < ext[i][j] < t]
                                regel = sl + [sum(not marge(k) for k in alle), sum(marge(k) for k in alle)]
                                if sec is None:
                                    regel += [""] * 5
                                else:
                                    b, m = [k for k in sec if not marge(k)], [k for k in sec if marge(k)]
                                    regel += [len(b), len(m), sum(ext[i][j] == 0 for i, j in sec),
                                              sum(ext[i][j] for i, j in b), sum(ext[i][j] for i, j in m)]
                                w.writerow(regel + [st, bew, lbd, ron, snd, "%.2f" % s])
                                wp.writerow(sl + ["-" if sec is None else " ".join(naam(k, gn, kn) for k in sec)])
                                f.flush()
                                h.flush()


def cmd_samenvatting(a):
    groepen, smal = {}, set()
    for bron, bestand, toets in (("tau-Argus OPT", "tauargus.csv", "toets-tauargus.csv"),
                                 ("exact", "optimum.csv", "toets-optimum.csv")):
        pad = os.path.join(a.uit, bestand)
        if not os.path.exists(pad):
            continue
        if os.path.exists(os.path.join(a.uit, toets)):
            with open(os.path.join(a.uit, toets), newline="", encoding="utf-8") as f:
                smal |= {(bron,) + tuple(r[v] for v in SLEUTEL)
                         for r in csv.DictReader(f, delimiter=";") if r["voldoet"] == "0"}
        with open(pad, newline="", encoding="utf-8") as f:
            for r in csv.DictReader(f, delimiter=";"):
                s = (int(r["gemeenten"]), int(r["drempel"]), r["variant"], r["marges"], r["nullen"],
                     r["doel"], bron)
                r["te_smal"] = (bron,) + tuple(r[v] for v in SLEUTEL) in smal
                groepen.setdefault(s, []).append(r)
    with open(os.path.join(a.uit, "samenvatting.csv"), "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f, delimiter=";", lineterminator="\n")
        w.writerow(["gemeenten", "drempel", "variant", "marges", "nullen", "doel", "methode", "tabellen",
                    "opgelost", "bewezen", "onmogelijk", "te_smal", "primair", "secundair_binnen", "secundair_marge",
                    "secundair_totaal", "secundair_nul", "personen_binnen", "personen_marge", "seconden",
                    "seconden_max"])
        for s in sorted(groepen):
            rs = groepen[s]
            ok = [r for r in rs if r["secundair"] != "" and not r["te_smal"]]

            def gem(veld, waar=ok):
                return sum(float(r[veld]) for r in waar) / len(waar) if waar else float("nan")
            w.writerow(list(s) + [
                len(rs), len(ok), sum(r["uitkomst"] == "optimaal" for r in ok),
                sum(r["uitkomst"] == "onmogelijk" for r in rs), sum(r["te_smal"] for r in rs),
                "%.2f" % (gem("primair") + gem("primair_marge")),
                "%.2f" % gem("secundair"), "%.2f" % gem("secundair_marge"),
                "%.2f" % (gem("secundair") + gem("secundair_marge")), "%.2f" % gem("secundair_nul"),
                "%.1f" % gem("personen_secundair"), "%.1f" % gem("personen_secundair_marge"),
                "%.2f" % gem("seconden", rs), "%.2f" % max(float(r["seconden"]) for r in rs)])


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sub = ap.add_subparsers(dest="wat", required=True)
    p = sub.add_parser("toets")
    p.add_argument("tabel")
    p.add_argument("onthouden")
    p.add_argument("--drempel", type=int, default=5)
    p = sub.add_parser("patronen")
    p.add_argument("bestand")
    p.add_argument("--uit", required=True)
    p = sub.add_parser("optimum")
    p.add_argument("--uit", required=True)
    p.add_argument("--gemeenten", default="12,60")
    p.add_argument("--drempels", default="5,10")
    p.add_argument("--varianten", default="krap,ruim")
    p.add_argument("--seeds", default="1-20")
    p.add_argument("--marges", default="vrij,vast")
    p.add_argument("--nullen", default="vast,vrij")
    p.add_argument("--tijd", type=float, default=60.0, help="seconds per table")
    p = sub.add_parser("samenvatting")
    p.add_argument("--uit", required=True)
    a = ap.parse_args()
    {"toets": cmd_toets, "patronen": cmd_patronen, "optimum": cmd_optimum, "samenvatting": cmd_samenvatting}[a.wat](a)


if __name__ == "__main__":
    main()
