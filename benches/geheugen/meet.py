"""The steps of meet.sh: generate, pseudonymise, sign, link, and the peak memory of the last."""

import os
import pathlib
import subprocess
import sys
import time
import tomllib

JONGEREN, BRONRIJEN, SEED, PEILDATUM = 200_000, 6_500_000, 1, "2026-11-01"


def main(program: str, folder: pathlib.Path) -> None:
    def run(*words: str) -> None:
        subprocess.run([program, *words], check=True, stdout=subprocess.DEVNULL, env=environment)

    # The text holds for 2026; the day is set so that the measurement can be repeated later.
    environment = os.environ | {"INBEELD_VANDAAG": "2026-11-20"}
    raw, keys, out = folder / "ruw", folder / "sleutels", folder / "leveringen"
    if not out.exists():
        run("genereer", "--regio", "10", "--jongeren", str(JONGEREN), "--peildatum", PEILDATUM, "--seed", str(SEED),
            "--bronrijen", str(BRONRIJEN), "--uit", str(raw))
        keys.mkdir()
        run("sleutel", "nieuw", "--soort", "koppel", "--uit", str(keys / "koppel.sleutel"))
        run("sleutel", "nieuw", "--soort", "ondertekening", "--uit", str(keys / "fg.key"))
        index = tomllib.loads((raw / "bronnen.toml").read_text())["bestand"]
        for item in sorted(index, key=lambda item: item["volgorde"]):
            options = [f"--{name}={item[name]}" for name in
                       ("bron", "oin", "naam", "regio", "periode", "dekking", "profiel")]
            run("pseudonimiseer", *options, "--sleutel", str(keys / "koppel.sleutel"), "--uit", str(out),
                str(raw / item["bestand"]))
    text = folder / "doelbinding.toml"
    policy = pathlib.Path("policies/oud-vsv-maandmonitor.toml").read_text()
    text.write_text(policy.replace('cohort = "oud"', 'cohort = "alle"'))
    run("doelbinding", "onderteken", str(text), "--sleutel", str(keys / "fg.key"))

    since = time.monotonic()
    koppel = subprocess.Popen(
        [program, "koppel", "--peildatum", PEILDATUM, "--doelbinding", str(text), "--vertrouwd", str(keys / "fg.pub"),
         "--leveringen", str(out), "--uit", str(folder / "vrijgave")],
        stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(koppel.pid, 0)
    seconds = time.monotonic() - since
    if status != 0:
        sys.exit("de koppeling is niet gelukt")
    size = sum(file.stat().st_size for file in out.glob("*.csv"))
    print(f"{JONGEREN} jongeren, {BRONRIJEN} bronrijen, {size / 1e6:.0f} MB aan leveringen")
    print(f"koppel: {seconds:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s rekentijd, "
          f"piek {usage.ru_maxrss / 1024:.0f} MiB geheugen")


main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
