// The month in a browser, by everybody, from an empty installation: with JavaScript and mouse, and without either.
//
//   node maand.mjs BINARY FOLDER
//
// Screenshots of every page at 1280 and 390 pixels stand in FOLDER/beeld.

import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { Huis, WACHTWOORD, code } from "./huis.mjs";
import { Kijker } from "./kijk.mjs";

const [binary, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const kijker = new Kijker(path.join(folder, "beeld"));
const maanden = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];

// Somebody at a browser of their own.
async function iemand(huis, javaScriptEnabled) {
  const context = await browser.newContext({
    baseURL: huis.adres, javaScriptEnabled, ignoreHTTPSErrors: true, locale: "nl-NL",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  kijker.let_op(page);
  page.on("response", async (response) => {
    const kind = response.headers()["content-type"] || "";
    if (!kind.startsWith("text/html") || response.request().method() === "HEAD") return;
    const text = await response.text().catch(() => "");
    if (text && !text.includes("<style>")) kijker.html(new URL(response.url()).pathname, text);
  });
  return page;
}

// Goes to something by keyboard alone, sees where one is, and chooses it; a link or a button leads to a new page or a
// file, and only then is it done: the page before may show what one looks for on the next.
async function toets(page, doel) {
  await doel.waitFor();
  const verder = await doel.evaluate((element) => element.matches("a, button"));
  for (let times = 0; times < 200; times++) {
    await page.keyboard.press("Tab");
    const here = await doel.evaluate((element) => element === document.activeElement && getComputedStyle(element).outlineStyle);
    if (here) {
      assert.notEqual(here, "none", "what has the focus shows it");
      const daar = verder && Promise.race([page.waitForEvent("domcontentloaded"), page.waitForEvent("download")]);
      await page.keyboard.press("Enter");
      await daar;
      return;
    }
  }
  throw new Error(`${page.url()}: not to be reached by keyboard`);
}

// Takes an account into use and logs in, by the pages; gives the cookies.
async function binnen(huis, naam, activeringscode, javaScriptEnabled, kijk) {
  const page = await iemand(huis, javaScriptEnabled);
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/aanmelden");
  if (kijk) await kijker.bekijk(page, "aanmelden");
  await page.getByRole("link", { name: "Neem uw account in gebruik" }).click();
  await page.getByLabel("Naam").fill(naam);
  await page.getByLabel("Activeringscode").fill(activeringscode);
  await page.getByLabel("Nieuw wachtwoord").fill("kort");
  await page.getByRole("button", { name: "In gebruik nemen" }).click();
  assert.equal(await page.getByRole("alert").count(), 1, "a short password is refused in its place");
  assert.equal(await page.getByLabel("Naam").inputValue(), naam, "what was filled in is still there");
  if (kijk) await kijker.bekijk(page, "activeren-fout");
  await page.getByLabel("Activeringscode").fill(activeringscode);
  await page.getByLabel("Nieuw wachtwoord").fill(WACHTWOORD);
  await page.getByRole("button", { name: "In gebruik nemen" }).click();
  const geheim = (await page.locator(".sleutel code").first().textContent()).trim();
  if (kijk) await kijker.bekijk(page, "activeren-klaar");
  await page.getByRole("link", { name: "Ik heb haar" }).click();
  if (kijk) {
    await page.getByLabel("Naam").fill(naam);
    await page.getByLabel("Wachtwoord").fill("iets heel anders dan dat");
    await page.getByLabel("Code van zes cijfers").fill("000000");
    await page.getByRole("button", { name: "Aanmelden" }).click();
    await page.getByRole("alert").waitFor();
    await kijker.bekijk(page, "aanmelden-fout");
  }
  await page.getByLabel("Naam").fill(naam);
  await page.getByLabel("Wachtwoord").fill(WACHTWOORD);
  await page.getByLabel("Code van zes cijfers").fill(code(geheim));
  await page.getByRole("button", { name: "Aanmelden" }).click();
  await page.getByRole("button", { name: "Afmelden" }).waitFor();
  return page;
}

// Keeps the page of a koppeling that runs as it is, until it is let go: it would change while it is looked at.
async function stil(page) {
  let los;
  const wacht = new Promise((resolve) => (los = resolve));
  const volgende = /\/koppelingen\/\d+(\/voortgang)?$/;
  await page.route(volgende, async (route) => {
    await wacht;
    await route.continue().catch(() => {});
  });
  return async () => {
    los();
    await page.unroute(volgende);
  };
}

// Drags files over the page and drops them where they belong.
async function sleep(page, paden) {
  const bestanden = paden.map((one) => ({ naam: path.basename(one), inhoud: fs.readFileSync(one).toString("base64") }));
  const dataTransfer = await page.evaluateHandle((alles) => {
    const data = new DataTransfer();
    for (const { naam, inhoud } of alles) {
      data.items.add(new File([Uint8Array.from(atob(inhoud), (letter) => letter.charCodeAt(0))], naam));
    }
    return data;
  }, bestanden);
  const zone = page.locator(".sleep");
  for (const kind of ["dragenter", "dragover"]) await zone.dispatchEvent(kind, { dataTransfer });
  assert.match(await zone.getAttribute("class"), /sleep-boven/, "the place to drop shows itself");
  await zone.dispatchEvent("drop", { dataTransfer });
  assert.doesNotMatch(await zone.getAttribute("class"), /sleep-boven/);
  await page.getByText(`Gekozen: ${paden.length / 2} bestand`).waitFor();
  // Beside it, a file would replace the page.
  assert.equal(await page.locator("body").evaluate((body, data) => {
    const drop = new DragEvent("drop", { dataTransfer: data, cancelable: true, bubbles: true });
    body.dispatchEvent(drop);
    return drop.defaultPrevented;
  }, dataTransfer), true);
}

async function maand(naam, javaScriptEnabled) {
  const huis = new Huis(binary, path.join(folder, naam));
  const eerste = huis.uitgenodigd("eerste", "beheerder");
  await huis.start();
  kijker.adres = huis.adres;
  const zien = (page, wat) => kijker.bekijk(page, `${naam}-${wat}`);
  const kies = (page, doel) => (javaScriptEnabled ? doel.click() : toets(page, doel));
  const klik = (page, rol, wat) => kies(page, page.getByRole(rol, { name: wat }).first());
  const ga = (page, wat) =>
    kies(page, page.getByRole("navigation", { name: "Hoofdnavigatie" }).getByRole("link", { name: wat }));
  const kop = async (page, wat) => assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), wat);

  // The beheerder makes everybody, from an empty installation.
  const beheerder = await binnen(huis, "eerste", eerste, javaScriptEnabled, javaScriptEnabled);
  await ga(beheerder, "Eerste stappen");
  await zien(beheerder, "beheerder-beginnen");
  await ga(beheerder, "Gezondheid");
  await zien(beheerder, "beheerder-gezondheid-leeg");
  await ga(beheerder, "Bronnen");
  await zien(beheerder, "beheerder-bronnen-leeg");
  await ga(beheerder, "Accounts");
  await beheerder.getByLabel("Naam").fill("Foute Naam");
  await klik(beheerder, "button", "Maak het account");
  assert.equal(await beheerder.getByLabel("Naam").inputValue(), "Foute Naam");
  await zien(beheerder, "beheerder-account-fout");
  const mensen = {};
  for (const [wie, rol, veld, waarde] of [
    ["coordinator", "coordinator"], ["vrijgever", "vrijgever"], ["fg", "privacy-officer"],
    ["zwolle", "gemeente", "Gemeentecode", "0193"], ["dalfsen", "gemeente", "Gemeentecode", "0148"],
    ["loonregister", "bronhouder", "OIN", "00000001999990003001"],
  ]) {
    await beheerder.getByLabel("Naam").fill(wie);
    await beheerder.getByLabel("Rol").selectOption(rol);
    await beheerder.getByLabel("Gemeentecode").fill("");
    await beheerder.getByLabel("OIN").fill("");
    if (veld) await beheerder.getByLabel(veld).fill(waarde);
    await klik(beheerder, "button", "Maak het account");
    // The page before shows the code of somebody else.
    await beheerder.getByRole("heading", { name: `Geef deze code aan ${wie}` }).waitFor();
    const uitnodiging = (await beheerder.locator(".melding .sleutel code").textContent()).trim();
    if (wie === "fg") await zien(beheerder, "beheerder-account-nieuw");
    mensen[wie] = await binnen(huis, wie, uitnodiging, javaScriptEnabled, false);
  }
  const { coordinator, vrijgever, fg, zwolle, dalfsen, loonregister } = mensen;

  // Empty pages are designed too.
  await kop(coordinator, "Deze maand");
  await zien(coordinator, "coordinator-maand-leeg");
  for (const [page, wat] of [
    [coordinator, "Koppelingen"], [coordinator, "Uitkomsten"], [coordinator, "Kalender"], [coordinator, "Lijsten"],
    [coordinator, "Leveringen"], [coordinator, "Eerste stappen"], [coordinator, "Doelbindingen"],
    [vrijgever, "Te beslissen"], [zwolle, "Lijsten"], [zwolle, "Doelbindingen"], [fg, "Register"], [fg, "Verantwoording"],
    [fg, "Periodesleutels"], [fg, "Bewaren"], [loonregister, "Leveringen"], [loonregister, "Kalender"],
  ]) {
    await ga(page, wat);
    await zien(page, `leeg-${wat.toLowerCase().replaceAll(" ", "-")}`);
  }

  // The FG: texts and share B of both months.
  await ga(fg, "Toezicht");
  await zien(fg, "fg-toezicht-leeg");
  await ga(fg, "Doelbindingen");
  // First she sees what a text would let out, on invented jongeren; not on real ones without a signature.
  const beeld = huis.beeldtekst();
  const proef = async (op, bestanden, naast) => {
    await ga(fg, "Doelbindingen");
    await klik(fg, "link", "Probeer haar");
    await fg.getByLabel("Tekst").setInputFiles(bestanden.tekst);
    await fg.getByLabel("Handtekeningen").setInputFiles(bestanden.handtekeningen);
    await fg.getByLabel(op).check();
    if (naast) await fg.getByLabel("Leg naast").selectOption({ label: naast });
    await klik(fg, "button", "Probeer de tekst");
  };
  await ga(fg, "Doelbindingen");
  await klik(fg, "link", "Probeer haar");
  await zien(fg, "fg-proef-leeg");
  await proef("Op verzonnen jongeren", { tekst: beeld.tekst, handtekeningen: [] });
  await fg.getByRole("heading", { name: "in-beeld versie 1" }).waitFor({ timeout: 60_000 });
  assert.equal(await fg.getByRole("table").count(), 3);
  await fg.getByText("Dit zijn verzonnen jongeren").waitFor();
  await zien(fg, "fg-proef-verzonnen");
  await proef("Op de ontvangen leveringen", { tekst: beeld.tekst, handtekeningen: [] });
  await fg.getByRole("alert").waitFor();
  assert.ok(await fg.getByLabel("Op de ontvangen leveringen").isChecked(), "what was chosen is still so");
  await zien(fg, "fg-proef-geweigerd");
  await ga(fg, "Doelbindingen");
  for (const tekst of ["oud-vsv-maandmonitor", "contactlijst-gemeenten", "in-beeld"]) {
    const bestanden = tekst === "in-beeld" ? beeld : huis.teksten(tekst);
    if (tekst === "contactlijst-gemeenten") {
      await fg.getByLabel("Tekst").setInputFiles(bestanden.tekst);
      await fg.getByLabel("Handtekeningen").setInputFiles(huis.teksten("oud-vsv-maandmonitor").handtekeningen);
      await klik(fg, "button", "Neem op");
      await fg.getByRole("alert").waitFor();
      await zien(fg, "fg-doelbinding-fout");
    }
    await fg.getByLabel("Tekst").setInputFiles(bestanden.tekst);
    await fg.getByLabel("Handtekeningen").setInputFiles(bestanden.handtekeningen);
    await klik(fg, "button", "Neem op");
    await fg.getByText("De tekst is opgenomen").waitFor();
  }
  await zien(fg, "fg-doelbindingen");
  await klik(fg, "link", "Maandmonitor oud-vsv'ers");
  await zien(fg, "fg-doelbinding");
  await ga(fg, "Periodesleutels");
  const dag = new Date();
  const deze = `${maanden[dag.getUTCMonth()]} ${dag.getUTCFullYear()}`;
  const voor = new Date(Date.UTC(dag.getUTCFullYear(), dag.getUTCMonth() - 1, 1));
  const vorige = `${maanden[voor.getUTCMonth()]} ${voor.getUTCFullYear()}`;
  await fg.getByLabel("Deel B").fill("geen sleutel");
  await klik(fg, "button", "Voer in");
  await fg.getByRole("alert").waitFor();
  await zien(fg, "fg-perioden-fout");
  for (const [nr, welke] of [deze, vorige].entries()) {
    await fg.getByLabel("Maand").selectOption({ label: welke });
    await fg.getByLabel("Deel B").fill(huis.deelB(`b${nr}.sleutel`));
    await klik(fg, "button", "Voer in");
    await fg.getByText("Deel B is ingevoerd").waitFor();
  }
  await zien(fg, "fg-perioden");
  await ga(fg, "Bewaren");
  await fg.getByRole("row", { name: new RegExp(`^${deze}`) }).waitFor();
  await zien(fg, "fg-bewaren");

  // The source delivers its own; the coordinator the rest, and finds what is missing.
  const alles = huis.leveringen();
  const lever = async (page, welke, hoe = "kiezen") => {
    await ga(page, "Leveringen");
    if (javaScriptEnabled && hoe === "slepen") {
      await sleep(page, welke.flatMap((one) => [one.bestand, one.manifest]));
    } else if (javaScriptEnabled) {
      await page.getByLabel("Sleep alles hierheen").setInputFiles(welke.flatMap((one) => [one.bestand, one.manifest]));
    } else {
      await page.getByLabel("1. Manifesten").setInputFiles(welke.map((one) => one.manifest));
      await page.getByLabel("2. Bestanden").setInputFiles(welke.map((one) => one.bestand));
    }
    await klik(page, "button", "Inleveren");
  };
  const eigen = alles.filter((one) => one.inhoud.leverancier.oin === "00000001999990003001");
  await lever(loonregister, eigen);
  await loonregister.getByText(`${eigen.length} levering`).first().waitFor();
  await zien(loonregister, "bronhouder-leveringen");
  await ga(loonregister, "Kalender");
  await zien(loonregister, "bronhouder-kalender");
  // Of another: refused, and said why.
  await lever(loonregister, alles.filter((one) => one.inhoud.bron === "brp").slice(0, 1));
  await loonregister.getByRole("alert").waitFor();
  await zien(loonregister, "bronhouder-geweigerd");

  const ontbrekend = alles.filter((one) => one.inhoud.bron === "brp");
  const overig = alles.filter((one) => !eigen.includes(one) && !ontbrekend.includes(one));
  // Broken: a row that does not fit, with its manifest made for it.
  const stuk = path.join(huis.map, "stuk");
  fs.mkdirSync(stuk);
  const bron = overig.find((one) => one.inhoud.bron === "uitkering");
  const kapot = { inhoud: bron.inhoud, bestand: path.join(stuk, path.basename(bron.bestand)), manifest: path.join(stuk, path.basename(bron.manifest)) };
  fs.writeFileSync(kapot.bestand, fs.readFileSync(bron.bestand, "utf8").replace(/\n([0-9a-f]{64});/, "\nzzz;"));
  fs.copyFileSync(bron.manifest, kapot.manifest);
  await lever(coordinator, [kapot], "slepen");
  await coordinator.getByRole("alert").waitFor();
  assert.match(await coordinator.textContent("main"), /regel|hash/);
  assert.doesNotMatch(await coordinator.textContent("main"), /zzz/, "no value of a file");
  await zien(coordinator, "coordinator-levering-fout");
  await lever(coordinator, overig, "slepen");
  await coordinator.getByText("leveringen ontvangen").waitFor({ timeout: 60_000 });
  await zien(coordinator, "coordinator-leveringen");
  await ga(coordinator, "Deze maand");
  const rij = coordinator.getByRole("row", { name: /basisregistratie personen/ }).first();
  assert.match(await rij.textContent(), /ontbreekt/, "which source is missing");
  await zien(coordinator, "coordinator-maand-onvolledig");
  await lever(coordinator, ontbrekend);
  await coordinator.getByText(`${ontbrekend.length} levering`).first().waitFor({ timeout: 60_000 });
  await ga(coordinator, "Deze maand");
  await coordinator.getByText("Compleet: alle bronnen").nth(2).waitFor();
  await zien(coordinator, "coordinator-maand");
  await ga(coordinator, "Kalender");
  await coordinator.getByRole("heading", { level: 1, name: /^Leverkalender/ }).waitFor();
  const verbeterd = await coordinator.locator(".kalender td", { hasText: "verbeterd" }).count();
  assert.equal(verbeterd, huis.verbeterd(), "what came again is shown as corrected");
  await zien(coordinator, "coordinator-kalender");

  // What the FG sees of real leveringen, the register knows.
  await proef("Op de ontvangen leveringen", huis.teksten("oud-vsv-maandmonitor"), "Maandmonitor oud-vsv'ers, versie 1");
  await fg.getByText("Er is niets vrijgegeven").waitFor({ timeout: 60_000 });
  await fg.getByText("Onder oud-vsv-maandmonitor versie 1 precies hetzelfde.").waitFor();
  assert.equal(await fg.getByRole("table").count(), 1);
  await zien(fg, "fg-proef-leveringen");
  await klik(fg, "link", "in het register");
  assert.match(await fg.locator(".tijdlijn").textContent(), /gezien[^]*oud-vsv-maandmonitor versie 1/);
  await ga(beheerder, "Bronnen");
  assert.match(await beheerder.getByRole("row", { name: /00000001999990003001/ }).textContent(), /in gebruik/);
  assert.equal(await beheerder.getByRole("cell", { name: "wordt toegelaten" }).count(), 0, "without a CA of sources nobody comes by certificate");
  await zien(beheerder, "beheerder-bronnen");
  await ga(beheerder, "Gezondheid");
  await zien(beheerder, "beheerder-gezondheid");

  // Three koppelingen: the table, how far the contact is, and the list, which reads one source more; looked at and decided on by somebody else.
  const vrijgegeven = [];
  for (const titel of ["Maandmonitor oud-vsv'ers", "In beeld", "Contactlijst voor gemeenten"]) {
    await ga(coordinator, "Deze maand");
    const kaart = coordinator.getByRole("region", { name: titel, exact: true });
    const laat_los = await stil(coordinator);
    await kies(coordinator, kaart.getByRole("button", { name: "Start de koppeling" }));
    await coordinator.getByRole("heading", { level: 1, name: /Koppeling \d/ }).waitFor();
    if (vrijgegeven.length === 0) await zien(coordinator, "coordinator-koppeling-loopt");
    await laat_los();
    await coordinator.getByText("wacht op de vrijgever").first().waitFor({ timeout: 90_000 });
    await zien(coordinator, "coordinator-koppeling-klaar");
    await vrijgever.goto("/");
    await zien(vrijgever, "vrijgever-besluiten");
    await klik(vrijgever, "button", "Bekijk wat er naar buiten gaat");
    await zien(vrijgever, "vrijgever-voorstel");
    await klik(vrijgever, "button", "Geef dit vrij");
    await vrijgever.getByRole("heading", { level: 1, name: /^Uitkomst op/ }).waitFor();
    vrijgegeven.push(vrijgever.url());
    await zien(vrijgever, "vrijgever-uitkomst");
  }
  // One more, that is refused with a reason; and one broken off.
  await ga(coordinator, "Deze maand");
  await klik(coordinator, "button", "Start de koppeling");
  await coordinator.getByText("wacht op de vrijgever").first().waitFor({ timeout: 90_000 });
  await vrijgever.goto("/");
  await klik(vrijgever, "button", "Bekijk wat er naar buiten gaat");
  await vrijgever.getByLabel("Waarom niet?").fill("De cijfers van Hattem kloppen niet met die van vorige maand.");
  await klik(vrijgever, "button", "Weiger");
  await kop(vrijgever, "Te beslissen");
  await coordinator.reload();
  await coordinator.getByText("De cijfers van Hattem").waitFor();
  await zien(coordinator, "coordinator-koppeling-geweigerd");
  await ga(coordinator, "Deze maand");
  await klik(coordinator, "button", "Start de koppeling");
  await klik(coordinator, "button", "Breek deze koppeling af");
  await coordinator.getByText("geannuleerd").first().waitFor();
  await ga(coordinator, "Koppelingen");
  await zien(coordinator, "coordinator-koppelingen");

  // How many jongeren are without dagbesteding in Zwolle?
  await ga(coordinator, "Uitkomsten");
  await zien(coordinator, "coordinator-uitkomsten");
  await coordinator.goto(vrijgegeven[0]);
  const tabel = coordinator.getByRole("table").first();
  const kolommen = await tabel.locator("thead th").allTextContents();
  const cellen = await tabel.getByRole("row", { name: /^Zwolle/ }).locator("th,td").allTextContents();
  const zonder = cellen[kolommen.indexOf("geen dagbesteding")];
  assert.match(zonder, /^[\d.]+$/, `Zwolle zonder dagbesteding: ${zonder}`);
  await zien(coordinator, "coordinator-uitkomst");
  await coordinator.pdf({ path: path.join(folder, "beeld", `${naam}-uitkomst.pdf`), format: "A4" });
  await coordinator.evaluate(() => document.activeElement.blur());
  await coordinator.reload();
  await coordinator.keyboard.press("Tab");
  await coordinator.keyboard.press("Enter");
  assert.equal(new URL(coordinator.url()).hash, "#inhoud", "the first way on goes past the navigation");
  const [csv] = await Promise.all([coordinator.waitForEvent("download"), klik(coordinator, "link", ".csv")]);
  assert.match(fs.readFileSync(await csv.path(), "utf8"), new RegExp(`0193.*geen_dagbesteding.*${zonder.replace(".", "")}`));

  // The dimensions that a text can have beside, and the goal with what it is a share of.
  await coordinator.goto(vrijgegeven[1]);
  for (const wat of ["contact", "prioriteit", "combinatie"]) {
    await coordinator.getByRole("table", { name: `Aantal jongeren naar ${wat}` }).waitFor();
  }
  // The goal, computed again from what is published.
  const aantal = new Map();
  for (const een of await coordinator.getByRole("table", { name: "Aantal jongeren naar contact" }).locator("tbody tr").all()) {
    const [wat, cel] = await een.locator("th,td").allTextContents();
    aantal.set(wat.trim(), Number(cel.replaceAll(".", "")));
  }
  const [teller, noemer] = [aantal.get("in beeld") + aantal.get("bereikt") + aantal.get("begeleiding"), aantal.get("totaal")];
  assert.ok(teller > 0 && teller < noemer, `${teller} of ${noemer}`);
  const doel = await coordinator.getByRole("region", { name: "Het doel: 80% in beeld" }).innerText();
  const getal = new Intl.NumberFormat("nl-NL");
  assert.match(doel, new RegExp(`(^|\\s)${Math.round((100 * teller) / noemer)}%`));
  assert.ok(doel.includes(`${getal.format(teller)} van de ${getal.format(noemer)} jongeren`), doel);
  assert.match(doel, /De noemer is iedereen van de doelgroep/);
  const lijn = await coordinator.locator("line.meter-doel").getAttribute("x1");
  assert.equal(lijn, "321", "the line of the goal stands at 80 of 100");
  await zien(coordinator, "coordinator-uitkomst-beeld");

  // The municipality: fetches, opens with the command of the page, confirms; sees nothing of others.
  await zwolle.goto("/");
  await zien(zwolle, "gemeente-lijsten");
  assert.equal(await zwolle.getByText("Dalfsen").count(), 0, "nothing of others");
  const [lijst] = await Promise.all([zwolle.waitForEvent("download"), klik(zwolle, "link", "Haal op")]);
  const opdracht = (await zwolle.locator("pre").first().textContent()).trim().split(" ").slice(1);
  await lijst.saveAs(path.join(huis.map, opdracht[opdracht.indexOf("--lijst") + 1]));
  fs.copyFileSync(path.join(huis.demo, "sleutels/ontvanger/0193.key"), path.join(huis.map, "0193.identiteit"));
  fs.copyFileSync(path.join(huis.demo, "sleutels/verwijzing/0193.sleutel"), path.join(huis.map, "0193.sleutel"));
  huis.inbeeld(...opdracht);
  assert.ok(fs.readFileSync(path.join(huis.map, "lijst.csv"), "utf8").split("\n").length > 2);
  await zwolle.goto("/");
  await zien(zwolle, "gemeente-opgehaald");
  await klik(zwolle, "button", "Bevestig dat ik haar heb");
  await zwolle.getByText("De ontvangst is bevestigd").waitFor();
  await zien(zwolle, "gemeente-bevestigd");
  // Why is somebody on it? The handle stands in the list that was opened; it is still asked of one that was confirmed.
  const [velden, jongere] = fs.readFileSync(path.join(huis.map, "lijst.csv"), "utf8").split("\n").map((regel) => regel.trim().split(";"));
  await kies(zwolle, zwolle.locator("summary").first());
  await zwolle.getByLabel("Verwijzing van de jongere").fill(jongere[velden.indexOf("verwijzing")]);
  await klik(zwolle, "button", "Vraag waarom");
  await zwolle.getByRole("heading", { name: "Antwoord op uw vraag" }).waitFor();
  assert.match(await zwolle.locator("pre").first().textContent(), /deze jongere heeft contact nodig/);
  await zien(zwolle, "gemeente-waarom");
  await zwolle.goto("/");
  // What is no longer on it is fetched and confirmed apart.
  await Promise.all([zwolle.waitForEvent("download"), klik(zwolle, "link", "Haal de vervallen verwijzingen op")]);
  await zwolle.goto("/");
  await klik(zwolle, "button", "Bevestig dat ik ze heb");
  await zwolle.getByText("De ontvangst is bevestigd").waitFor();
  await ga(zwolle, "Doelbindingen");
  await zien(zwolle, "gemeente-doelbindingen");
  await dalfsen.goto("/");
  await klik(dalfsen, "button", "Bevestig dat ik haar heb");
  await dalfsen.getByRole("alert").waitFor();
  await zien(dalfsen, "gemeente-niet-opgehaald");

  // What did Dalfsen receive this month, and under which text? The privacy officer finds it in the register.
  await fg.goto("/");
  await zien(fg, "fg-toezicht");
  await klik(fg, "button", "Controleer het register");
  await fg.getByText("Het register klopt").waitFor();
  await klik(fg, "button", "Controleer het auditlogboek");
  await fg.getByText("Het auditlogboek klopt").waitFor();
  await zien(fg, "fg-toezicht-klopt");
  await ga(fg, "Register");
  await fg.getByLabel("Lijst voor").selectOption({ label: "Dalfsen" });
  await fg.getByLabel("Peilmaand").selectOption({ label: deze });
  await fg.getByLabel("Soort").selectOption("vrijgegeven");
  await klik(fg, "button", "Filter");
  assert.match(await fg.locator(".tijdlijn").textContent(), /contactlijst-gemeenten versie 1[^]*te-benaderen voor Dalfsen/);
  await zien(fg, "fg-register-dalfsen");
  for (const wat of ["Register", "Auditlogboek", "Verantwoording", "Herleidbaarheid", "Lijsten", "Uitkomsten", "Koppelingen", "Kalender", "Eerste stappen"]) {
    await ga(fg, wat);
    await zien(fg, `fg-${wat.toLowerCase().replaceAll(" ", "-")}`);
  }
  // The month before is destroyed before its term; each holder says that its copy is gone.
  const maandcode = voor.toISOString().slice(0, 7);
  huis.inbeeld("beheer", "vernietig", "--config", "dienst.toml", "--periode", maandcode, "--bevestig", maandcode);
  await ga(fg, "Bewaren");
  await zien(fg, "fg-bewaren-vernietigd");
  await klik(fg, "link", "Vernietigingsbewijs");
  await fg.getByText("nog niet volledig").waitFor();
  // The service confirms by itself, within seconds.
  for (let times = 0; times < 60 && (await fg.getByRole("row", { name: /de dienst zelf/ }).getByText("bevestigd").count()) === 0; times++) {
    await fg.waitForTimeout(500);
    await fg.reload();
  }
  await zien(fg, "fg-bewijs");
  await kies(fg, fg.getByRole("button", { name: "bij FG" }));
  await fg.getByText("Dit is bevestigd").waitFor();
  await ga(zwolle, "Bewaren");
  await klik(zwolle, "link", "Vernietigingsbewijs");
  await zwolle.getByText("nog niet volledig").waitFor();
  assert.equal(await zwolle.getByRole("button", { name: /Bevestig/ }).count(), 1, "only for itself");
  await klik(zwolle, "button", "Bevestig");
  await zwolle.getByText("Dit is bevestigd").waitFor();
  await zien(zwolle, "gemeente-bewijs-volledig");
  assert.match(await zwolle.textContent("main"), /Elke houder heeft bevestigd/);
  await zwolle.pdf({ path: path.join(folder, "beeld", `${naam}-bewijs.pdf`), format: "A4" });

  await ga(fg, "Verantwoording");
  await klik(fg, "link", "Bijlage bij de DPIA");
  await fg.getByRole("heading", { level: 1 }).waitFor();

  // Refused: another's page, none at all, and after logging out.
  await zwolle.goto("/register");
  await zien(zwolle, "geweigerd-rol");
  await zwolle.goto("/bestaat-niet");
  await zien(zwolle, "geweigerd-onbekend");
  await beheerder.goto("/accounts");
  await beheerder.getByRole("button", { name: "Sluit het account van dalfsen" }).click();
  await beheerder.getByText("Het account is gesloten").waitFor();
  await zien(beheerder, "beheerder-gesloten");
  await dalfsen.goto("/lijsten");
  assert.equal(new URL(dalfsen.url()).pathname, "/aanmelden");
  await klik(beheerder, "button", "Afmelden");
  await beheerder.getByRole("heading", { level: 1, name: "Aanmelden" }).waitFor();
  return huis;
}

let fout = null;
const huizen = [];
try {
  for (const [naam, js] of [["met-js", true], ["zonder-js", false]]) {
    const begin = Date.now();
    const huis = await maand(naam, js);
    huizen.push(huis);
    for (const context of browser.contexts()) await context.close();
    await huis.stop();
    console.log(`${naam}: the month in all roles in ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  }
} catch (fault) {
  fout = fault;
  const open = browser.contexts().flatMap((context) => context.pages());
  for (const [nr, page] of open.entries()) {
    await page.screenshot({ path: path.join(folder, "beeld", `mislukt-${nr}.png`), fullPage: true }).catch(() => {});
  }
}
await browser.close();
// How long the service itself took, per page: half of the times less than this.
const duur = new Map();
for (const huis of huizen) {
  for (const line of fs.readFileSync(path.join(huis.map, "dienst.log"), "utf8").split("\n")) {
    const found = line.match(/methode="GET" route="(\/(?!v1)[^"]*)" status=200 ms=(\d+)/);
    if (found) duur.set(found[1], [...(duur.get(found[1]) || []), Number(found[2])]);
  }
}
const midden = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
for (const [route, times] of duur) {
  if (midden(times) > 100) kijker.fouten.push(`${route}: half of the times more than 100 ms (${midden(times)})`);
}
// The very first page of a browser also starts the browser: its time says nothing of ours. Nor does what a form set
// to work, such as a trial: it answers when that is done.
const tijden = [...kijker.gezien].filter(([, one]) => !one.eerste && one.verf > 0 && one.gevraagd);
const verf = tijden.map(([, one]) => one.verf);
if (midden(verf) > 500) kijker.fouten.push(`first paint takes ${midden(verf).toFixed(0)} ms`);
const [traagst, traag] = tijden.reduce((one, other) => (one[1].verf > other[1].verf ? one : other));
const antwoord = Math.max(...tijden.map(([, one]) => one.dienst));
console.log(`slowest page of the service: ${Math.max(...[...duur.values()].map(midden))} ms (median of its times)`);
console.log(`${kijker.gezien.size} pages and states; largest ${kijker.grootst} bytes compressed; slowest answer ${antwoord.toFixed(0)} ms`);
console.log(`first contentful paint: median ${midden(verf).toFixed(0)} ms, slowest ${traag.verf.toFixed(0)} ms (${traagst}, answered in ${traag.dienst.toFixed(0)} ms); the browser's very first page ${[...kijker.gezien.values()][0].verf.toFixed(0)} ms`);
const uniek = [...new Set(kijker.fouten)];
for (const one of uniek) console.log(`  ${one}`);
if (fout) throw fout;
if (uniek.length) {
  console.log(`${uniek.length} faults`);
  process.exit(1);
}
