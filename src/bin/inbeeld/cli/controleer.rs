//! `controleer`: leveringen against their manifests and the rules of their bron.

use crate::output::{Failure, Outcome, complain, refusals, say};
use crate::progress::Bar;
use clap::Args;
use inbeeld::engine::Embedded;
use inbeeld::fault::Exit;
use inbeeld::ingest::MANIFEST_ENDING;
use inbeeld::run::{Report, Workplace, controleer};
use inbeeld::store::{DiskFolder, StoreFault};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Controleer {
    /// Databestanden, manifesten of mappen met leveringen
    #[arg(value_name = "LEVERING", required = true)]
    leveringen: Vec<PathBuf>,
    /// Geeft het verslag als JSON
    #[arg(long)]
    json: bool,
}

impl Controleer {
    /// The same check for those who call it from elsewhere.
    pub(super) fn new(leveringen: Vec<PathBuf>) -> Self {
        Self { leveringen, json: false }
    }
}

/// A folder as given, or the one levering that a file belongs to.
fn place(path: &Path) -> DiskFolder {
    if path.is_dir() {
        return DiskFolder::new(path);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let data = name.strip_suffix(MANIFEST_ENDING).unwrap_or(&name).to_owned();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DiskFolder::only(folder, vec![format!("{data}{MANIFEST_ENDING}"), data])
}

pub(crate) fn run(args: &Controleer) -> Outcome {
    let engine = Embedded::new(None)?;
    let mut reports: Vec<Report> = Vec::new();
    for path in &args.leveringen {
        if !path.exists() {
            let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(StoreFault::read(path)(missing).into());
        }
        let folder = place(path);
        let bar = Bar::new(folder.total_bytes().map_err(StoreFault::read(path))?);
        let place = Workplace { folder: &folder, engine: &engine, progress: &bar };
        let found = controleer(&place).map_err(StoreFault::read(path))?;
        if found.is_empty() {
            let what = format!("{}: hier staat geen levering", path.display());
            let remedy = "Geef een databestand met zijn manifest, of een map waarin die staan.";
            return Err(Failure::new(Exit::Input, "geen-levering", &what, remedy));
        }
        // Two folders may hold files of one name.
        let several = args.leveringen.len() > 1 && path.is_dir();
        let place = |file: &str| if several { path.join(file).display().to_string() } else { file.to_owned() };
        reports.extend(found.into_iter().map(|mut report| {
            report.file = place(&report.file);
            report.refused.file = report.file.clone();
            report
        }));
    }
    let bad = reports.iter().filter(|report| !report.refused.reasons.is_empty()).count();
    if args.json {
        say(&format!("{:#}\n", json!(reports.iter().map(as_json).collect::<Vec<_>>())));
    } else {
        for report in &reports {
            match (&report.levering, report.refused.reasons.is_empty()) {
                (Some((bron, identificatie, records)), true) => {
                    say(&format!("{}: goed ({bron}, {identificatie}, {records} regels)\n", report.file));
                }
                _ => complain(&refusals(&report.refused)),
            }
        }
    }
    if bad > 0 {
        complain(&format!("{bad} van {} levering(en) geweigerd\n", reports.len()));
        return Err(Failure::shown(Exit::Input));
    }
    Ok(())
}

fn as_json(report: &Report) -> serde_json::Value {
    let reasons: Vec<_> = report
        .refused
        .reasons
        .iter()
        .map(|reason| json!({ "code": reason.code(), "wat": reason.to_string(), "doe": reason.remedy() }))
        .collect();
    let (bron, identificatie, records) = report
        .levering
        .map_or((None, None, None), |(bron, own, records)| (Some(bron.as_str()), Some(own.as_str()), Some(records)));
    json!({
        "bestand": report.file, "bron": bron, "identificatie": identificatie, "records": records,
        "goed": report.refused.reasons.is_empty(), "redenen": reasons,
    })
}
