//! What the database must hold on to.

use super::*;
use crate::access::{AccessFault, AccountNaam, Bound, Federated, HashRoom, Staat, Token, TotpSecret, Wachtwoord};
use crate::pseudonym::KeyId;
use crate::terms::{AccountRol, Gemeente, Maand, Moment};
use std::os::unix::fs::PermissionsExt;
use zeroize::Zeroizing;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Moment {
    Moment::from_unix_seconds(NOW + seconds).unwrap()
}

fn naam(text: &str) -> AccountNaam {
    AccountNaam::parse(text).unwrap()
}

fn beheerder() -> Bound {
    Bound::new(AccountRol::Beheerder, None, None).unwrap()
}

fn place() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&folder.path().join("inbeeld.db")).unwrap();
    (folder, database)
}

fn active(database: &Database, name: &str, of: &Bound) {
    let invitation = database.new_account(&naam(name), of, at(0)).unwrap();
    let hashed = Wachtwoord::new(Zeroizing::new("een lange zin".to_owned())).hash(&mut HashRoom::default()).unwrap();
    let totp = TotpSecret::fresh().unwrap();
    database.activate((&naam(name), &invitation.code), &hashed, Some(&totp), at(1)).unwrap();
}

#[test]
fn files_are_for_the_owner_only_and_a_newer_schema_is_refused_untouched() {
    let (folder, database) = place();
    database.new_account(&naam("jan"), &beheerder(), at(0)).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
    database.writer.lock().unwrap().pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let path = folder.path().join("inbeeld.db");
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Database::open(&path), Err(DbFault::Newer { found: 999, .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_step_that_fails_leaves_the_schema_before_it() {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::steps(&mut connection, &["CREATE TABLE een (a INTEGER) STRICT"]).unwrap();
    let next = ["CREATE TABLE een (a INTEGER) STRICT", "CREATE TABLE twee (a INTEGER); CREATE TABLE een (a INTEGER)"];
    assert!(schema::steps(&mut connection, &next).is_err());
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!((version, tables), (1, 1));
}

/// Lists that left before their withdrawn handles had a row: what still lies there gets one.
#[test]
fn withdrawn_handles_of_earlier_releases_can_be_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbeeld.db");
    let mut connection = Connection::open(&path).unwrap();
    schema::steps(&mut connection, &schema::STEPS[..4]).unwrap();
    let run = "INSERT INTO koppeling (nr, doelbinding, versie, peildatum, zonder_overlap, staat, gevraagd_door, gevraagd_op, \
               geeindigd_op, vrijgave) VALUES (3, 'x', 1, '2026-10-01', 0, 'vrijgegeven', 'c', 1, 2, 9)";
    connection.execute(run, []).unwrap();
    let list = "INSERT INTO lijst (koppeling, naam, gemeente, bestand, tot, bevestigd_door, bevestigd_op, opgehaald_op, \
                opgehaald_door, verwijderd_op) VALUES (3, 'te-bellen', ?1, 'lijsten/te-bellen-' || ?1 || '.csv.age', \
                '2026-12-01', ?2, ?3, ?3, ?2, ?3)";
    connection.execute(list, rusqlite::params!["0148", "d", 7]).unwrap();
    connection.execute(list, rusqlite::params!["0193", None::<String>, None::<i64>]).unwrap();
    drop(connection);
    let database = Database::open(&path).unwrap();
    let told: Vec<_> =
        database.lists(None).unwrap().into_iter().map(|l| (l.soort, l.gemeente.to_string(), l.bestand)).collect();
    let row = |soort, gemeente: &str, rest: &str| {
        (soort, gemeente.to_owned(), format!("lijsten/te-bellen-{gemeente}{rest}.csv.age"))
    };
    let wanted = [
        row(ListSoort::Contactlijst, "0148", ""),
        row(ListSoort::Contactlijst, "0193", ""),
        row(ListSoort::Vervallen, "0193", "-vervallen"),
    ];
    assert_eq!(told, wanted);
    let open = database.lists(None).unwrap().remove(2);
    assert_eq!(
        (open.tot.to_string().as_str(), open.opgehaald, open.bevestigd, open.verwijderd_op),
        ("2026-12-01", None, None, None)
    );
    assert_eq!(open.bestand, crate::release::withdrawn_file(&open.naam, &open.gemeente.to_string()));
    assert!(database.lists_to_remove(open.tot).unwrap().is_empty());
    assert_eq!(database.lists_to_remove(open.tot.plus_days(1)).unwrap().len(), 2);
}

#[test]
fn who_logs_in_elsewhere_has_one_account_that_can_be_closed_here() {
    let (_folder, database) = place();
    let who = |onderwerp: &str| Federated { uitgever: "https://a.nl".to_owned(), onderwerp: onderwerp.to_owned() };
    let coordinator = Bound::new(AccountRol::Coordinator, None, None).unwrap();
    let jan = database.federated(&who("jan"), &beheerder(), at(0)).unwrap();
    assert_ne!(database.federated(&who("piet"), &beheerder(), at(0)).unwrap(), jan);
    let cookie = Token::fresh().unwrap();
    database.begin_session(&jan, &cookie, at(1)).unwrap();
    // The provider says another role: at once, also in the session that was there.
    assert_eq!(database.federated(&who("jan"), &coordinator, at(2)).unwrap(), jan);
    assert_eq!(database.session(&cookie, at(3)).unwrap().unwrap().bound, coordinator);
    assert_eq!(database.accounts().unwrap().len(), 2);
    // There is no password to try, and no code to make one with.
    assert!(database.verdict(&jan, at(3)).unwrap().hashed.is_none());
    database.block(&jan).unwrap();
    assert!(database.session(&cookie, at(4)).unwrap().is_none());
    let closed = database.federated(&who("jan"), &coordinator, at(5));
    assert!(matches!(closed, Err(DbFault::Access(AccessFault::Closed))));
    assert!(database.reset(&jan, at(6)).unwrap().is_none());
    assert_eq!(database.federated(&who("jan"), &coordinator, at(7)).unwrap(), jan);
    // A local account that happens to have the name is not taken over.
    database.new_account(&who("kees").naam(), &beheerder(), at(8)).unwrap();
    assert!(matches!(database.federated(&who("kees"), &coordinator, at(9)), Err(DbFault::AccountExists)));
}

#[test]
fn what_is_deleted_is_gone_from_the_file() {
    let (folder, database) = place();
    active(&database, "anna-in-het-bestand", &beheerder());
    active(&database, "jan", &beheerder());
    let path = folder.path().join("inbeeld.db");
    let holds = |database: &Database| {
        database.writer.lock().unwrap().pragma_update(None, "wal_checkpoint", "TRUNCATE").ok();
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(19).any(|part| part == b"anna-in-het-bestand")
    };
    assert!(holds(&database));
    database.write(|t| Ok(t.execute("DELETE FROM account WHERE naam LIKE 'anna%'", [])?)).unwrap();
    assert!(!holds(&database));
}

#[test]
fn an_account_is_taken_into_use_once_and_within_a_week() {
    let (_folder, database) = place();
    let invitation = database.new_account(&naam("jan"), &beheerder(), at(0)).unwrap();
    assert!(matches!(database.new_account(&naam("jan"), &beheerder(), at(0)), Err(DbFault::AccountExists)));
    let hashed = Wachtwoord::new(Zeroizing::new("een lange zin".to_owned())).hash(&mut HashRoom::default()).unwrap();
    let activate = |code: &Token, seconds| database.activate((&naam("jan"), code), &hashed, None, at(seconds));
    let refused = |found: Result<(), DbFault>| matches!(found, Err(DbFault::Access(AccessFault::Activation)));
    assert!(refused(activate(&Token::fresh().unwrap(), 1)));
    assert!(refused(activate(&invitation.code, 7 * 24 * 60 * 60)));
    assert!(database.verdict(&naam("jan"), at(1)).unwrap().hashed.is_none());
    activate(&invitation.code, 1).unwrap();
    assert!(refused(activate(&invitation.code, 2)));
    assert!(database.verdict(&naam("jan"), at(1)).unwrap().hashed.is_some());
    assert!(!database.verdict(&naam("piet"), at(1)).unwrap().known);
}

#[test]
fn five_wrong_attempts_lock_and_a_code_opens_once() {
    let (_folder, database) = place();
    active(&database, "jan", &beheerder());
    database.right_attempt(&naam("jan"), Some(10), at(0)).unwrap();
    assert!(database.right_attempt(&naam("jan"), Some(10), at(0)).is_err());
    assert_eq!(database.verdict(&naam("jan"), at(0)).unwrap().used, Some(10));
    for _ in 0..5 {
        database.wrong_attempt(&naam("jan"), at(0)).unwrap();
    }
    let verdict = database.verdict(&naam("jan"), at(1)).unwrap();
    assert!(verdict.locked && verdict.hashed.is_none());
    // Right, but begun before the lock: it does not open either.
    assert!(database.right_attempt(&naam("jan"), Some(11), at(1)).is_err());
    assert!(!database.verdict(&naam("jan"), at(15 * 60)).unwrap().locked);
}

#[test]
fn a_closed_account_has_no_session_and_the_last_beheerder_stays() {
    let (_folder, database) = place();
    let zwolle = Bound::new(AccountRol::Gemeente, Gemeente::parse(b"0193").ok(), None).unwrap();
    active(&database, "jan", &beheerder());
    active(&database, "zwolle", &zwolle);
    let cookie = Token::fresh().unwrap();
    database.begin_session(&naam("zwolle"), &cookie, at(0)).unwrap();
    let session = database.session(&cookie, at(90)).unwrap().unwrap();
    assert_eq!(session.bound, zwolle);
    // It was marked as used, so half an hour counts from then.
    assert!(database.session(&cookie, at(90 + 1799)).unwrap().is_some());
    assert!(database.session(&Token::fresh().unwrap(), at(90)).unwrap().is_none());
    database.block(&naam("zwolle")).unwrap();
    assert!(database.session(&cookie, at(91)).unwrap().is_none());
    let staat: Vec<Staat> = database.accounts().unwrap().into_iter().map(|account| account.staat).collect();
    assert_eq!(staat, [Staat::Actief, Staat::Geblokkeerd]);

    assert!(matches!(database.block(&naam("jan")), Err(DbFault::LastBeheerder)));
    assert!(matches!(database.reset(&naam("jan"), at(0)), Err(DbFault::LastBeheerder)));
    assert!(matches!(database.block(&naam("piet")), Err(DbFault::NoAccount)));
    active(&database, "piet", &beheerder());
    database.block(&naam("jan")).unwrap();
    database.reset(&naam("jan"), at(0)).unwrap();
    assert!(database.verdict(&naam("jan"), at(0)).unwrap().hashed.is_none());
}

#[test]
fn a_period_keeps_its_keys_and_a_share_its_period() {
    let (_folder, database) = place();
    let month = |text: &str| Maand::parse(text.as_bytes()).unwrap();
    let id = |digit: &str| KeyId::parse(&digit.repeat(16)).unwrap();
    let begin = |periode, b, key| database.begin_period(month(periode), id(b), id(key), at(0));
    begin("2026-10", "a", "1").unwrap();
    begin("2026-10", "a", "1").unwrap();
    assert!(matches!(begin("2026-10", "b", "1"), Err(DbFault::OtherShare)));
    assert!(matches!(begin("2026-10", "a", "2"), Err(DbFault::OtherKey)));
    assert!(matches!(begin("2026-11", "a", "1"), Err(DbFault::ShareUsed)));
    begin("2026-11", "b", "2").unwrap();
    let known: Vec<(Maand, KeyId)> = database.periods().unwrap().iter().map(|p| (p.periode, p.deel_b)).collect();
    assert_eq!(known, [(month("2026-10"), id("a")), (month("2026-11"), id("b"))]);
}
