// What must hold of every page that anybody sees: accessible, valid, nothing from elsewhere, quick, small, not too wide.

import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const validate = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Of the templates' making, and nobody sees it.
    "no-trailing-whitespace": "off",
    // Without JavaScript a page that follows a koppeling is loaded anew; it says so, and stops by itself.
    "meta-refresh": "off",
    // A scrolling region must be reachable by keyboard, and have a name.
    "prefer-native-element": ["error", { exclude: ["region", "group", "img", "status"] }],
    "no-redundant-role": "error",
    "require-sri": "off",
  },
});

export class Kijker {
  constructor(map) {
    this.map = map;
    this.gezien = new Map();
    this.fouten = [];
    this.grootst = 0;
    this.methode = new Map();
    fs.rmSync(map, { recursive: true, force: true });
    fs.mkdirSync(map, { recursive: true });
  }

  // Watches a page for what must never happen on it.
  let_op(page) {
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of (4|5)/.test(message.text())) this.fouten.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (fault) => this.fouten.push(`${page.url()}: ${fault}`));
    page.on("request", (request) => {
      if (request.isNavigationRequest()) this.methode.set(page, request.redirectedFrom()?.method() ?? request.method());
      if (new URL(request.url()).origin !== this.adres) this.fouten.push(`${page.url()} asks ${request.url()}`);
    });
  }

  // Holds what the page shows now against everything, at both widths.
  async bekijk(page, naam) {
    if (this.gezien.has(naam)) naam = `${naam}-${[...this.gezien.keys()].filter((known) => known.startsWith(naam)).length}`;
    const js = await page.evaluate(() => document.documentElement.classList.contains("js")).catch(() => false);
    for (const breedte of [1280, 390]) {
      await page.setViewportSize({ width: breedte, height: 900 });
      await page.screenshot({ path: path.join(this.map, `${naam}-${breedte}.png`), fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) this.fouten.push(`${naam}: ${over} px too wide at ${breedte}`);
      // Evaluated by the browser itself, so that our policy (no script from elsewhere) need not be lifted.
      if (js) {
        await page.evaluate(axe.source);
        const found = await page.evaluate(() =>
          axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
        );
        for (const one of found.violations) {
          this.fouten.push(`${naam} (${breedte}): axe ${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
        }
      }
    }
    await this.vergroot(page, naam);
    await this.gedrukt(page, naam);
    await page.setViewportSize({ width: 1280, height: 900 });
    const timing = await page.evaluate(() => {
      const entry = performance.getEntriesByType("navigation")[0];
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return { dienst: entry.responseEnd - entry.requestStart, verf: paint ? paint.startTime : 0 };
    });
    this.gezien.set(naam, { ...timing, eerste: this.gezien.size === 0, gevraagd: this.methode.get(page) === "GET" });
  }

  // At 200% of 1280 pixels, and at 400% (WCAG 1.4.10): nothing to be scrolled sideways but tables in their own
  // region, and no text cut off.
  async vergroot(page, naam) {
    for (const breedte of [640, 320]) {
      await page.setViewportSize({ width: breedte, height: 450 });
      const gevonden = await page.evaluate(() => {
        const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        const hidden = (style) => style.overflowX === "hidden" || style.overflowX === "clip" || style.textOverflow === "ellipsis";
        const cut = [...document.querySelectorAll("body *")].filter((element) => {
          if (element.closest(".alleen-voorlezen, thead, svg")) return false;
          return hidden(getComputedStyle(element)) && element.scrollWidth > element.clientWidth + 1;
        });
        return { over, cut: cut.map((element) => element.outerHTML.slice(0, 80)) };
      });
      if (gevonden.over > 0) this.fouten.push(`${naam}: ${gevonden.over} px too wide at ${breedte}`);
      for (const one of gevonden.cut) this.fouten.push(`${naam}: cut off at ${breedte}: ${one}`);
    }
  }

  // On A4 within margins: no navigation, no buttons, no forms, and every table and drawing whole.
  async gedrukt(page, naam) {
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 1000 });
    const gevonden = await page.evaluate(() => {
      const seen = (element) => element.getClientRects().length > 0;
      const left = [...document.querySelectorAll("nav, button, form, .knop, .sla-over")].filter(seen);
      const wide = [...document.querySelectorAll("table, svg, pre, img")].filter((element) => {
        const box = element.getBoundingClientRect();
        return seen(element) && (box.right > window.innerWidth + 1 || box.left < 0);
      });
      return [
        ...left.map((element) => `stands on paper: ${element.outerHTML.slice(0, 80)}`),
        ...wide.map((element) => `does not fit on paper: ${element.outerHTML.slice(0, 80)}`),
      ];
    });
    for (const one of gevonden) this.fouten.push(`${naam}: ${one}`);
    await page.emulateMedia({ media: null });
  }

  // The bytes of a page as the service sends them.
  html(naam, text) {
    const report = validate.validateStringSync(text);
    for (const result of report.results) {
      for (const one of result.messages) this.fouten.push(`${naam}: html ${one.ruleId} at ${one.line}:${one.column}: ${one.message}`);
    }
    const klein = zlib.gzipSync(text).length;
    if (klein > 60_000) this.fouten.push(`${naam}: ${klein} bytes compressed`);
    if (/<style|\sstyle=|<script(?! src="\/)|\son[a-z]+=/.test(text)) this.fouten.push(`${naam}: style or script within the page`);
    this.grootst = Math.max(this.grootst, klein);
  }
}
