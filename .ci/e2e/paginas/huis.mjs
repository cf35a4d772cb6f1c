// A service of its own for the pages: the real binary over TLS, with the files of the demo month beside it.

import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

export const WACHTWOORD = "een lange zin om te raden";
const root = process.env.INBEELD_BRON || path.resolve(import.meta.dirname, "../../..");

const configuratie = `schema = "inbeeld/dienst/v1"
luister = "127.0.0.1:0"
contactgemeente = "0193"
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
`;

// The monitor of the demo as another text: how far the contact is, the priorities, and what a klasse hides.
function beeld(monitor) {
  const tables = [["contact", 5], ["prioriteit", 5], ["combinatie", 5]].map(
    ([naam, drempel]) => `[[tabel]]\nnaam = "${naam}"\ndimensies = ["${naam}"]\nmethode = "onderdrukking"\ndrempel = ${drempel}\n`,
  );
  return monitor
    .slice(0, monitor.indexOf("[[tabel]]"))
    .replace('id = "oud-vsv-maandmonitor"', 'id = "in-beeld"')
    .replace("titel = \"Maandmonitor oud-vsv'ers\"", 'titel = "In beeld"')
    .concat(tables.join("\n"));
}

// The code of an app at a step from now (RFC 6238): each opens once.
export function code(geheim, stap = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...geheim].map((one) => letters.indexOf(one).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + stap));
  const mac = crypto.createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

export class Huis {
  constructor(binary, map) {
    this.binary = path.resolve(binary);
    this.map = path.resolve(map);
    fs.rmSync(this.map, { recursive: true, force: true });
    fs.mkdirSync(this.map, { recursive: true });
    this.demo = path.join(this.map, "demo");
    this.inbeeld("demo", "--map", this.demo);
    for (const soort of ["dienst-deel", "intrekking", "logboek"]) {
      this.inbeeld("sleutel", "nieuw", "--soort", soort, "--uit", `${soort}.sleutel`);
    }
    for (const [van, naar] of [["vertrouwd", "vertrouwd"], ["doelbinding/ontvangers", "ontvangers"]]) {
      fs.cpSync(path.join(this.demo, van), path.join(this.map, naar), { recursive: true });
    }
    const hier = path.join(root, "tests/dienst");
    fs.copyFileSync(path.join(hier, "alleen-voor-tests.pem"), path.join(this.map, "keten.pem"));
    fs.copyFileSync(path.join(hier, "alleen-voor-tests.sleutel.pem"), path.join(this.map, "tls.pem"));
    fs.chmodSync(path.join(this.map, "tls.pem"), 0o600);
    fs.writeFileSync(path.join(this.map, "dienst.toml"), configuratie);
  }

  inbeeld(...args) {
    const done = spawnSync(this.binary, args, { cwd: this.map, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`inbeeld ${args.join(" ")}: ${done.status}\n${done.stderr}`);
    return done.stdout;
  }

  // Makes an account on the machine itself; gives what takes it into use.
  uitgenodigd(naam, rol, ...meer) {
    const said = this.inbeeld("beheer", "account", "nieuw", "--config", "dienst.toml", "--rol", rol, ...meer, naam);
    return said.split("\n").find((line) => line.startsWith("activeringscode: ")).slice("activeringscode: ".length);
  }

  async start() {
    const log = fs.openSync(path.join(this.map, "dienst.log"), "w");
    this.proces = spawn(this.binary, ["serve", "--config", "dienst.toml"], {
      cwd: this.map,
      stdio: ["ignore", "pipe", log],
    });
    // Also when something goes wrong on the way.
    process.on("exit", () => this.proces.kill());
    this.adres = await new Promise((resolve, reject) => {
      let said = "";
      this.proces.stdout.on("data", (bytes) => {
        said += bytes;
        const found = said.match(/Luistert op https:\/\/127\.0\.0\.1:(\d+)/);
        if (found) resolve(`https://localhost:${found[1]}`);
      });
      this.proces.on("exit", () => reject(new Error(fs.readFileSync(path.join(this.map, "dienst.log"), "utf8"))));
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.proces.on("exit", resolve));
    this.proces.kill("SIGTERM");
    const exit = await ended;
    if (exit !== 0) throw new Error(`the service ended with ${exit}; see ${this.map}/dienst.log`);
  }

  // The files of the demo, in the order in which they were made: manifest and data.
  leveringen() {
    const map = path.join(this.demo, "leveringen");
    const all = fs.readdirSync(map).filter((name) => name.endsWith(".manifest.json"));
    const told = all.map((name) => [JSON.parse(fs.readFileSync(path.join(map, name), "utf8")), path.join(map, name)]);
    // Without the Z they sort as they follow each other: what is behind the point is as long as it needs to be.
    const made = ([manifest]) => manifest.aangemaakt.replace(/Z$/, "");
    told.sort((one, other) => (made(one) < made(other) ? -1 : 1));
    return told.map(([inhoud, manifest]) => ({ inhoud, manifest, bestand: manifest.replace(/\.manifest\.json$/, "") }));
  }

  // How many suppliers send a better levering after a first one.
  verbeterd() {
    const plek = ({ inhoud: one }) => [one.bron, one.leverancier.oin, one.identificatie].join(" ");
    const alle = this.leveringen().map(plek);
    return new Set(alle.filter((one, at) => alle.indexOf(one) !== at).map((one) => one.split(" ").slice(0, 2).join(" "))).size;
  }

  teksten(naam) {
    const map = path.join(this.demo, "doelbinding");
    const tekst = path.join(map, `${naam}.toml`);
    return { tekst, handtekeningen: [".minisig", ".2.minisig"].map((end) => tekst + end).filter(fs.existsSync) };
  }

  // A text of its own, with the tables that the demo has none of; signed by the FG of the demo.
  beeldtekst() {
    const tekst = path.join(this.map, "in-beeld.toml");
    fs.writeFileSync(tekst, beeld(fs.readFileSync(this.teksten("oud-vsv-maandmonitor").tekst, "utf8")));
    const handtekening = `${tekst}.minisig`;
    fs.rmSync(handtekening, { force: true });
    this.inbeeld("doelbinding", "onderteken", tekst, "--sleutel", path.join(this.demo, "sleutels/fg.key"));
    return { tekst, handtekeningen: [handtekening] };
  }

  deelB(naam) {
    this.inbeeld("sleutel", "nieuw", "--soort", "dienst-deel", "--uit", naam);
    return fs.readFileSync(path.join(this.map, naam), "utf8").trim();
  }
}
