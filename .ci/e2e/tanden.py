"""Breaks the description of the API once per rule, and expects exactly that rule to refuse it.

Usage: tanden.py SPECTRAL RULESET OPENAPI FOLDER
"""

import copy
import json
import pathlib
import subprocess
import sys

GET = ("/v1/perioden", "get")
POST = ("/v1/accounts", "post")
PART = ("/v1/perioden/{periode}/deel-b", "post")


def rename(table, old, new):
    table[new] = table.pop(old)


def responses(doc, at):
    return doc["paths"][at[0]][at[1]]["responses"]


def parameter(doc, **what):
    one = {"name": "naam", "in": "query", "schema": {"type": "string"}, "description": "…", **what}
    doc["paths"][GET[0]][GET[1]].setdefault("parameters", []).append(one)


def problem(doc):
    return doc["components"]["schemas"]["Probleem"]


BROKEN = {
    "openapi-3-1": lambda doc: doc.update(openapi="3.0.3"),
    "versie-semver": lambda doc: doc["info"].update(version="1.0"),
    "pad-versie": lambda doc: rename(doc["paths"], GET[0], "/perioden"),
    "pad-kebab-case": lambda doc: rename(doc["paths"], GET[0], "/v1/alle_perioden"),
    "pad-zonder-schuine-streep": lambda doc: rename(doc["paths"], GET[0], "/v1/perioden/"),
    "methoden": lambda doc: rename(doc["paths"][GET[0]], "get", "trace"),
    "openapi-json": lambda doc: rename(doc["paths"], "/v1/openapi.json", "/v1/beschrijving"),
    "api-version": lambda doc: responses(doc, GET)["200"].pop("headers", None),
    "probleem-vorm": lambda doc: rename(responses(doc, GET)["406"]["content"], "application/problem+json", "text/plain"),
    "probleem-velden": lambda doc: problem(doc)["required"].remove("code"),
    "geen-422": lambda doc: rename(responses(doc, POST), "400", "422"),
    "altijd-beschreven": lambda doc: responses(doc, GET).pop("429"),
    "invoer-beschreven": lambda doc: responses(doc, POST).pop("415"),
    "aangemeld-beschreven": lambda doc: responses(doc, GET).pop("403"),
    "pad-404": lambda doc: responses(doc, PART).pop("404"),
    "antwoord-object": lambda doc: responses(doc, GET)["200"]["content"]["application/json"].update(
        schema={"type": "array", "items": {"type": "string"}}
    ),
    "samenvatting": lambda doc: doc["paths"][GET[0]][GET[1]].pop("summary"),
    "gevoelig-in-adres": lambda doc: parameter(doc, name="bsn"),
    "parameter-camel-case": lambda doc: parameter(doc, name="van-maand"),
    "veld-naam": lambda doc: rename(doc["components"]["schemas"]["Periode"]["properties"], "open", "isOpen"),
    "schema-naam": lambda doc: doc["components"]["schemas"].update(een_schema={"type": "object"}),
    "tijd-met-zone": lambda doc: doc["components"]["schemas"]["Periode"]["properties"]["begonnen"].pop("format"),
    "datum-vorm": lambda doc: doc["components"]["schemas"]["Doelbinding"]["properties"]["geldig_van"].pop("format"),
    # Of the rules that come with Spectral, the one that a document made from code breaks most easily.
    "operation-operationId-unique": lambda doc: doc["paths"][GET[0]][GET[1]].update(
        operationId=doc["paths"][POST[0]][POST[1]]["operationId"]
    ),
}


def own_rules(ruleset):
    lines = pathlib.Path(ruleset).read_text(encoding="utf-8").split("\nrules:\n")[1].splitlines()
    names = (line.strip() for line in lines if line.startswith("  ") and not line.startswith("   "))
    return {name[:-1] for name in names if name.endswith(":") and not name.startswith("#")}


def main():
    spectral, ruleset, openapi, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    untried = own_rules(ruleset) - BROKEN.keys()
    if untried:
        sys.exit(f"no broken copy for: {', '.join(sorted(untried))}")
    good = json.loads(pathlib.Path(openapi).read_text(encoding="utf-8"))
    copies = {}
    for rule, break_it in BROKEN.items():
        doc = copy.deepcopy(good)
        break_it(doc)
        at = folder / f"{rule}.json"
        at.write_text(json.dumps(doc), encoding="utf-8")
        copies[rule] = at
    said = subprocess.run(
        [spectral, "lint", *copies.values(), "--ruleset", ruleset, "--format", "json", "--quiet"],
        stdout=subprocess.PIPE,
        check=False,
    )
    found = {(pathlib.Path(one["source"]).stem, one["code"]) for one in json.loads(said.stdout)}
    toothless = [rule for rule in BROKEN if (rule, rule) not in found]
    if toothless or said.returncode == 0:
        sys.exit(f"these rules let a broken copy through: {', '.join(toothless)}")
    print(f"{len(BROKEN)} broken copies, each refused by its own rule")


main()
