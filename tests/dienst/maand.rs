//! A service with the demo month: everybody has an account, and the leveringen lie ready.

use crate::huis::{Dienst, Huis, activeer, als, gelukt, nieuw};
use crate::klant::{Antwoord, Klant};
use inbeeld::terms::Moment;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The first day of this month, on which the demo looks.
fn peildatum() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month()
}

/// The month of the demo, and the one before.
pub fn perioden() -> [String; 2] {
    let now = peildatum();
    [now, now.yesterday().unwrap()].map(|day| day.strftime("%Y-%m").to_string())
}

pub struct Mensen {
    pub beheerder: Klant,
    pub coordinator: Klant,
    pub vrijgever: Klant,
    pub fg: Klant,
    pub zwolle: Klant,
    pub elders: Klant,
}

impl Mensen {
    fn each(&mut self) -> [&mut Klant; 6] {
        let Self { beheerder, coordinator, vrijgever, fg, zwolle, elders } = self;
        [beheerder, coordinator, vrijgever, fg, zwolle, elders]
    }
}

pub struct Maand {
    pub huis: Huis,
    /// What the command line made of the same month.
    pub demo: tempfile::TempDir,
    pub dienst: Dienst,
    pub mensen: Mensen,
}

impl Maand {
    /// The demo month by the command line, and a service that has its texts and nothing else.
    pub fn new() -> Self {
        let (huis, demo) = (Huis::new(), tempfile::tempdir().unwrap());
        gelukt(&["demo", "--map", demo.path().to_str().unwrap()], huis.map.path());
        for map in ["vertrouwd", "doelbinding/ontvangers"] {
            let to = huis.pad(map.rsplit('/').next().unwrap());
            fs::create_dir_all(&to).unwrap();
            for file in files(&demo.path().join(map)) {
                fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
            }
        }
        let code = huis.eerste_beheerder();
        let dienst = huis.start();
        let klant = &dienst.klant;
        let geheim = activeer(klant, "eerste", &code);
        let beheerder = als(klant, "eerste", &geheim, 0);
        let account = |naam: &str, rol: &str, gemeente: Option<&str>| {
            nieuw(&beheerder, klant, &json!({ "naam": naam, "rol": rol, "gemeente": gemeente }))
        };
        let mensen = Mensen {
            coordinator: account("coordinator", "coordinator", None),
            vrijgever: account("vrijgever", "vrijgever", None),
            fg: account("fg", "privacy-officer", None),
            zwolle: account("zwolle", "gemeente", Some("0193")),
            elders: account("elders", "gemeente", Some("0148")),
            beheerder: beheerder.clone(),
        };
        for text in ["oud-vsv-maandmonitor", "contactlijst-gemeenten"] {
            let read = |ending: &str| fs::read_to_string(demo.path().join(format!("doelbinding/{text}.toml{ending}")));
            let signatures: Vec<String> = [".minisig", ".2.minisig"].iter().filter_map(|one| read(one).ok()).collect();
            let body = json!({ "tekst": read("").unwrap(), "handtekeningen": signatures });
            let answer = mensen.fg.stuur("/v1/doelbindingen", &body);
            assert_eq!(answer.status, 201, "{answer:?}");
        }
        Self { huis, demo, dienst, mensen }
    }

    pub fn nieuw(&self, naam: &str, rol: &str) -> Klant {
        nieuw(&self.mensen.beheerder, &self.dienst.klant, &json!({ "naam": naam, "rol": rol }))
    }

    /// Hands in share B of the month and of the one before.
    pub fn open(&self) {
        let map = self.huis.map.path();
        for periode in perioden() {
            let name = format!("b-{periode}.sleutel");
            if !self.huis.pad(&name).exists() {
                gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", &name], map);
            }
            let deel = fs::read_to_string(self.huis.pad(&name)).unwrap();
            let body = json!({ "sleutel": deel.trim() });
            let answer = self.mensen.fg.stuur(&format!("/v1/perioden/{periode}/deel-b"), &body);
            assert_eq!(answer.status, 204, "{answer:?}");
        }
    }

    /// Delivers every file of the demo month, in the order in which they were made.
    pub fn lever_alles(&self) {
        let mut manifests: Vec<(Moment, PathBuf)> = files(&self.demo.path().join("leveringen"))
            .into_iter()
            .filter(|path| path.to_str().unwrap().ends_with(".manifest.json"))
            .map(|path| {
                let told: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                // Not as text: what is behind the point is as long as it needs to be.
                (Moment::parse(told["aangemaakt"].as_str().unwrap()).unwrap(), path)
            })
            .collect();
        manifests.sort();
        assert!(manifests.len() > 12);
        for (_, path) in manifests {
            let text = path.to_str().unwrap();
            let data = PathBuf::from(text.strip_suffix(".manifest.json").unwrap());
            let answer = self.lever(&fs::read_to_string(&path).unwrap(), &data);
            assert_eq!(answer, 201, "{text}");
        }
    }

    /// Delivers the first file of the month again; gives the status and the code.
    pub fn lever_eerste(&self) -> (u16, String) {
        let all = files(&self.demo.path().join("leveringen"));
        let data = all.iter().find(|path| path.extension().is_some_and(|ending| ending == "csv")).unwrap();
        let mut manifest: Value =
            serde_json::from_slice(&fs::read(format!("{}.manifest.json", data.display())).unwrap()).unwrap();
        manifest["periode"] = json!(perioden()[0]);
        let answer = self.stuur_levering(&manifest.to_string(), data);
        (answer.status, answer.code())
    }

    fn lever(&self, manifest: &str, data: &Path) -> u16 {
        self.stuur_levering(manifest, data).status
    }

    fn stuur_levering(&self, manifest: &str, data: &Path) -> Antwoord {
        let (name, text) = (data.file_name().unwrap().to_str().unwrap(), fs::read_to_string(data).unwrap());
        let kop = "Content-Disposition: form-data; name=";
        let body = format!(
            "--grens\r\n{kop}\"manifest\"\r\n\r\n{manifest}\r\n--grens\r\n{kop}\"bestand\"; filename=\"{name}\"\r\n\r\n\
             {text}\r\n--grens--\r\n"
        );
        let headers = [("Content-Type", "multipart/form-data; boundary=grens")];
        self.mensen.coordinator.vraag("POST", "/v1/leveringen", &headers, Some(&body))
    }

    pub fn koppeling(&self, text: &str) -> Value {
        json!({ "doelbinding": text, "versie": 1, "peildatum": peildatum().to_string() })
    }

    /// A koppeling once it runs no more.
    pub fn wacht(&self, nr: u64) -> Value {
        let begin = Instant::now();
        loop {
            let run = self.mensen.coordinator.haal(&format!("/v1/koppelingen/{nr}")).json();
            if !["gepland", "bezig"].contains(&run["staat"].as_str().unwrap()) {
                return run;
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "{run}");
            std::thread::sleep(Duration::from_millis(150));
        }
    }

    /// Links under a text, looks and releases; gives the number of the koppeling.
    pub fn vrijgegeven(&self, text: &str) -> u64 {
        let answer = self.mensen.coordinator.stuur("/v1/koppelingen", &self.koppeling(text));
        assert_eq!(answer.status, 201, "{answer:?}");
        let nr = answer.json()["nr"].as_u64().unwrap();
        let run = self.wacht(nr);
        assert_eq!(run["staat"], "klaar", "{run}");
        for wat in ["_bekijk", "_geef-vrij"] {
            let answer = self.mensen.vrijgever.stuur(&format!("/v1/koppelingen/{nr}/{wat}"), &json!({}));
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        nr
    }

    pub fn koppelingen(&self) -> Vec<Value> {
        self.mensen.fg.haal("/v1/koppelingen").json()["koppelingen"].as_array().unwrap().clone()
    }

    pub fn vrijgaven(&self) -> Vec<Value> {
        self.mensen.fg.haal("/v1/vrijgaven").json()["vrijgaven"].as_array().unwrap().clone()
    }

    /// Delivers, links or releases, each in its turn, while the service is killed after so long.
    pub fn gedood(&mut self, ronde: u64, na: Duration) {
        let (coordinator, vrijgever) = (&self.mensen.coordinator, &self.mensen.vrijgever);
        let vraag = || {
            let answer = coordinator.stuur("/v1/koppelingen", &self.koppeling("oud-vsv-maandmonitor"));
            answer.json()["nr"].as_u64().unwrap()
        };
        let vrij = (ronde % 3 == 2).then(|| {
            let nr = vraag();
            self.wacht(nr);
            vrijgever.stuur(&format!("/v1/koppelingen/{nr}/_bekijk"), &json!({}));
            nr
        });
        let (data, manifest) = self.opnieuw(ronde);
        // Killed by its number: the process itself is waited for at the restart.
        let pid = self.dienst.proces.id().to_string();
        std::thread::scope(|scope| {
            scope.spawn(|| match (ronde % 3, vrij) {
                (0, _) => drop(self.lever(&manifest, &data)),
                (_, Some(nr)) => drop(vrijgever.stuur(&format!("/v1/koppelingen/{nr}/_geef-vrij"), &json!({}))),
                _ => drop(coordinator.stuur("/v1/koppelingen", &self.koppeling("oud-vsv-maandmonitor"))),
            });
            std::thread::sleep(na);
            assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
    }

    /// The benefits again as a levering of the month before, each time a newer one.
    fn opnieuw(&self, ronde: u64) -> (PathBuf, String) {
        let all = files(&self.demo.path().join("leveringen"));
        let data = all.into_iter().find(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with("uitkering-") && name.ends_with(".csv")
        });
        let data = data.unwrap();
        let mut manifest: Value =
            serde_json::from_slice(&fs::read(format!("{}.manifest.json", data.display())).unwrap()).unwrap();
        manifest["periode"] = json!(perioden()[1]);
        manifest["aangemaakt"] = json!(format!("{}T{:02}:{:02}:00Z", peildatum(), ronde / 60, ronde % 60));
        (data, manifest.to_string())
    }

    /// Of the month before there is one levering at most, and nothing half.
    pub fn een_levering_of_geen(&self) {
        let before = &perioden()[1];
        let answer = self.mensen.fg.haal(&format!("/v1/perioden/{before}/leveringen"));
        let count = answer.json()["leveringen"].as_array().unwrap().len();
        assert!(answer.status == 200 && count <= 1, "{answer:?}");
        // What an intake that died left waiting is cleared away when the shelf is opened.
        let month = self.huis.pad(&format!("leveringen/{before}"));
        let files = if month.exists() { files(&month).len() } else { 0 };
        // One that was replaced may still lie there until the next comes in.
        assert!(files <= 3 * (count + 1) + 1, "{files} bestanden voor {count} levering(en)");
    }

    /// Starts again; sessions hold, share B is handed in anew.
    pub fn herstart(&mut self) {
        self.dienst = self.huis.start();
        let poort = self.dienst.klant.poort;
        self.mensen.each().into_iter().for_each(|klant| klant.poort = poort);
        self.open();
    }

    /// Begins accounts again on the machine itself, and logs in.
    pub fn opnieuw_aanmelden(&mut self) {
        let klant = self.dienst.klant.clone();
        for (wie, naam) in [(&mut self.mensen.coordinator, "coordinator"), (&mut self.mensen.fg, "fg")] {
            let args = ["beheer", "account", "herstel", "--config", "dienst.toml", naam];
            let told = gelukt(&args, self.huis.map.path());
            let code = told.lines().find_map(|line| line.strip_prefix("activeringscode: ")).unwrap();
            let geheim = activeer(&klant, naam, code);
            *wie = als(&klant, naam, &geheim, 0);
        }
    }

    /// Neither a pseudonym that was received nor a dossier lies anywhere in the service's folder in the clear.
    pub fn niets_van_jongeren(&self) {
        let mut known = Vec::new();
        for path in files(&self.demo.path().join("leveringen")) {
            if path.extension().is_some_and(|ending| ending == "csv") {
                let text = fs::read_to_string(path).unwrap();
                known.extend(text.lines().skip(1).filter_map(|line| Some(line.get(..64)?.to_owned())));
            }
        }
        known.retain(|word| word.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(known.len() > 1000);
        let find = aho(&known);
        for path in files(self.huis.map.path()) {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!find(&text), "{}", path.display());
        }
    }
}

/// Whether a text holds one of these words of 64 digits.
fn aho(words: &[String]) -> impl Fn(&str) -> bool {
    let words: std::collections::HashSet<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
    move |text| text.as_bytes().windows(64).any(|window| words.contains(window))
}

/// Every file under a folder.
pub fn files(map: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(map).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
