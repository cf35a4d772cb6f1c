#!/usr/bin/env python3
"""Deterministic gemeente x klasse count tables for the suppression-loss comparison.

    python tabellen.py --uit DIR        write all tables as CSV (gemeente;klasse;aantal, no totals)

A table is fixed by (number of gemeenten, variant, seed).  Only integer draws
of random.Random(seed) are used, so the numbers are the same on every platform.

variant   12 gemeenten    60 gemeenten
krap       300 ..  400    1500 ..  2500 persons in the region
ruim      1800 .. 2200    9000 .. 11000 persons in the region
"""
import argparse
import csv
import os
import random

KLASSEN = [  # klasse, share of the region per mille
    ("school", 150),
    ("startkwalificatie", 50),
    ("werk", 350),
    ("uitkering", 80),
    ("geen_dagbesteding", 100),
    ("onbekend", 200),
    ("buiten_doelgroep", 70),
]
OMVANG = {
    (12, "krap"): (300, 400),
    (60, "krap"): (1500, 2500),
    (12, "ruim"): (1800, 2200),
    (60, "ruim"): (9000, 11000),
}
GEMEENTEN = (12, 60)
VARIANTEN = ("krap", "ruim")
SEEDS = range(1, 21)
DREMPELS = (5, 10)


def _trek(rng, cumulatief):
    """Index drawn with the given cumulative integer weights."""
    x = rng.randrange(cumulatief[-1])
    for i, grens in enumerate(cumulatief):
        if x < grens:
            return i
    raise AssertionError


def _cumulatief(gewichten):
    som, uit = 0, []
    for g in gewichten:
        som += g
        uit.append(som)
    return uit


def maak(gemeenten, variant, seed):
    """The table as a list of rows (one per gemeente) of 7 integers."""
    rng = random.Random(1000000 * gemeenten + 10000 * VARIANTEN.index(variant) + seed)
    laag, hoog = OMVANG[gemeenten, variant]
    personen = rng.randint(laag, hoog)
    # a product of independent draws is close to log-normal
    grootte = []
    for _ in range(gemeenten):
        w = 1
        for _ in range(4):
            w *= rng.randint(50, 200)
        grootte.append(w)
    # each gemeente has its own mix: every share times 0.60 .. 1.40
    mix = [_cumulatief([aandeel * rng.randint(60, 140) for _, aandeel in KLASSEN])
           for _ in range(gemeenten)]
    cum = _cumulatief(grootte)
    tabel = [[0] * len(KLASSEN) for _ in range(gemeenten)]
    for _ in range(personen):
        g = _trek(rng, cum)
        tabel[g][_trek(rng, mix[g])] += 1
    return tabel


def gemeentenaam(i):
    return "G%02d" % (i + 1)


def bestandsnaam(gemeenten, variant, seed):
    return "tabel-%d-%s-%02d.csv" % (gemeenten, variant, seed)


def schrijf(pad, tabel):
    with open(pad, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f, delimiter=";", lineterminator="\n")
        w.writerow(["gemeente", "klasse", "aantal"])
        for i, rij in enumerate(tabel):
            for (klasse, _), n in zip(KLASSEN, rij):
                w.writerow([gemeentenaam(i), klasse, n])


def lees(pad):
    """Any gemeente;klasse;aantal file -> (gemeenten, klassen, rows)."""
    rijen, kolommen, waarden = [], [], {}
    with open(pad, newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f, delimiter=";"):
            g, k = r["gemeente"], r["klasse"]
            if g not in rijen:
                rijen.append(g)
            if k not in kolommen:
                kolommen.append(k)
            waarden[g, k] = int(r["aantal"])
    return rijen, kolommen, [[waarden.get((g, k), 0) for k in kolommen] for g in rijen]


def uitgebreid(tabel):
    """The table with a last column (gemeente totals) and a last row (klasse totals)."""
    rijen = [list(r) + [sum(r)] for r in tabel]
    rijen.append([sum(k) for k in zip(*rijen)])
    return rijen


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--uit", required=True, help="output directory")
    a = ap.parse_args()
    os.makedirs(a.uit, exist_ok=True)
    for g in GEMEENTEN:
        for v in VARIANTEN:
            for s in SEEDS:
                schrijf(os.path.join(a.uit, bestandsnaam(g, v, s)), maak(g, v, s))


if __name__ == "__main__":
    main()
