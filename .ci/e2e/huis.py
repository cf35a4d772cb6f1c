"""A service of its own for a check: the real binary in demo mode, over TLS, with accounts of every role."""

import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import ssl
import subprocess
import time

PASSWORD = "een lange zin om te raden"
ROOT = pathlib.Path(__file__).resolve().parents[2]
CERTIFICATES = ROOT / "tests" / "dienst"
# A day on which the texts in policies/ hold, and its month.
TODAY = "2026-10-01"
PERIOD = TODAY[:7]
OIN = "00000001003214345000"

# Who there is: the role, and what binds it. Who takes in texts and shares comes first: the others then find them.
PEOPLE = {
    "privacy-officer": ["--rol", "privacy-officer"],
    "bronhouder": ["--rol", "bronhouder", "--oin", OIN],
    "coordinator": ["--rol", "coordinator"],
    "vrijgever": ["--rol", "vrijgever"],
    "gemeente": ["--rol", "gemeente", "--gemeente", "0148"],
    "contactgemeente": ["--rol", "gemeente", "--gemeente", "0193"],
    "beheerder": ["--rol", "beheerder"],
}

CONFIG = """schema = "inbeeld/dienst/v1"
luister = "127.0.0.1:{port}"
demo = true
contactgemeente = "0193"
{extra}
[tls]
certificaat = "keten.pem"
sleutel = "tls.pem"
[plaatsen]
gegevens = "gegevens"
audit = "audit/audit.jsonl"
leveringen = "leveringen"
register = "register.jsonl"
doelbindingen = "doelbindingen"
vertrouwd = "vertrouwd"
ontvangers = "ontvangers"
vrijgaven = "vrijgaven"
logboek = "logboek"
[sleutels]
dienst_deel = "dienst-deel.sleutel"
intrekking = "intrekking.sleutel"
logboek = "logboek.sleutel"
{tables}
"""


def manifest(records, sha256):
    """What goes with a delivery of incomes."""
    told = {
        "schema": "inbeeld/levering/v1", "bron": "inkomen", "leverancier": {"oin": OIN, "naam": "UWV"}, "regio": "10",
        "periode": PERIOD, "dekking": "volledig", "sleutel_id": "0f3c0f3c0f3c0f3c", "identificatie": "bsn",
        "records": records, "afgekeurd_bij_bron": 0, "sha256": sha256,
        "aangemaakt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    return json.dumps(told).encode()


def incomes(count, seed=1):
    """Rows of a delivery of incomes, without their header."""
    rng = random.Random(seed)
    return b"".join(b"%s;%s;%d;loon\n" % (rng.randbytes(32).hex().encode(), PERIOD.encode(), n % 300_000) for n in range(count))


INCOMES = b"pseudoniem;maand;bedrag_cent;soort\n"


def form(told):
    """The two ends of a multipart message: before the data file and after it."""
    part = b'--grens\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
    before = part % (b"manifest", b"inkomen.csv.manifest.json") + told + b"\r\n" + part % (b"bestand", b"inkomen.csv")
    return before, b"\r\n--grens--\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=grens"}


class House:
    """Keys, certificate, configuration and process; ends with the `with` block.

    Behind a proxy (us) a request names its own address, so that limits per address do not end a check too soon.
    """

    def __init__(self, binary, folder, proxy=False, port=0, extra="", tables=""):
        self.binary, self.folder, self.proxy = pathlib.Path(binary).resolve(), pathlib.Path(folder).resolve(), proxy
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "vertrouwd").mkdir(parents=True)
        for kind in ("dienst-deel", "intrekking", "logboek"):
            self.run("sleutel", "nieuw", "--soort", kind, "--uit", f"{kind}.sleutel")
        self.run("sleutel", "nieuw", "--soort", "ondertekening", "--uit", "fg.key")
        # Under a name of its own: the FG of the demo may come beside this one.
        (self.folder / "fg.pub").rename(self.folder / "vertrouwd" / "huis.pub")
        shutil.copyfile(CERTIFICATES / "alleen-voor-tests.pem", self.folder / "keten.pem")
        shutil.copyfile(CERTIFICATES / "alleen-voor-tests.sleutel.pem", self.folder / "tls.pem")
        (self.folder / "tls.pem").chmod(0o600)
        extra += '\nachter_proxy = true\nvertrouwde_proxies = ["127.0.0.1"]' if proxy else ""
        config = CONFIG.format(extra=extra, port=port, tables=tables)
        (self.folder / "dienst.toml").write_text(config, encoding="utf-8")
        self.tls = ssl.create_default_context(cafile=str(self.folder / "keten.pem"))

    def run(self, *args, today=None):
        env = {**os.environ, "INBEELD_VANDAAG": today} if today else None
        done = subprocess.run([self.binary, *args], cwd=self.folder, capture_output=True, text=True, check=False, env=env)
        if done.returncode:
            raise SystemExit(f"inbeeld {' '.join(args)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def __enter__(self):
        self.log = open(self.folder / "dienst.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", "dienst.toml"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, "INBEELD_VANDAAG": TODAY},
        )
        for line in self.process.stdout:
            if line.startswith("Luistert op"):
                self.port = int(line.strip().rsplit(":", 1)[1])
                return self
        raise SystemExit(f"the service does not start:\n{(self.folder / 'dienst.log').read_text(encoding='utf-8')}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=60)
        self.log.close()
        if code != 0:
            raise SystemExit(f"the service ended with {code}; see {self.folder / 'dienst.log'}")
        # What was done to it must not have broken its log.
        self.run("beheer", "audit-verifieer", "--config", "dienst.toml")

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def memory(self):
        """The most memory it ever had and what it has now, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        rows = dict(line.split(":", 1) for line in status.splitlines())
        return tuple(int(rows[name].split()[0]) // 1024 for name in ("VmHWM", "VmRSS"))

    def ask(self, method, path, body=None, headers=None, source=None, timeout=30):
        """One request over a connection of its own: status, headers, bytes."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        if source and self.proxy:
            headers["X-Forwarded-For"] = source
        at = (source, 0) if source and not self.proxy else None
        link = http.client.HTTPSConnection(
            "localhost", self.port, timeout=timeout, context=self.tls, source_address=at
        )
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def log_in(self, name, source):
        """Cookie and CSRF word of a new session."""
        status, headers, body = self.ask("POST", "/v1/sessies", {"naam": name, "wachtwoord": PASSWORD}, source=source)
        if status != 201:
            raise SystemExit(f"{name} cannot log in: {status} {body!r}")
        return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}

    def invited(self, name, role):
        """Makes an account on the machine itself; gives what takes it into use."""
        told = self.run("beheer", "account", "nieuw", "--config", "dienst.toml", *PEOPLE[role], name)
        code = next(line.split(": ")[1] for line in told.splitlines() if line.startswith("activeringscode: "))
        return {"naam": name, "activeringscode": code, "wachtwoord": PASSWORD}

    def signed_text(self, name):
        """A text of policies/, signed by the FG."""
        text = shutil.copyfile(ROOT / "policies" / name, self.folder / name)
        self.run("doelbinding", "onderteken", name, "--sleutel", "fg.key")
        signature = (self.folder / f"{name}.minisig").read_text(encoding="utf-8")
        return {"tekst": text.read_text(encoding="utf-8"), "handtekeningen": [signature]}

    def share_b(self):
        """A fresh share of a period's key, as one line."""
        (self.folder / "deel-b.sleutel").unlink(missing_ok=True)
        self.run("sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "deel-b.sleutel")
        return {"sleutel": (self.folder / "deel-b.sleutel").read_text(encoding="utf-8").strip()}

    def person(self, name, role, source):
        """Makes an account and takes it into use."""
        status, _, said = self.ask("POST", "/v1/accounts/_activeer", self.invited(name, role), source=source)
        if status != 200:
            raise SystemExit(f"{name} cannot be taken into use: {status} {said!r}")


class Watcher:
    """Somebody who meanwhile just wants to work: asks all the time, and remembers the slowest answer.

    A process of its own, so that it does not wait for what the attack keeps this one busy with.
    """

    def __init__(self, house, path, headers, source):
        fork = multiprocessing.get_context("fork")
        self.end = fork.Event()
        self.told, tells = fork.Pipe(duplex=False)
        self.process = fork.Process(target=self.watch, args=(tells, house, path, headers, source), daemon=True)

    def watch(self, tells, house, path, headers, source):
        slowest, count, wrong = 0.0, 0, []
        while not self.end.is_set():
            begin = time.monotonic()
            try:
                status = house.ask("GET", path, headers=headers, source=source)[0]
            except OSError as fault:
                status = repr(fault)
            slowest, count = max(slowest, time.monotonic() - begin), count + 1
            if status != 200:
                wrong.append(status)
            self.end.wait(0.15)
        tells.send((slowest, count, wrong))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.slowest, self.count, self.wrong = self.told.recv()
        self.process.join()
