//! The lines of the log: how they are made, and what they say when read back.

use super::{Act, Actor, AuditFault, Outcome};
use crate::chain::{self, End, link};
use crate::terms::{AccountRol, Moment, Sha256Hash};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the schema of a line.
const SCHEMA: &str = "inbeeld/audit/v1";

#[derive(Deserialize, Serialize)]
struct Begin {
    tijd: String,
    wie: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    rol: Option<String>,
    daad: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    op: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Finish {
    tijd: String,
    begin: usize,
    uitkomst: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    op: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Repaired {
    tijd: String,
    bytes: u64,
    sha256: String,
}

/// The line that begins an act, and the chain's end behind it.
///
/// # Errors
/// [`AuditFault::Storage`] where it cannot be written as JSON.
pub fn begin(
    end: End,
    now: Moment,
    actor: &Actor,
    act: Act,
    object: Option<&str>,
) -> Result<(String, End), AuditFault> {
    let says = Begin {
        tijd: now.to_string(),
        wie: actor.name().to_owned(),
        rol: actor.rol().map(|rol| rol.as_str().to_owned()),
        daad: act.as_str().to_owned(),
        op: object.map(str::to_owned),
    };
    line(end, "begin", &says)
}

/// The line that ends the act which began at line `nr`. An object that was not known at its begin
/// can be named here.
///
/// # Errors
/// [`AuditFault::Storage`] where it cannot be written as JSON.
pub fn finish(
    end: End,
    now: Moment,
    nr: usize,
    (outcome, code): (Outcome, Option<&str>),
    object: Option<&str>,
) -> Result<(String, End), AuditFault> {
    let says = Finish {
        tijd: now.to_string(),
        begin: nr,
        uitkomst: outcome.as_str().to_owned(),
        code: code.map(str::to_owned),
        op: object.map(str::to_owned),
    };
    line(end, "eind", &says)
}

/// The line that says that bytes without a line end were set aside.
///
/// # Errors
/// [`AuditFault::Storage`] where it cannot be written as JSON.
pub fn repaired(end: End, now: Moment, bytes: u64, hash: Sha256Hash) -> Result<(String, End), AuditFault> {
    line(end, "hersteld", &Repaired { tijd: now.to_string(), bytes, sha256: hash.to_string() })
}

fn line(end: End, soort: &'static str, says: &impl Serialize) -> Result<(String, End), AuditFault> {
    link(SCHEMA, end, soort, says).map_err(|fault| AuditFault::Storage(fault.into()))
}

/// An act as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the line at which it began.
    pub nr: usize,
    /// When it began, UTC.
    pub tijd: String,
    /// Who.
    pub wie: String,
    /// In which role.
    pub rol: Option<AccountRol>,
    /// What.
    pub daad: Act,
    /// To which object.
    pub op: Option<String>,
    /// How it ended, and by which refusal; `None` where it was cut off or goes on.
    pub eind: Option<(Outcome, Option<String>)>,
}

/// A log whose chain holds.
#[derive(Debug)]
pub struct Log {
    /// Every act, oldest first.
    pub acts: Vec<Entry>,
    /// How often bytes were set aside.
    pub repairs: usize,
    hashes: Vec<Sha256Hash>,
}

impl Log {
    /// Reads every line of a log.
    ///
    /// # Errors
    /// [`AuditFault`] at the first line that is not right.
    pub fn read<L: AsRef<str>>(lines: &[L]) -> Result<Self, AuditFault> {
        let hashes = chain::verify(lines).map_err(|line| AuditFault::Broken { line })?;
        let mut acts: BTreeMap<usize, Entry> = BTreeMap::new();
        let mut repairs = 0;
        for (at, line) in lines.iter().enumerate() {
            let nr = at + 1;
            match kind(nr, line.as_ref()) {
                Some(Kind::Begin(entry)) => {
                    acts.insert(nr, entry);
                }
                Some(Kind::Finish { begin, eind, op }) => match acts.get_mut(&begin) {
                    Some(entry) if entry.eind.is_none() => {
                        entry.eind = Some(eind);
                        entry.op = op.or_else(|| entry.op.take());
                    }
                    _ => return Err(AuditFault::Odd { line: nr }),
                },
                Some(Kind::Repaired) => repairs += 1,
                None => return Err(AuditFault::Odd { line: nr }),
            }
        }
        Ok(Self { acts: acts.into_values().collect(), repairs, hashes })
    }

    /// How many lines it has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.hashes.len()
    }

    /// Hash of the last line, to be kept elsewhere; zeros for an empty log.
    #[must_use]
    pub fn head(&self) -> Sha256Hash {
        self.hashes.last().copied().unwrap_or(End::EMPTY.head)
    }

    /// Acts without an end: cut off by a crash, or still going on.
    #[must_use]
    pub fn open(&self) -> Vec<usize> {
        self.acts.iter().filter(|entry| entry.eind.is_none()).map(|entry| entry.nr).collect()
    }

    /// How many lines came after a head that was kept elsewhere.
    ///
    /// # Errors
    /// [`AuditFault::Head`] when it is no line's: lines were cut off or written again.
    pub fn since(&self, kept: Sha256Hash) -> Result<usize, AuditFault> {
        if kept == End::EMPTY.head {
            return Ok(self.lines());
        }
        let found = self.hashes.iter().rev().position(|hash| *hash == kept);
        found.ok_or(AuditFault::Head { lines: self.lines() })
    }
}

enum Kind {
    Begin(Entry),
    Finish { begin: usize, eind: (Outcome, Option<String>), op: Option<String> },
    Repaired,
}

fn kind(nr: usize, line: &str) -> Option<Kind> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    if field("schema") != Some(SCHEMA) || Moment::parse(field("tijd")?).is_err() {
        return None;
    }
    match field("soort")?.to_owned().as_str() {
        "begin" => {
            let Begin { tijd, wie, rol, daad, op } = serde_json::from_value(value).ok()?;
            let rol = match rol {
                None => None,
                Some(rol) => Some(AccountRol::parse(rol.as_bytes())?),
            };
            Some(Kind::Begin(Entry { nr, tijd, wie, rol, daad: Act::parse(&daad)?, op, eind: None }))
        }
        "eind" => {
            let Finish { begin, uitkomst, code, op, .. } = serde_json::from_value(value).ok()?;
            Some(Kind::Finish { begin, eind: (Outcome::parse(&uitkomst)?, code), op })
        }
        "hersteld" => serde_json::from_value::<Repaired>(value).ok().map(|_| Kind::Repaired),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    fn lines() -> Vec<String> {
        let actor = Actor::Account { naam: "fg".to_owned(), rol: AccountRol::PrivacyOfficer };
        let mut end = End::EMPTY;
        let mut add = |made: &dyn Fn(End) -> Result<(String, End), AuditFault>| {
            let (line, behind) = made(end).unwrap();
            end = behind;
            line
        };
        vec![
            add(&|end| begin(end, at(1), &Actor::Nobody, Act::LogIn, None)),
            add(&|end| begin(end, at(2), &actor, Act::NewText, Some("doel/1"))),
            add(&|end| finish(end, at(3), 1, (Outcome::Refused, Some("aanmelden-onjuist")), Some("fg"))),
            add(&|end| repaired(end, at(4), 12, Sha256Hash([7; 32]))),
            add(&|end| begin(end, at(5), &Actor::Service, Act::Stop, None)),
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let log = Log::read(&lines()).unwrap();
        assert_eq!((log.lines(), log.repairs, log.open()), (5, 1, vec![2, 5]));
        assert_eq!(log.acts[0].eind, Some((Outcome::Refused, Some("aanmelden-onjuist".to_owned()))));
        assert_eq!(log.acts[0].op.as_deref(), Some("fg"));
        assert_eq!((log.acts[1].wie.as_str(), log.acts[1].rol), ("fg", Some(AccountRol::PrivacyOfficer)));
        assert_eq!(log.since(log.head()).unwrap(), 0);
        assert!(matches!(log.since(Sha256Hash([9; 32])), Err(AuditFault::Head { lines: 5 })));
    }

    #[test]
    fn a_changed_byte_is_found_and_a_lost_tail_by_the_kept_head() {
        let lines = lines();
        let head = Log::read(&lines).unwrap().head();
        for line in 0..lines.len() {
            for byte in 0..lines[line].len() {
                let mut changed = lines.clone();
                let mut bytes = changed[line].clone().into_bytes();
                bytes[byte] ^= 1;
                changed[line] = String::from_utf8(bytes).unwrap();
                let found = Log::read(&changed);
                assert!(
                    found.is_err_and(|_| true) || Log::read(&changed).unwrap().since(head).is_err(),
                    "{line} {byte}"
                );
            }
        }
        assert!(Log::read(&lines[..4]).unwrap().since(head).is_err());
        assert!(matches!(Log::read(&lines[1..]), Err(AuditFault::Broken { line: 1 })));
    }

    #[test]
    fn lines_that_the_service_does_not_write_are_told() {
        let lines = lines();
        let end = lines.iter().fold(End::EMPTY, |end, line| end.follow(line).unwrap());
        for nr in [1, 4, 6, 9] {
            // Ended already, no begin, itself, not there.
            let (line, _) = finish(end, at(6), nr, (Outcome::Done, None), None).unwrap();
            let all = [lines.clone(), vec![line]].concat();
            assert!(matches!(Log::read(&all), Err(AuditFault::Odd { line: 6 })), "{nr}");
        }
        let (line, _) =
            link("inbeeld/register/v1", end, "begin", &serde_json::json!({ "tijd": at(6).to_string() })).unwrap();
        assert!(matches!(Log::read(&[lines, vec![line]].concat()), Err(AuditFault::Odd { line: 6 })));
    }
}
