"""The same koppeling by a peer: reads a plan, prints seconds and jongeren per klasse.

    peer.py duckdb-hmac|duckdb|polars PLAN

The seconds begin when the library is loaded: what it costs to start Python is not the peer's.
"""

import json
import os
import sys
import time

P = "2026-11-01"
IPAD, OPAD = 0x36, 0x5C
KINDS = ("bsn", "own")


def duckdb_query(plan: dict, hashed: bool) -> list[tuple[str, int]]:
    import duckdb

    since = time.perf_counter()
    db = duckdb.connect()
    db.execute("SET threads = 2")
    secret = os.urandom(32).ljust(64, b"\0")
    pads = ["".join(f"\\x{byte ^ pad:02X}" for byte in secret) for pad in (IPAD, OPAD)]
    mac = f"sha256('{pads[1]}'::BLOB || unhex(sha256('{pads[0]}'::BLOB || unhex(pseudoniem))))"
    db.execute(f"CREATE MACRO token(pseudoniem) AS {mac if hashed else 'pseudoniem'}")

    def rows(bron: str, columns: dict[str, str], what: str) -> str:
        """Every file of a source as one relation, with its kind of number and its rank."""
        parts = []
        for rank, file in enumerate(plan["bestanden"][bron]):
            types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
            parts.append(f"SELECT token(pseudoniem) AS wie, '{file['identificatie']}' AS soort_nummer, {rank} AS rang, "
                         f"{what} FROM read_csv('{file['pad']}', delim=';', header=true, auto_detect=false, "
                         f"quote='\"', columns={{{types}}})")
        return " UNION ALL ".join(parts)

    text, date = "VARCHAR", "DATE"
    db.execute("CREATE TEMP TABLE doelgroep AS SELECT * EXCLUDE rang FROM (" + rows(
        "doelgroep",
        {"pseudoniem": text, "gemeente": text, "geboortemaand": text, "geslacht": text, "uitschrijfdatum": date,
         "niveau": text, "uitstroomprofiel": text, "contact": text, "niet_benaderen": text, "verwijzing": text},
        "gemeente, geboortemaand, uitstroomprofiel") +
        ") QUALIFY row_number() OVER (PARTITION BY wie, soort_nummer ORDER BY rang) = 1")
    mine = "WHERE (wie, soort_nummer) IN (SELECT wie, soort_nummer FROM doelgroep) GROUP BY ALL"
    running = "{0} <= DATE '" + P + "' AND ({1} IS NULL OR {1} >= DATE '" + P + "')"
    db.execute("CREATE TEMP TABLE onderwijs AS SELECT wie, soort_nummer, coalesce(bool_or(" +
               running.format("van", "tot") + f"), false) AS school, coalesce(bool_or(sk <= DATE '{P}'), false) AS start FROM (" +
               rows("onderwijs", {"pseudoniem": text, "brin": text, "soort": text, "niveau": text,
                                  "inschrijving_van": date, "inschrijving_tot": date, "startkwalificatie": date},
                    "inschrijving_van AS van, inschrijving_tot AS tot, startkwalificatie AS sk") + ") " + mine)
    db.execute("CREATE TEMP TABLE inkomen AS SELECT wie, soort_nummer, sum(bedrag_cent) > 30000 AS werk FROM (" +
               rows("inkomen", {"pseudoniem": text, "maand": text, "bedrag_cent": "BIGINT", "soort": text},
                    "maand, bedrag_cent, soort") +
               f") {mine.replace('WHERE', 'WHERE maand = ' + chr(39) + plan['inkomen_maand'] + chr(39) + ' AND soort <> ' + chr(39) + 'pensioen' + chr(39) + ' AND', 1)}")
    db.execute("CREATE TEMP TABLE uitkering AS SELECT wie, soort_nummer, coalesce(bool_or(" +
               running.format("van", "tot") + "), false) AS uitkering FROM (" +
               rows("uitkering", {"pseudoniem": text, "soort": text, "van": date, "tot": date}, "van, tot") +
               ") " + mine)
    db.execute("CREATE TEMP TABLE brp AS SELECT wie, soort_nummer, arg_max(een, sinds) AS een, arg_max(ander, sinds) AS ander FROM "
               "(SELECT wie, soort_nummer, sinds, min(zegt) AS een, max(zegt) AS ander FROM "
               "(SELECT * EXCLUDE (status, gemeente), status || coalesce(gemeente, '') AS zegt FROM (" +
               rows("brp", {"pseudoniem": text, "status": text, "sinds": date, "gemeente": text},
                    "status, sinds, gemeente") +
               f")) {mine.replace('WHERE', 'WHERE sinds <= DATE ' + chr(39) + P + chr(39) + ' AND', 1)}) GROUP BY ALL")
    covered = {(bron, kind): plan["dekking"].get(f"{bron}-{kind}") == "gedekt"
               for bron in ("onderwijs", "inkomen", "uitkering", "brp") for kind in KINDS}
    served = {kind: any(file["identificatie"] == kind for file in plan["bestanden"]["brp"]) for kind in KINDS}

    def by_kind(values: dict[str, bool]) -> str:
        return f"(CASE soort_nummer WHEN 'bsn' THEN {values['bsn']} ELSE {values['own']} END)"

    def unknown(bron: str, active: str) -> str:
        return f"(NOT {active} AND NOT {by_kind({kind: covered[bron, kind] for kind in KINDS})})"

    brp = by_kind({"bsn": True, "own": served["own"]})
    places = ", ".join(f"'{code}'" for code in plan["gemeenten"])
    found = db.execute(f"""
        SELECT klasse, count(*) FROM (
            SELECT CASE
                WHEN leeftijd < 16 OR leeftijd >= 27 THEN 'buiten_doelgroep'
                WHEN uitstroomprofiel = 'dagbesteding' THEN 'buiten_doelgroep'
                WHEN {brp} AND een <> ander THEN 'onbekend'
                WHEN {brp} AND NOT starts_with(een, 'ingezetene')
                    THEN CASE WHEN school OR werk OR uitkering THEN 'onbekend' ELSE 'buiten_doelgroep' END
                WHEN {brp} AND substr(een, 11) NOT IN ({places}) THEN 'buiten_doelgroep'
                WHEN start THEN 'startkwalificatie'
                WHEN school THEN 'school' WHEN werk THEN 'werk' WHEN uitkering THEN 'uitkering'
                WHEN {unknown('onderwijs', 'school')} OR {unknown('inkomen', 'werk')}
                    OR {unknown('uitkering', 'uitkering')}
                    OR ({brp} AND (een IS NULL OR NOT {by_kind({kind: covered['brp', kind] for kind in KINDS})}))
                    THEN 'onbekend'
                ELSE 'geen_dagbesteding' END AS klasse
            FROM (SELECT d.soort_nummer, d.uitstroomprofiel, een, ander,
                      coalesce(school, false) AS school, coalesce(start, false) AS start,
                      coalesce(werk, false) AS werk, coalesce(uitkering, false) AS uitkering,
                      2026 - substr(geboortemaand, 1, 4)::INT - (substr(geboortemaand, 6, 2)::INT > 11)::INT AS leeftijd
                  FROM doelgroep d LEFT JOIN onderwijs USING (wie, soort_nummer) LEFT JOIN inkomen USING (wie, soort_nummer)
                  LEFT JOIN uitkering USING (wie, soort_nummer) LEFT JOIN brp USING (wie, soort_nummer)
                  WHERE d.gemeente IN ({places}))
        ) GROUP BY ALL""").fetchall()
    print(time.perf_counter() - since)
    return found


def polars_query(plan: dict) -> list[tuple[str, int]]:
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    since = time.perf_counter()
    on = ["pseudoniem", "kind"]

    def rows(bron: str, columns: dict) -> "pl.LazyFrame":
        parts = [pl.scan_csv(file["pad"], separator=";", schema_overrides=columns).select(columns.keys())
                 .with_columns(pl.lit(file["identificatie"]).alias("kind"), pl.lit(rank).alias("rank"))
                 for rank, file in enumerate(plan["bestanden"][bron])]
        return pl.concat(parts)

    text = pl.String
    day = pl.lit(P)
    # Dates in this form sort as text, which spares Polars the parsing.
    people = (rows("doelgroep", dict.fromkeys(["pseudoniem", "gemeente", "geboortemaand", "uitstroomprofiel"], text))
              .sort("rank").unique(on, keep="first", maintain_order=True)
              .filter(pl.col("gemeente").is_in(plan["gemeenten"])).select(*on, "geboortemaand", "uitstroomprofiel")
              .collect().lazy())
    keys = people.select(on)

    def running(van: str, tot: str):
        return (pl.col(van) <= day) & (pl.col(tot).is_null() | (pl.col(tot) >= day))

    school = (rows("onderwijs", dict.fromkeys(["pseudoniem", "inschrijving_van", "inschrijving_tot", "startkwalificatie"], text))
              .join(keys, on=on, how="semi").group_by(on)
              .agg(running("inschrijving_van", "inschrijving_tot").any().alias("school"),
                   (pl.col("startkwalificatie") <= day).any().alias("start")))
    work = (rows("inkomen", {"pseudoniem": text, "maand": text, "bedrag_cent": pl.Int64, "soort": text})
            .filter((pl.col("maand") == plan["inkomen_maand"]) & (pl.col("soort") != "pensioen"))
            .join(keys, on=on, how="semi").group_by(on).agg((pl.col("bedrag_cent").sum() > 30000).alias("werk")))
    benefit = (rows("uitkering", dict.fromkeys(["pseudoniem", "van", "tot"], text))
               .join(keys, on=on, how="semi").group_by(on).agg(running("van", "tot").any().alias("uitkering")))
    says = pl.col("status") + pl.col("gemeente").fill_null("")
    home = (rows("brp", dict.fromkeys(["pseudoniem", "status", "sinds", "gemeente"], text))
            .filter(pl.col("sinds") <= day).join(keys, on=on, how="semi").with_columns(says.alias("zegt"))
            .group_by(on).agg(pl.col("zegt").filter(pl.col("sinds") == pl.col("sinds").max()).min().alias("een"),
                              pl.col("zegt").filter(pl.col("sinds") == pl.col("sinds").max()).max().alias("ander")))
    all_of = people
    for source in (school, work, benefit, home):
        all_of = all_of.join(source, on=on, how="left")

    def by_kind(values: dict[str, bool]):
        return pl.when(pl.col("kind") == "bsn").then(values["bsn"]).otherwise(values["own"])

    def unknown(bron: str, active: str):
        covered = {kind: plan["dekking"].get(f"{bron}-{kind}") == "gedekt" for kind in KINDS}
        return ~pl.col(active) & ~by_kind(covered)

    served = any(file["identificatie"] == "own" for file in plan["bestanden"]["brp"])
    brp = by_kind({"bsn": True, "own": served})
    covered = by_kind({kind: plan["dekking"].get(f"brp-{kind}") == "gedekt" for kind in KINDS})
    year, month = pl.col("geboortemaand").str.slice(0, 4).cast(pl.Int32), pl.col("geboortemaand").str.slice(5, 2).cast(pl.Int32)
    age = 2026 - year - (month > 11).cast(pl.Int32)
    out, none = pl.lit("buiten_doelgroep"), pl.lit("onbekend")
    een = pl.col("een")
    active = pl.col("school") | pl.col("werk") | pl.col("uitkering")
    klasse = (pl.when((age < 16) | (age >= 27)).then(out)
              .when(pl.col("uitstroomprofiel") == "dagbesteding").then(out)
              .when(brp & (een != pl.col("ander"))).then(none)
              .when(brp & ~een.str.starts_with("ingezetene") & active).then(none)
              .when(brp & ~een.str.starts_with("ingezetene")).then(out)
              .when(brp & ~een.str.slice(10).is_in(plan["gemeenten"])).then(out)
              .when(pl.col("start")).then(pl.lit("startkwalificatie"))
              .when(pl.col("school")).then(pl.lit("school")).when(pl.col("werk")).then(pl.lit("werk"))
              .when(pl.col("uitkering")).then(pl.lit("uitkering"))
              .when(unknown("onderwijs", "school") | unknown("inkomen", "werk") | unknown("uitkering", "uitkering")
                    | (brp & (een.is_null() | ~covered))).then(none)
              .otherwise(pl.lit("geen_dagbesteding")))
    filled = [pl.col(name).fill_null(False) for name in ("school", "start", "werk", "uitkering")]
    found = all_of.with_columns(filled).with_columns(klasse.alias("klasse")).group_by("klasse").len().collect()
    print(time.perf_counter() - since)
    return found.rows()


def main(peer: str, plan: str) -> None:
    with open(plan, encoding="utf-8") as file:
        known = json.load(file)
    found = polars_query(known) if peer == "polars" else duckdb_query(known, peer == "duckdb-hmac")
    print(json.dumps(dict(found), sort_keys=True))


main(*sys.argv[1:])
