// Somebody who sees it for the first time, at `demo --serve`: who reads only what stands there finds, in a few
// clicks, which source is missing, how many jongeren are without dagbesteding in Zwolle, and what Dalfsen
// received in October and under which text.
//
//   node eerste.mjs BINARY FOLDER

import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Kijker } from "./kijk.mjs";

const [binary, folder] = process.argv.slice(2).map((one) => path.resolve(one));
const map = path.join(folder, "demo");
fs.rmSync(map, { recursive: true, force: true });
fs.mkdirSync(map, { recursive: true });
// A day in a year in which three months can have been.
const env = { ...process.env, INBEELD_VANDAAG: "2026-11-20" };
const dienst = spawn(binary, ["demo", "--serve", "--map", map], { env, stdio: ["ignore", "pipe", "pipe"] });
process.on("exit", () => dienst.kill());
let gezegd = "";
dienst.stdout.on("data", (bytes) => (gezegd += bytes));
dienst.stderr.on("data", (bytes) => (gezegd += bytes));
const geëindigd = new Promise((resolve) => dienst.on("exit", resolve));
for (let times = 0; !/http:\/\/127\.0\.0\.1:\d+/.test(gezegd.slice(gezegd.indexOf("Iedereen heeft"))); times++) {
  if (times > 900 || dienst.exitCode !== null) throw new Error(`the demo does not start:\n${gezegd}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const adres = gezegd.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
const wachtwoord = gezegd.match(/het wachtwoord (\S+)/)[1];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const kijker = new Kijker(path.join(folder, "beeld-eerste"));
kijker.adres = adres;

// Somebody at a browser of their own, who counts what they click.
async function iemand(naam) {
  const context = await browser.newContext({ baseURL: adres, locale: "nl-NL" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  kijker.let_op(page);
  await page.goto("/");
  await page.getByLabel("Naam").fill(naam);
  await page.getByLabel("Wachtwoord").fill(wachtwoord);
  await page.getByRole("button", { name: "Aanmelden" }).click();
  await page.getByRole("button", { name: "Afmelden" }).waitFor();
  return { page, kliks: 0 };
}

async function klik(wie, doel) {
  wie.kliks += 1;
  await doel.click();
  await wie.page.waitForLoadState();
}

async function maand() {
  // 1. Which source is missing? It stands on the first page of the coordinator.
  const coordinator = await iemand("coordinator");
  await kijker.bekijk(coordinator.page, "1-welke-bron-ontbreekt");
  const eerste = await coordinator.page.locator("main").innerText();
  const waar = eerste.search(/basisregistratie personen \(brp\)|basisregistratie personen/);
  assert.ok(waar >= 0 && waar < 900, `the missing source stands at the top, not at ${waar}`);
  assert.match(eerste.slice(0, 1200), /nog niets ontvangen|ontbreekt/);
  assert.equal(coordinator.kliks, 0);

  // 2. How many jongeren are without dagbesteding in Zwolle? The outcomes, the newest, the row of Zwolle.
  const { page } = coordinator;
  await klik(coordinator, page.getByRole("navigation").getByRole("link", { name: "Uitkomsten" }));
  await kijker.bekijk(page, "2-uitkomsten");
  await klik(coordinator, page.getByRole("row", { name: /Maandmonitor oud-vsv'ers/ }).first().getByRole("link").first());
  await kijker.bekijk(page, "2-uitkomst");
  const tabel = page.getByRole("table").first();
  const kolommen = await tabel.locator("thead th").allTextContents();
  const cellen = await tabel.getByRole("row", { name: /^Zwolle/ }).locator("th,td").allTextContents();
  assert.match(cellen[kolommen.indexOf("geen dagbesteding")], /^[\d.]+$/, `Zwolle: ${cellen}`);
  assert.ok(coordinator.kliks <= 2, `${coordinator.kliks} clicks`);

  // 3. What did Dalfsen receive in October, and under which text? The register, Dalfsen, October.
  const fg = await iemand("fg");
  await kijker.bekijk(fg.page, "3-toezicht");
  await klik(fg, fg.page.getByRole("navigation").getByRole("link", { name: "Register" }));
  await fg.page.getByLabel("Lijst voor").selectOption({ label: "Dalfsen" });
  await fg.page.getByLabel("Peilmaand").selectOption({ label: "oktober 2026" });
  fg.kliks += 2;
  await klik(fg, fg.page.getByRole("button", { name: "Filter" }));
  await kijker.bekijk(fg.page, "3-register-dalfsen");
  const tijdlijn = await fg.page.locator(".tijdlijn").innerText();
  assert.match(tijdlijn, /contactlijst-gemeenten versie 1/);
  assert.match(tijdlijn, /te-benaderen voor Dalfsen: .*alleen de verwijzing/);
  assert.ok(fg.kliks <= 4, `${fg.kliks} clicks`);
  // Dalfsen itself sees it on its first page, with the way to the text.
  const dalfsen = await iemand("dalfsen");
  await kijker.bekijk(dalfsen.page, "3-lijsten-dalfsen");
  const lijst = dalfsen.page.getByRole("region", { name: /^te-benaderen, peildatum 1 oktober 2026/ });
  assert.match(await lijst.innerText(), /contactlijst-gemeenten versie 1/);
  await klik(dalfsen, lijst.getByRole("link", { name: "contactlijst-gemeenten versie 1" }));
  await kijker.bekijk(dalfsen.page, "3-tekst-dalfsen");
  assert.equal(dalfsen.kliks, 1);

  // The trend over the months that were released stands beside it, newest last.
  const verloop = page.getByRole("table", { name: "De hele regio door de maanden, naar klasse" });
  const dagen = (await verloop.locator("tbody th").allTextContents()).map((one) => one.trim());
  assert.deepEqual(dagen, ["1 september 2026", "1 oktober 2026"]);
  assert.equal(await page.getByRole("img", { name: /De hele regio door de maanden/ }).count(), 1, "and is drawn");
}

let fout = null;
try {
  await maand();
} catch (fault) {
  fout = fault;
  const open = browser.contexts().flatMap((context) => context.pages());
  for (const [nr, page] of open.entries()) {
    await page.screenshot({ path: path.join(folder, "beeld-eerste", `mislukt-${nr}.png`), fullPage: true }).catch(() => {});
  }
}
await browser.close();
dienst.kill("SIGTERM");
await geëindigd;
const uniek = [...new Set(kijker.fouten)];
for (const one of uniek) console.log(`  ${one}`);
if (fout) throw fout;
if (uniek.length) process.exit(1);
console.log("somebody who sees it for the first time finds it: the missing source, Zwolle, and Dalfsen in October");
