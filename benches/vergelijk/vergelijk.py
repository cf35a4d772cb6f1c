"""The steps of vergelijk.sh: generate, pseudonymise, sign, compare the counts, time in turn, and print the table."""

import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
import tomllib

SIZES = {"regio": (200_000, 6_500_000), "land": (2_200_000, 26_000_000)}
# The same jongeren with sixteen times the rows: ours only, for what memory and time do.
GROWTH = {"klein": (20_000, 650_000), "klein-zestien": (20_000, 10_400_000)}
PEILDATUM, SEED, ROUNDS = "2026-11-01", 1, 3
PEERS = ("duckdb-hmac", "duckdb", "polars")
NAMES = {"inbeeld": "inbeeld (whole program)", "een-draad": "inbeeld, one thread", "controleer": "inbeeld `controleer` (scans, hashes, checks)",
         "duckdb-hmac": "DuckDB, same HMAC in SQL", "duckdb": "DuckDB, no hash", "polars": "Polars, no hash"}
# The text holds for 2026; the day is set so that the measurement can be repeated later.
ENVIRONMENT = os.environ | {"INBEELD_VANDAAG": "2026-11-20"}


def prepare(program: str, folder: pathlib.Path, jongeren: int, rows: int) -> None:
    def run(*words: str) -> None:
        subprocess.run([program, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)

    raw, keys, out = folder / "ruw", folder / "sleutels", folder / "leveringen"
    since = time.monotonic()
    run("genereer", "--regio", "10", "--jongeren", str(jongeren), "--peildatum", PEILDATUM, "--seed", str(SEED),
        "--bronrijen", str(rows), "--uit", str(raw))
    generated = time.monotonic() - since
    keys.mkdir(exist_ok=True)
    run("sleutel", "nieuw", "--soort", "koppel", "--uit", str(keys / "koppel.sleutel"))
    run("sleutel", "nieuw", "--soort", "ondertekening", "--uit", str(keys / "fg.key"))
    index = tomllib.loads((raw / "bronnen.toml").read_text())["bestand"]
    since = time.monotonic()
    for item in sorted(index, key=lambda item: item["volgorde"]):
        options = [f"--{name}={item[name]}" for name in ("bron", "oin", "naam", "regio", "periode", "dekking", "profiel")]
        run("pseudonimiseer", *options, "--sleutel", str(keys / "koppel.sleutel"), "--uit", str(out),
            str(raw / item["bestand"]))
    print(f"{folder.name}: generated in {generated:.1f} s, pseudonymised in {time.monotonic() - since:.1f} s", flush=True)
    shutil.rmtree(raw)
    text = folder / "doelbinding.toml"
    policy = pathlib.Path("policies/oud-vsv-maandmonitor.toml").read_text()
    text.write_text(policy.replace('cohort = "oud"', 'cohort = "alle"'))
    run("doelbinding", "onderteken", str(text), "--sleutel", str(keys / "fg.key"))


def measured(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak memory in MB, and what it printed."""
    since = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command[:3]}")
    return time.monotonic() - since, usage.ru_maxrss * 1024 / 1e6, printed


def ours(program: str, folder: pathlib.Path, *options: str) -> tuple[float, float]:
    out = folder / "vrijgave"
    # A register of its own each time: a second release of a month is another, larger question.
    shutil.rmtree(out, ignore_errors=True)
    (folder / "register.jsonl").unlink(missing_ok=True)
    seconds, memory, _ = measured(
        [program, "koppel", "--peildatum", PEILDATUM, "--doelbinding", str(folder / "doelbinding.toml"), "--vertrouwd",
         str(folder / "sleutels" / "fg.pub"), "--leveringen", str(folder / "leveringen"), "--uit", str(out),
         "--register", str(folder / "register.jsonl"), *options])
    return seconds, memory


def plan(folder: pathlib.Path) -> dict:
    """What a peer must know: which files serve, in the order in which they decide, and what they cover."""
    account = json.loads((folder / "vrijgave" / "verantwoording.json").read_text())
    files = {bron: [] for bron in ("doelgroep", "onderwijs", "inkomen", "uitkering", "brp")}
    for levering in sorted(account["leveringen"], key=lambda levering: (levering["aangemaakt"], levering["oin"]), reverse=True):
        files.get(levering["bron"], []).append(
            {"pad": str(folder / "leveringen" / levering["bestand"]), "identificatie": levering["identificatie"]})
    policy = tomllib.loads((folder / "doelbinding.toml").read_text())
    dekking = {f"{bron['bron']}-{bron['identificatie']}": bron["dekking"] for bron in account["bronnen"]}
    return {"bestanden": files, "dekking": dekking, "gemeenten": policy["doelgroep"]["gemeenten"], "inkomen_maand": PEILDATUM[:7]}


def published(folder: pathlib.Path) -> dict[str, int]:
    """Jongeren per klasse in our release; at these sizes no margin is withheld."""
    table = json.loads((folder / "vrijgave" / "vrijgave.json").read_text())["tabellen"][0]
    margin = {cell["klasse"]: cell["aantal"] for cell in table["cellen"] if cell["gemeente"] == "totaal"}
    total = margin.pop("totaal")
    assert total == sum(margin.values()), "a margin is withheld"
    return {klasse: count for klasse, count in margin.items() if count}


def processor() -> str:
    text = pathlib.Path("/proc/cpuinfo").read_text()
    name = re.search(r"model name\s*: (.*)", text)
    flags = set(re.search(r"flags\s*: (.*)", text).group(1).split())
    features = [shown for flag, shown in (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("sha_ni", "SHA-NI")) if flag in flags]
    return f"{name.group(1) if name else platform.machine()} with {', '.join(features)}; two cores"


def main(program: str, map_: pathlib.Path) -> None:
    peer = [sys.executable, str(pathlib.Path(__file__).with_name("peer.py"))]
    lines = []
    for size, (jongeren, rows) in (SIZES | GROWTH).items():
        if not (map_ / size / "doelbinding.toml.minisig").exists():
            (map_ / size).mkdir(parents=True, exist_ok=True)
            prepare(program, map_ / size, jongeren, rows)
    for size, (jongeren, rows) in SIZES.items():
        folder = map_ / size
        # Once each for the counts, and so that every file is in memory for all of them.
        ours(program, folder)
        expected = published(folder)
        (folder / "plan.json").write_text(json.dumps(plan(folder)))
        for name in PEERS:
            found = json.loads(measured([*peer, name, str(folder / "plan.json")])[2].splitlines()[1])
            if found != expected:
                sys.exit(f"{size}: {name} counts {found}, we {expected}")
        print(f"{size}: all count the same", flush=True)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
        for _ in range(ROUNDS):
            taken["inbeeld"].append(ours(program, folder))
            taken["een-draad"].append(ours(program, folder, "--draden", "1"))
            seconds, memory, _ = measured([program, "controleer", str(folder / "leveringen")])
            taken["controleer"].append((seconds, memory))
            for name in PEERS:
                _, memory, printed = measured([*peer, name, str(folder / "plan.json")])
                taken[name].append((float(printed.split()[0]), memory))
        medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in taken.items()}
        own = medians["inbeeld"][0]
        total = sum(file.stat().st_size for file in (folder / "leveringen").glob("*.csv"))
        lines.append(f"| **{size}**: {jongeren:,} jongeren, {rows:,} source rows, {total / 1e9:.1f} GB | | | |")
        lines += [f"| {NAMES[name]} | {seconds:.2f} s | {seconds / own:.1f} | {memory:.0f} MB |"
                  for name, (seconds, memory) in medians.items()]
    print(f"\n{time.strftime('%Y-%m-%d')}, {processor()}; medians of {ROUNDS} rounds\n")
    print("| | time | times ours | peak memory |\n| --- | ---: | ---: | ---: |")
    print("\n".join(lines))
    taken = {size: [ours(program, map_ / size) for _ in range(ROUNDS)] for size in GROWTH}
    (little, room), (much, more) = ([statistics.median(column) for column in zip(*taken[size])] for size in GROWTH)
    print(f"\nSixteen times the rows: {much / little:.1f} times the time, memory {room:.1f} and {more:.1f} MB")


main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
