#!/usr/bin/env python3
"""Averages per kind of table: tau-Argus OPT beside ours, without and with the group condition."""
import csv
import sys
from collections import defaultdict


def lines(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def main():
    argus, ours = defaultdict(list), defaultdict(list)
    for line in lines(sys.argv[1]):
        if (line["marges"], line["nullen"], line["doel"]) == ("vrij", "vast", "lex"):
            persons = int(line["personen_secundair"]) + int(line["personen_secundair_marge"])
            cells = int(line["secundair"]) + int(line["secundair_marge"])
            primary = int(line["primair"]) + int(line["primair_marge"])
            argus[line["gemeenten"], line["drempel"], line["variant"]].append((primary, cells, persons))
    for line in lines(sys.argv[2]):
        _, gemeenten, variant, _ = line["tabel"].split("-")
        key = gemeenten, line["drempel"], variant, line["groepen"]
        ours[key].append((int(line["secundair"]), int(line["personen"]), float(line["ms"])))
    print("gemeenten  drempel  omvang  primair | tau-Argus: cellen personen | ons: cellen personen  ms | met groepen: cellen personen")
    for key, runs in argus.items():
        mean = lambda rows, at: sum(row[at] for row in rows) / len(rows)
        plain, groups = ours[*key, "false"], ours[*key, "true"]
        assert len(runs) == len(plain) == len(groups), key
        print(f"{key[0]:>9}  {key[1]:>7}  {key[2]:<6}  {mean(runs, 0):7.2f} | {mean(runs, 1):17.2f} {mean(runs, 2):8.1f} "
              f"| {mean(plain, 0):11.2f} {mean(plain, 1):8.1f} {mean(plain, 2):3.0f} "
              f"| {mean(groups, 0):19.2f} {mean(groups, 1):8.1f}")


if __name__ == "__main__":
    main()
