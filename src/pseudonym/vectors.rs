//! The contract's cryptography against the frozen vectors of `tests/vectoren`, which a second
//! implementation made (LEESMIJ there). Labels and messages are written out here once more, so
//! that a change on either side shows.

use super::*;
use crate::terms::{Bsn, Gemeente, Maand, Onderwijsnummer, is_raw_bsn};
use serde_json::Value;

const RFC4231: &str = include_str!("../../tests/vectoren/rfc4231.json");
const SLEUTEL: &str = include_str!("../../tests/vectoren/sleutel.json");
const PSEUDONIEM: &str = include_str!("../../tests/vectoren/pseudoniem.json");
const NUMMERS: &str = include_str!("../../tests/vectoren/nummers.json");
const HERSLEUTEL: &str = include_str!("../../tests/vectoren/hersleutel.json");
const PERIODE: &str = include_str!("../../tests/vectoren/periode.json");
const VERWIJZING: &str = include_str!("../../tests/vectoren/verwijzing.json");
const INTREKKING: &str = include_str!("../../tests/vectoren/intrekking.json");
const LOGBOEK: &str = include_str!("../../tests/vectoren/logboek.json");

/// One case of a file. A field that is not there fails the test instead of passing it by.
struct Case(Value);

impl Case {
    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_else(|| panic!("{}: no text {field}", self.0["naam"]))
    }

    fn flag(&self, field: &str) -> bool {
        self.0[field].as_bool().unwrap_or_else(|| panic!("{}: no truth value {field}", self.0["naam"]))
    }

    /// Decoded apart from `decode_hex`, which is under test as well.
    fn bytes(&self, field: &str) -> Vec<u8> {
        let hex = self.text(field);
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn bytes_of<const N: usize>(&self, field: &str) -> [u8; N] {
        self.bytes(field).try_into().unwrap()
    }

    fn name(&self) -> &str {
        self.text("naam")
    }
}

/// All cases of a file. Their number is fixed, so that a file cut short does not pass.
fn cases(file: &str, number: usize) -> Vec<Case> {
    let mut file: Value = serde_json::from_str(file).unwrap();
    let Value::Array(cases) = file["gevallen"].take() else { panic!("no gevallen") };
    assert_eq!(cases.len(), number);
    cases.into_iter().map(Case).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key with this secret, by the only way there is: the line of a key file.
fn key(role: Role, secret: &[u8; 32]) -> Key {
    let id = hex(&mac(&hmac(secret), &[b"inbeeld:sleutel-id:v1"])[..8]);
    Key::parse(&format!("inbeeld-sleutel-v1:{}:{id}:{}", role.as_str(), hex(secret))).unwrap()
}

#[test]
fn hmac_as_published() {
    for case in cases(RFC4231, 7) {
        let (secret, data, expected) = (case.bytes("sleutel_hex"), case.bytes("data_hex"), case.bytes("mac_hex"));
        assert_eq!(expected.len(), if case.flag("afgekapt") { 16 } else { 32 });
        let (head, tail) = data.split_at(data.len() / 2);
        let mut states = vec![HmacSha256::new_from_slice(&secret).unwrap()];
        // HMAC fills a key up with zero bytes (RFC 2104 §2), so a shorter one goes through our helper as well.
        let mut padded = [0u8; 32];
        if let Some(start) = padded.get_mut(..secret.len()) {
            start.copy_from_slice(&secret);
            states.push(hmac(&padded));
        }
        assert_eq!(states.len(), if secret.len() <= 32 { 2 } else { 1 });
        for state in &states {
            for parts in [&[data.as_slice()][..], &[head, tail], &[b"", head, b"", tail]] {
                assert_eq!(mac(state, parts)[..expected.len()], expected, "{}", case.name());
            }
        }
    }
}

#[test]
fn key_files_of_every_role() {
    let cases = cases(SLEUTEL, 32);
    let valid: Vec<_> = cases.iter().filter(|case| case.flag("geldig")).collect();
    assert_eq!(valid.len(), 8);
    for role in Role::ALL {
        assert!(valid.iter().any(|case| case.text("soort") == role.as_str()), "{role:?}");
    }
    for case in valid {
        let key = Key::parse(case.text("inhoud")).unwrap_or_else(|fault| panic!("{}: {fault}", case.name()));
        assert_eq!(key.role().as_str(), case.text("soort"));
        assert_eq!(key.id().to_string(), case.text("id"));
        assert_eq!(KeyId::parse(case.text("id")), Some(key.id()));
        assert_eq!(key.secret(key.role()).unwrap(), &case.bytes_of("sleutel_hex"));
        assert_eq!(key.to_line().as_str(), format!("{}\n", case.text("regel")));
    }
}

#[test]
fn key_files_to_refuse() {
    let cases = cases(SLEUTEL, 32);
    let invalid: Vec<_> = cases.iter().filter(|case| !case.flag("geldig")).collect();
    assert_eq!(invalid.len(), 24);
    for case in invalid {
        let reason = case.text("reden");
        let expected = match reason {
            _ if reason.starts_with("unknown soort") || reason.starts_with("soort of another format") => {
                KeyFault::UnknownRole
            }
            _ if reason.starts_with("id that does not match") => KeyFault::Id,
            _ => KeyFault::Form,
        };
        let fault = Key::parse(case.text("inhoud")).map(|key| key.id()).unwrap_err();
        assert_eq!(fault, expected, "{reason}");
    }
}

#[test]
fn a_key_file_is_one_line() {
    let key = key(Role::Koppel, &[0xc5; 32]);
    let line = key.to_line();
    let line = line.trim_end();
    for text in ["", "\n", "\r\n"].map(|end| format!("{line}{end}")) {
        assert_eq!(Key::parse(&text).unwrap().id(), key.id(), "{text:?}");
        assert_eq!(Key::parse(&format!("\u{feff}{text}")).unwrap().id(), key.id(), "{text:?}");
    }
    for (before, after) in [
        ("", "\r"),
        ("", "\n\n"),
        ("", "\n\r"),
        ("", "\r\r\n"),
        ("\n", ""),
        (" ", ""),
        ("\u{feff}\u{feff}", ""),
        ("", "\u{feff}"),
    ] {
        let text = format!("{before}{line}{after}");
        assert_eq!(Key::parse(&text).map(|key| key.id()), Err(KeyFault::Form), "{before:?} {after:?}");
    }
}

#[test]
fn a_key_serves_one_role() {
    for found in Role::ALL {
        let secret = [found.as_str().len() as u8; 32];
        let key = key(found, &secret);
        assert_eq!(key.secret(found), Ok(&secret));
        for wanted in Role::ALL.into_iter().filter(|wanted| *wanted != found) {
            let fault = key.secret(wanted).unwrap_err();
            assert_eq!(
                fault.to_string(),
                format!(
                    "deze sleutel is van soort `{}`, hier hoort een sleutel van soort `{}`",
                    found.as_str(),
                    wanted.as_str()
                )
            );
            assert_eq!(fault, KeyFault::Role { found, wanted });
        }
        // The doors that take a key ask for their own role.
        let refused = |wanted| (found != wanted).then_some(KeyFault::Role { found, wanted });
        assert_eq!(Pseudonymiser::new(&key).err(), refused(Role::Koppel));
        assert_eq!(VerwijzingKey::new(&key).err(), refused(Role::Verwijzing));
    }
}

#[test]
fn pseudonyms_of_both_kinds_of_number() {
    for case in cases(PSEUDONIEM, 22) {
        let secret = case.bytes_of("koppelsleutel_hex");
        let digits = case.text("nummer").as_bytes();
        let (number, label) = match case.text("identificatie") {
            "bsn" => (PersonNumber::Bsn(Bsn::parse(digits).unwrap()), "inbeeld:bsn:v1:"),
            "own" => (PersonNumber::Own(Onderwijsnummer::parse(digits).unwrap()), "inbeeld:own:v1:"),
            other => panic!("{other}"),
        };
        assert_eq!(case.text("label"), label);
        assert_eq!(number.identificatie().as_str(), case.text("identificatie"));
        let koppel = key(Role::Koppel, &secret);
        let by = Pseudonymiser::new(&koppel).unwrap();
        assert_eq!(by.key_id(), koppel.id());
        // In every lane, among others.
        let mut numbers = Numbers::new();
        (0..35).for_each(|_| numbers.push(&number));
        let mut written = Vec::new();
        numbers.pseudonyms(&by, |hex| written.push(hex.to_vec()));
        assert_eq!(written.len(), 35);
        assert!(written.iter().all(|written| written == case.text("pseudoniem_hex").as_bytes()), "{}", case.name());
        let written = &written[0];
        assert_eq!(Pseudonym::parse(written).unwrap().bytes(), &case.bytes_of("pseudoniem_hex"));
        assert_eq!(Pseudonym::parse(&written[..62]), None);
        assert_eq!(Pseudonym::parse(&written.to_ascii_uppercase()), None);
    }
}

#[test]
fn validity_of_numbers() {
    let mut eight_digits = 0;
    for case in cases(NUMMERS, 52) {
        let text = case.text("tekst").as_bytes();
        assert_eq!(Bsn::parse(text).is_ok(), case.flag("bsn"), "{}", case.name());
        assert_eq!(Onderwijsnummer::parse(text).is_ok(), case.flag("onderwijsnummer"), "{}", case.name());
        // The gate against raw BSNs also sees one whose leading zero a spreadsheet ate; no other reader does.
        let restored = case.0.get("aangevuld").is_some();
        eight_digits += usize::from(restored);
        let raw = case.flag("bsn") || (restored && case.flag("aangevuld_elfproef"));
        assert_eq!(is_raw_bsn(text), raw, "{}", case.name());
    }
    assert_eq!(eight_digits, 5);
}

#[test]
fn rekeying_and_token() {
    for case in cases(HERSLEUTEL, 9) {
        let secret = case.bytes_of("sleutel_hex");
        let received = Pseudonym::parse(case.text("pseudoniem_hex").as_bytes()).unwrap();
        assert_eq!(mac(&hmac(&secret), &[received.bytes()]), case.bytes_of("hmac_hex"), "{}", case.name());
        let token = Token::known(case.bytes_of("token_hex"));
        let link = LinkKey::known(&secret);
        assert_eq!(link.token(&received), token, "{}", case.name());
        let mut tokens = [Token::NOBODY; 35];
        link.tokens(&[*received.bytes(); 35], &mut tokens);
        assert_eq!(tokens, [token; 35], "{}", case.name());
    }
}

#[test]
fn handles_seal_and_open_as_frozen() {
    let cases = cases(VERWIJZING, 47);
    let valid: Vec<_> = cases.iter().filter(|case| case.flag("geldig")).collect();
    assert_eq!(valid.len(), 16);
    for case in valid {
        assert_eq!(case.text("actie"), "beide");
        let (dossier, sealed) = (case.text("dossier"), case.text("verwijzing"));
        let by = VerwijzingKey::new(&key(Role::Verwijzing, &case.bytes_of("sleutel_hex"))).unwrap();
        let gemeente = Gemeente::parse(case.text("gemeente").as_bytes()).unwrap();
        let frozen = by.seal_frozen(gemeente, dossier, case.bytes_of("nonce_hex"));
        assert_eq!(frozen.to_text(), sealed, "{}", case.name());
        assert_eq!(Verwijzing::parse(sealed).as_ref(), Ok(&frozen));
        assert_eq!(by.open(gemeente, sealed).unwrap().as_str(), dossier, "{}", case.name());
        // Without a frozen nonce: other bytes every time, the same dossier.
        let fresh = [by.seal(gemeente, dossier).unwrap(), by.seal(gemeente, dossier).unwrap()];
        assert!(fresh[0] != fresh[1] && fresh[0] != frozen);
        assert_eq!(by.open(gemeente, &fresh[1].to_text()).unwrap().as_str(), dossier);
    }
}

#[test]
fn handles_and_dossiers_to_refuse() {
    let cases = cases(VERWIJZING, 47);
    let invalid: Vec<_> = cases.iter().filter(|case| !case.flag("geldig")).collect();
    assert_eq!(invalid.len(), 31);
    for case in invalid {
        let by = VerwijzingKey::new(&key(Role::Verwijzing, &case.bytes_of("sleutel_hex"))).unwrap();
        let gemeente = Gemeente::parse(case.text("gemeente").as_bytes()).unwrap();
        let (fault, expected) = match (case.text("actie"), case.text("laag")) {
            ("ontzegel", layer @ ("tekst" | "zegel" | "inhoud")) => {
                let text = case.text("verwijzing");
                // What is no handle for who opens it is none in a levering either; there also its length is fixed.
                let well_formed = layer != "tekst" && text.len() == 139;
                assert_eq!(Verwijzing::parse(text).is_ok(), well_formed, "{}", case.name());
                let expected = if layer == "tekst" { VerwijzingFault::Form } else { VerwijzingFault::Foreign };
                (by.open(gemeente, text).err(), expected)
            }
            ("verzegel", "inhoud") => (by.seal(gemeente, case.text("dossier")).err(), VerwijzingFault::Dossier),
            other => panic!("{other:?}"),
        };
        assert_eq!(fault, Some(expected), "{}", case.name());
    }
}

#[test]
fn a_dossier_that_padding_would_change_is_not_sealed() {
    let by = VerwijzingKey::new(&key(Role::Verwijzing, &[7; 32])).unwrap();
    let gemeente = Gemeente::parse(b"0193").unwrap();
    for dossier in ["\0", "7\0"] {
        assert_eq!(by.seal(gemeente, dossier), Err(VerwijzingFault::Dossier));
    }
}

/// CONTRACT: HMAC-SHA256(share A, "inbeeld:periode:v1:" + yyyy-mm + ":" + share B).
#[test]
fn period_keys() {
    let (mut valid, mut refused) = (0, 0);
    for case in cases(PERIODE, 9) {
        let (a, b) = (case.bytes_of::<32>("deel_a_hex"), case.bytes_of::<32>("deel_b_hex"));
        let shares = |a, b| (ShareA::new(&key(Role::DienstDeel, a)), ShareB::new(&key(Role::DienstDeel, b)));
        let (Ok(share_a), Ok(share_b)) = shares(&a, &b) else { panic!("{}: refused by role", case.name()) };
        let made = share_a.period_key(Maand::parse(case.text("maand").as_bytes()).unwrap(), &share_b);
        if !case.flag("geldig") {
            assert_eq!(made.err(), Some(PeriodFault::Equal), "{}", case.name());
            refused += 1;
            continue;
        }
        valid += 1;
        let message: [&[u8]; 4] = [b"inbeeld:periode:v1:", case.text("maand").as_bytes(), b":", &b];
        assert_eq!(message.concat(), case.bytes("bericht_hex"), "{}", case.name());
        let expected = case.bytes_of::<32>("periodesleutel_hex");
        assert_eq!(mac(&hmac(&a), &message), expected, "{}", case.name());
        assert_eq!(made.unwrap().known(), &expected, "{}", case.name());
    }
    assert_eq!((valid, refused), (8, 1));
}

/// LEESMIJ: list id + ":" + gemeente + ":" + the pseudoniem as 32 raw bytes.
#[test]
fn tags_of_withdrawals() {
    for case in cases(INTREKKING, 7) {
        let received = Pseudonym::parse(case.text("pseudoniem_hex").as_bytes()).unwrap();
        let (list, gemeente) = (case.text("lijst_id").as_bytes(), case.text("gemeente").as_bytes());
        let message: [&[u8]; 5] = [list, b":", gemeente, b":", received.bytes()];
        assert_eq!(message.concat(), case.bytes("bericht_hex"), "{}", case.name());
        let tag = mac(&hmac(&case.bytes_of("sleutel_hex")), &message);
        assert_eq!(tag, case.bytes_of("tag_hex"), "{}", case.name());
    }
}

/// LEESMIJ: the pseudoniem enters as its 32 raw bytes.
#[test]
fn subject_ids_of_the_logboek() {
    for case in cases(LOGBOEK, 6) {
        let received = Pseudonym::parse(case.text("pseudoniem_hex").as_bytes()).unwrap();
        let subject = mac(&hmac(&case.bytes_of("sleutel_hex")), &[received.bytes()]);
        assert_eq!(hex(&subject), case.text("data_subject_id_hex"), "{}", case.name());
    }
}

/// Whole texts are compared: a search for one spelling of the bytes would miss the others.
#[test]
fn debug_shows_no_secret() {
    fn shown(value: &dyn std::fmt::Debug) -> [String; 2] {
        [format!("{value:?}"), format!("{value:#?}")]
    }
    let secret = [0xa7; 32];
    for role in Role::ALL {
        let key = key(role, &secret);
        let expected = format!("Key({}, {})", role.as_str(), key.id());
        assert_eq!(shown(&key), [expected.clone(), expected]);
    }
    let by = Pseudonymiser::new(&key(Role::Koppel, &secret)).unwrap();
    let number = PersonNumber::Bsn(Bsn::parse(b"999993847").unwrap());
    let own = PersonNumber::Own(Onderwijsnummer::parse(b"100000004").unwrap());
    let sealer = VerwijzingKey::new(&key(Role::Verwijzing, &secret)).unwrap();
    let handle = sealer.seal(Gemeente::parse(b"0193").unwrap(), "RMC-2026-000123").unwrap();
    let mut pseudonym = None;
    let mut numbers = Numbers::new();
    numbers.push(&number);
    numbers.pseudonyms(&by, |hex| pseudonym = Pseudonym::parse(hex));
    let pseudonym = pseudonym.unwrap();
    let token = LinkKey::known(&secret).token(&pseudonym);
    assert_eq!(shown(&pseudonym), ["Pseudonym(…)"; 2]);
    assert_eq!(shown(&token), ["Token(…)"; 2]);
    assert_eq!(shown(&handle), ["Verwijzing(…)"; 2]);
    assert_eq!(shown(&sealer), ["VerwijzingKey(…)"; 2]);
    assert_eq!(format!("{number:?} {own:?}"), "Bsn(Bsn(…)) Own(Onderwijsnummer(…))");
    // Its text belongs to another crate; a state could only show as digits.
    assert!(!format!("{:?}", hmac(&secret)).replace("Sha256", "").contains(|sign: char| sign.is_ascii_digit()));
}
