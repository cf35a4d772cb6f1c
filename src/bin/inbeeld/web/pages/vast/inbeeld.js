// What is nicer with JavaScript: live progress, and files dragged to where they belong. Everything works without it.
"use strict";
document.documentElement.classList.add("js");

// A koppeling that runs: its events move the bar; once it runs no more, the page says what came of it.
for (const place of document.querySelectorAll("[data-volg]")) {
  const bar = place.querySelector("progress");
  const text = place.querySelector("[data-woorden]");
  const names = JSON.parse(place.dataset.fasen);
  const numbers = new Intl.NumberFormat("nl-NL");
  const events = new EventSource(place.dataset.volg);
  events.addEventListener("koppeling", (event) => {
    const run = JSON.parse(event.data);
    if (run.staat !== "gepland" && run.staat !== "bezig") {
      events.close();
      location.reload();
      return;
    }
    if (run.staat === "bezig") document.querySelector("[data-staat]").textContent = "draait";
    const now = run.voortgang;
    if (!now) return;
    const rows = now.van > 0 ? `: ${numbers.format(now.regels)} van ${numbers.format(now.van)} regels` : "";
    const left = now.seconden_over ? `, nog ongeveer ${now.seconden_over} seconden` : "";
    text.textContent = `${names[now.fase] || now.fase}${rows}${left}`;
    if (now.van > 0) {
      bar.max = now.van;
      bar.value = now.regels;
    } else {
      bar.removeAttribute("value");
    }
  });
}

// Leveringen: drop everything at once; manifests and data go to their own fields, and the form says how far it is.
const upload = (form) => {
  const zone = form.querySelector(".sleep");
  const [manifests, files] = ["manifest", "bestand"].map((name) => form.querySelector(`input[name="${name}"]`));
  const together = form.querySelector("[data-alles]");
  const told = form.querySelector("[data-gekozen]");
  const bar = form.querySelector("progress");
  const choose = (list) => {
    const [left, right] = [new DataTransfer(), new DataTransfer()];
    for (const file of list) (file.name.endsWith(".manifest.json") ? left : right).items.add(file);
    manifests.files = left.files;
    files.files = right.files;
    told.textContent = `Gekozen: ${files.files.length} bestand(en) en ${manifests.files.length} manifest(en).`;
  };
  together.addEventListener("change", () => choose(together.files));
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("sleep-boven");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("sleep-boven"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("sleep-boven");
    choose(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData();
    for (const file of manifests.files) data.append("manifest", file);
    for (const file of files.files) data.append("bestand", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (step) => {
      bar.hidden = false;
      bar.max = step.total;
      bar.value = step.loaded;
      told.textContent = step.loaded < step.total ? "Bezig met versturen…" : "Verstuurd; de dienst controleert…";
    });
    request.addEventListener("load", () => {
      const main = request.response && request.response.querySelector("main");
      if (request.status === 200 && request.responseURL !== form.action) {
        location.assign(request.responseURL);
      } else if (main) {
        document.querySelector("main").replaceWith(document.adoptNode(main));
        document.title = request.response.title;
        const zones = document.querySelectorAll("form[data-sleep]");
zones.forEach(upload);
// A file that is dropped beside its place would replace the page.
for (const kind of zones.length > 0 ? ["dragover", "drop"] : []) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
        document.querySelector("main").focus();
        window.scrollTo(0, 0);
      } else {
        told.textContent = "Het versturen is niet gelukt. Laad de bladzijde opnieuw en probeer het nog eens.";
      }
    });
    request.addEventListener("error", () => {
      told.textContent = "De verbinding brak af. Er is niets ontvangen dat niet af was; verstuur het opnieuw.";
    });
    request.send(data);
  });
};
const zones = document.querySelectorAll("form[data-sleep]");
zones.forEach(upload);
// A file that is dropped beside its place would replace the page.
for (const kind of zones.length > 0 ? ["dragover", "drop"] : []) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
