//! A service in a folder: its keys, what it received, its register and log; over a region of `streek`.

use crate::streek::Region;
use hmac::{Hmac, KeyInit, Mac};
use inbeeld::disclosure::Recipients;
use inbeeld::doelbinding::Signed;
use inbeeld::engine::Embedded;
use inbeeld::ingest::{Folder, MANIFEST_ENDING};
use inbeeld::linking::{Fase, Progress};
use inbeeld::logbook::{Activity, LogSink};
use inbeeld::pseudonym::{Identity, Key, LogboekKey, PeriodKey, Role, ShareA, ShareB, WithdrawalKey};
use inbeeld::receive::{Announced, Desk, InForce};
use inbeeld::register::{Ledger, RegisterFault};
use inbeeld::run::{
    self, Clock, Koppeling, Leave, Logboek, Outcome, Prepared, RunFault, Shown, Withdrawals, Workplace,
};
use inbeeld::store::{self, DiskShelf, LogStore, OutFolder, RegisterFile, read_key, write_secret};
use inbeeld::terms::{Datum, Maand, Moment, Peildatum};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Service {
    home: PathBuf,
    region: Option<PathBuf>,
    engine: Embedded,
    a: ShareA,
    b: ShareB,
    logboek: (Key, LogboekKey),
    intrekking: WithdrawalKey,
    recipients: Recipients,
    /// Every phase that was told, with its rows.
    pub told: Mutex<Vec<(Fase, u64)>>,
    /// Blocks that the last run read.
    pub blocks: AtomicU64,
}

/// One koppeling.
#[derive(Clone, Copy)]
pub struct Run {
    /// Names its folder, register and memory of lists.
    pub name: &'static str,
    pub month: &'static str,
    pub today: &'static str,
    /// Breaks it off once this often was asked whether to.
    pub stop_after: Option<u64>,
    /// Breaks it off once so many blocks were read.
    pub stop_after_blocks: Option<u64>,
    pub logboek: bool,
    pub log_full: bool,
    /// Refuses where a covered source knows nobody.
    pub overlap: bool,
}

impl Run {
    pub fn new(name: &'static str, month: &'static str) -> Self {
        Self {
            name,
            month,
            today: "2026-12-06",
            stop_after: None,
            stop_after_blocks: None,
            logboek: false,
            log_full: false,
            overlap: false,
        }
    }
}

struct Told<'t> {
    told: &'t Mutex<Vec<(Fase, u64)>>,
    asked: AtomicU64,
    stop_after: u64,
    stop_after_blocks: u64,
    blocks: &'t AtomicU64,
}

impl Progress for Told<'_> {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64, _: u64) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
    }
    fn phase(&self, phase: Fase, rows: u64) {
        self.told.lock().unwrap().push((phase, rows));
    }
    fn cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.stop_after
            || self.blocks.load(Ordering::Relaxed) >= self.stop_after_blocks
    }
}

struct Still;
impl Clock for Still {
    fn now(&self) -> Moment {
        now()
    }
    fn seconds(&self) -> f64 {
        0.0
    }
}

fn now() -> Moment {
    Moment::parse("2026-12-06T12:00:00Z").unwrap()
}

/// A disk that is full.
struct Full;
impl LogSink for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
    fn confirm(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Service {
    pub fn new(region: &Region) -> Self {
        // Each its own beside the region's files.
        let home = tempfile::Builder::new().prefix("dienst-").tempdir_in(region.path("")).unwrap().keep();
        let mut service = Self::at(&home);
        service.region = Some(region.path(""));
        service.intrekking = WithdrawalKey::new(&read_key(&region.path("intrekking.sleutel")).unwrap()).unwrap();
        service.recipients = store::read_recipients(&region.path("ontvangers")).unwrap();
        service
    }

    /// A service in this folder, with the keys that are there.
    pub fn at(home: &Path) -> Self {
        let key = |name: &str, role| {
            let path = home.join(name);
            if !path.exists() {
                write_secret(&path, &Key::generate(role).unwrap().to_line()).unwrap();
            }
            read_key(&path).unwrap()
        };
        let logboek = key("logboek.sleutel", Role::Logboek);
        let for_subjects = LogboekKey::new(&logboek).unwrap();
        Self {
            home: home.to_owned(),
            region: None,
            engine: Embedded::new(Some(2)).unwrap(),
            a: ShareA::new(&key("a.sleutel", Role::DienstDeel)).unwrap(),
            b: ShareB::new(&key("b.sleutel", Role::DienstDeel)).unwrap(),
            logboek: (logboek, for_subjects),
            intrekking: WithdrawalKey::new(&key("intrekking.sleutel", Role::Intrekking)).unwrap(),
            recipients: Recipients::new(),
            told: Mutex::default(),
            blocks: AtomicU64::new(0),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    pub fn period(&self, month: &str) -> PeriodKey {
        self.a.period_key(Maand::parse(month.as_bytes()).unwrap(), &self.b).unwrap()
    }

    pub fn shelf(&self, month: &str) -> DiskShelf {
        DiskShelf::open(&self.path("leveringen"), Maand::parse(month.as_bytes()).unwrap()).unwrap()
    }

    pub fn log(&self) -> LogStore {
        LogStore::open(&self.path("logboek")).unwrap()
    }

    pub fn desk<'d>(
        &'d self,
        month: &str,
        key: &'d PeriodKey,
        earlier: Option<&'d PeriodKey>,
        lists: &'d [InForce],
    ) -> Desk<'d> {
        let periode = Maand::parse(month.as_bytes()).unwrap();
        Desk { periode, key, earlier, logboek: &self.logboek.1, marks: Some((&self.intrekking, lists)), now: now() }
    }

    /// Takes in every levering of the region's folder of a month, oldest first.
    pub fn take_in(&self, folder: &str, in_force: bool, earlier: Option<&str>) {
        let folder = self.region.as_ref().unwrap().join(folder);
        let lists: Vec<InForce> =
            if in_force { InForce::of(self.signed("2026-12-06").policy()).collect() } else { Vec::new() };
        let earlier = earlier.map(|month| self.period(month));
        let mut all = 0;
        for path in files(&folder) {
            let Some(data) = path.to_str().unwrap().strip_suffix(MANIFEST_ENDING).map(PathBuf::from) else { continue };
            let name = data.file_name().unwrap().to_str().unwrap();
            let announced = Announced::read(name, &fs::read(&path).unwrap()).unwrap();
            let month = announced.periode().to_string();
            let key = self.period(&month);
            let desk = self.desk(&month, &key, earlier.as_ref(), &lists);
            let taken = announced.take(&desk, fs::File::open(&data).unwrap(), &self.shelf(&month)).unwrap();
            assert_eq!(taken.receipt.sha256, hex(&Sha256::digest(fs::read(&data).unwrap())));
            all += 1;
        }
        assert_eq!(all, 7);
    }

    /// The number of somebody in the Logboek Dataverwerkingen, by code of its own.
    pub fn subject(&self, pseudonym: &str) -> String {
        let line = self.logboek.0.to_line();
        let secret = unhex(line.trim().rsplit(':').next().unwrap());
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(&unhex(pseudonym));
        hex(&mac.finalize().into_bytes())
    }

    fn signed(&self, today: &str) -> Signed {
        let region = self.region.as_ref().unwrap();
        let today = Datum::parse(today.as_bytes()).unwrap();
        let (text, signatures) = store::read_doelbinding(&region.join("lijst.toml")).unwrap();
        Signed::read(&text, &signatures, &store::read_trusted(&region.join("vertrouwd")).unwrap(), today).unwrap()
    }

    fn memory(&self, run: &Run) -> (PathBuf, Option<Vec<u8>>) {
        let path = self.path(&format!("{}.verzegeld", run.name));
        let remembered = store::read_memory(&path).unwrap();
        (path, remembered)
    }

    fn register_of(&self, run: &Run) -> PathBuf {
        self.path(&format!("{}.jsonl", run.name))
    }

    fn with_job<T>(&self, run: &Run, folder: &dyn Folder, work: impl FnOnce(Koppeling<'_>) -> T) -> T {
        let today = Datum::parse(run.today.as_bytes()).unwrap();
        let progress = Told {
            told: &self.told,
            asked: AtomicU64::new(0),
            stop_after: run.stop_after.unwrap_or(u64::MAX),
            stop_after_blocks: run.stop_after_blocks.unwrap_or(u64::MAX),
            blocks: &self.blocks,
        };
        self.blocks.store(0, Ordering::Relaxed);
        let (_, remembered) = self.memory(run);
        let activity = Activity::new("https://regio.example/doelbindingen/lijst/1", "urn:inbeeld:jongere").unwrap();
        let log = self.log();
        let mut full = Full;
        let mut writer = log.writer(today).unwrap();
        let sink: &mut dyn LogSink = if run.log_full { &mut full } else { &mut writer };
        work(Koppeling {
            peildatum: Peildatum::new(Datum::parse(format!("{}-01", run.month).as_bytes()).unwrap()),
            today,
            today_set: false,
            accept_no_overlap: !run.overlap,
            place: Workplace { folder, engine: &self.engine, progress: &progress },
            clock: &Still,
            recipients: &self.recipients,
            withdrawals: Some(Withdrawals { key: &self.intrekking, before: remembered.as_deref() }),
            logboek: run.logboek.then_some(Logboek { activity: &activity, sink }),
        })
    }

    /// Runs and releases in one; gives every file that left.
    pub fn koppel(&self, run: &Run, folder: &dyn Folder) -> Result<BTreeMap<String, Vec<u8>>, RunFault> {
        let uit = self.path(run.name);
        let _ = fs::remove_dir_all(&uit);
        let out = OutFolder::new(&uit).with_memory(&self.memory(run).0);
        let register = self.register_of(run);
        self.with_job(run, folder, |job| run::koppel(job, self.signed(run.today), || open_register(&register), out))?;
        let name = |path: &PathBuf| path.strip_prefix(&uit).unwrap().to_str().unwrap().to_owned();
        Ok(files(&uit).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect())
    }

    pub fn prepare(&self, run: &Run, folder: &dyn Folder) -> Result<Prepared, RunFault> {
        let register = self.register_of(run);
        self.with_job(run, folder, |job| {
            run::prepare(job, self.signed(run.today), || open_register(&register)?.lines())
        })
    }

    pub fn release(&self, run: &Run, prepared: Prepared) -> Result<Outcome, RunFault> {
        let (path, remembered) = self.memory(run);
        let today = Datum::parse(run.today.as_bytes()).unwrap();
        let leave = Leave { now: now(), today, remembered: remembered.as_deref() };
        let register = self.register_of(run);
        let out = OutFolder::new(&self.path(run.name)).with_memory(&path);
        prepared.release(&leave, || open_register(&register), out)
    }

    pub fn show<'p>(&self, run: &Run, prepared: &'p mut Prepared) -> Result<Shown<'p>, RunFault> {
        let register = self.register_of(run);
        prepared.show(now(), || open_register(&register))
    }

    pub fn register(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(&format!("{name}.jsonl"))).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines of a sealed list, its header first, the rest in order.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Vec<String> {
        let code = if name.contains("0193") { "0193" } else { "0148" };
        let path = self.region.as_ref().unwrap().join(format!("ontvangers/{code}.identiteit"));
        let identity = Identity::parse(&fs::read_to_string(path).unwrap()).unwrap();
        let text = String::from_utf8(identity.open(sealed).unwrap().to_vec()).unwrap();
        let mut lines: Vec<String> = text.trim_end_matches('\n').lines().map(str::to_owned).collect();
        lines[1..].sort();
        lines
    }
}

/// Opens a register. A program that another test starts holds its lock as well for a moment, between
/// being split off and becoming itself.
fn open_register(path: &Path) -> Result<RegisterFile, RegisterFault> {
    for _ in 0..200 {
        match RegisterFile::open(path) {
            Err(RegisterFault::Busy) => std::thread::sleep(std::time::Duration::from_millis(10)),
            opened => return opened,
        }
    }
    RegisterFile::open(path)
}

/// Every file under a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Whether bytes hold a pseudonym, as digits or raw.
pub fn contents(bytes: &[u8], pseudonym: &str) -> bool {
    let find = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    find(pseudonym.as_bytes()) || find(&unhex(pseudonym))
}

/// A good manifest.
pub fn manifest(bron: &str, data: &[u8], records: usize) -> String {
    let sha256 = hex(&Sha256::digest(data));
    serde_json::json!({
        "schema": "inbeeld/levering/v1", "bron": bron, "leverancier": { "oin": "00000001003214345000", "naam": "x" },
        "regio": "10", "periode": "2026-10", "dekking": "volledig", "sleutel_id": "0123456789abcdef",
        "identificatie": "bsn", "records": records, "afgekeurd_bij_bron": 0, "sha256": sha256,
        "aangemaakt": "2026-11-02T08:30:00Z",
    })
    .to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}
