//! Sealing and opening lists, also against a file that another program made (age 1.1.1, Go), which
//! is kept in `tests/lijsten`.

use super::*;
use crate::fault::{Exit, Explain};

const IDENTITY: &str = include_str!("../../tests/lijsten/alleen-voor-tests.identiteit");
const RECIPIENT: &str = include_str!("../../tests/lijsten/alleen-voor-tests.txt");
const VECTOR: &[u8] = include_bytes!("../../tests/lijsten/vector.age");
const VECTOR_HOLDS: &str = "verwijzing;klasse\nzoals age 1.1.1 (Go) het verzegelt;onbekend\n";

fn pair() -> (Identity, Recipient) {
    let (secret, public) = new_recipient();
    (Identity::parse(&secret).unwrap(), Recipient::parse(&public).unwrap())
}

#[test]
fn opens_what_another_program_sealed() {
    let identity = Identity::parse(IDENTITY).unwrap();
    assert_eq!(identity.open(VECTOR).unwrap().as_slice(), VECTOR_HOLDS.as_bytes());
    let sealed = Recipient::parse(RECIPIENT).unwrap().seal(b"zelfde sleutel").unwrap();
    assert_eq!(identity.open(&sealed).unwrap().as_slice(), b"zelfde sleutel");
}

/// Lengths around the 64 KiB pieces in which age seals.
#[test]
fn what_is_sealed_opens_for_its_recipient_only() {
    let ((mine, recipient), (other, _)) = (pair(), pair());
    for length in [0, 1, 16_384, 65_535, 65_536, 65_537, 131_072, 147_456] {
        let plain: Vec<u8> = (0..length).map(|at: u32| (at % 251) as u8).collect();
        let sealed = recipient.seal(&plain).unwrap();
        assert_eq!(*mine.open(&sealed).unwrap(), plain);
        assert_eq!(other.open(&sealed), Err(OpenFault::Foreign));
        assert_ne!(sealed, recipient.seal(&plain).unwrap(), "other bytes every time");
    }
}

#[test]
fn every_change_shows() {
    let identity = Identity::parse(IDENTITY).unwrap();
    let (_, recipient) = (pair(), Recipient::parse(RECIPIENT).unwrap());
    let ours = recipient.seal(VECTOR_HOLDS.as_bytes()).unwrap();
    for sealed in [VECTOR, &ours] {
        let mut faults = std::collections::BTreeMap::new();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.to_vec();
                changed[at] ^= 1 << bit;
                let fault = identity.open(&changed).unwrap_err();
                assert_eq!(fault == OpenFault::NotAge, at < 22, "byte {at}");
                assert_eq!(fault.exit(), Exit::Integrity);
                *faults.entry(fault.code()).or_insert(0) += 1;
            }
        }
        assert_eq!(faults.len(), 3, "{faults:?}");
        for length in 0..sealed.len() {
            let expected = if length < 22 { OpenFault::NotAge } else { OpenFault::Changed };
            assert_eq!(identity.open(&sealed[..length]), Err(expected), "cut at {length}");
        }
        let longer = [sealed, b"\n"].concat();
        assert_eq!(identity.open(&longer), Err(OpenFault::Changed));
    }
}

/// Cut between two pieces every piece that is left is whole; only the mark of the last one is missing.
#[test]
fn pieces_left_out_or_in_another_order_show() {
    const PIECE: usize = 65_536 + 16;
    let (identity, recipient) = pair();
    let sealed = recipient.seal(&vec![7; 3 * 65_536]).unwrap();
    let (head, body) = sealed.split_at(sealed.len() - 3 * PIECE);
    let part = |order: &[usize]| -> Vec<u8> {
        let pieces = order.iter().map(|at| &body[at * PIECE..(at + 1) * PIECE]);
        [head].into_iter().chain(pieces).collect::<Vec<_>>().concat()
    };
    assert!(identity.open(&part(&[0, 1, 2])).is_ok());
    for order in [&[0, 1][..], &[0], &[], &[1, 0, 2], &[0, 2], &[0, 0, 1, 2], &[0, 1, 2, 2]] {
        assert_eq!(identity.open(&part(order)), Err(OpenFault::Changed), "{order:?}");
    }
}

#[test]
fn texts_of_recipients() {
    let line = RECIPIENT.trim();
    let (_, other) = new_recipient();
    for good in [RECIPIENT.to_owned(), format!("\u{feff}# Zwolle\r\n\r\n  {line}  \r\n# eind"), line.to_uppercase()] {
        assert!(Recipient::parse(&good).is_ok(), "{good}");
    }
    let cases = [
        (String::new(), RecipientFault::Empty),
        ("# age1…\n\n".to_owned(), RecipientFault::Empty),
        (format!("{line}\n{other}"), RecipientFault::Several),
        (format!("{line}\n{line}"), RecipientFault::Several),
        (IDENTITY.to_owned(), RecipientFault::Secret),
        (format!("{line}\n{IDENTITY}"), RecipientFault::Secret),
        (line.get(..60).unwrap().to_owned(), RecipientFault::Form),
        (line.replace('q', "p"), RecipientFault::Form),
        ("ssh-ed25519 AAAA".to_owned(), RecipientFault::Form),
    ];
    for (text, fault) in cases {
        assert_eq!(Recipient::parse(&text).err(), Some(fault), "{text}");
    }
}

/// Every point of a small order (cr.yp.to/ecdh.html, "How do I validate"), and two of them with the bit that
/// X25519 does not look at. Sealing for one of them would let anybody read the list.
#[test]
fn recipients_that_share_no_secret() {
    for text in [
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
        "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
        "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
        "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
        "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
        "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
        "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
        "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9mc",
    ] {
        let crate_reads_it = text.parse::<age::x25519::Recipient>().is_ok();
        assert_eq!(Recipient::parse(text).err(), Some(RecipientFault::Form), "{text}");
        assert_eq!(crate_reads_it, text.len() == 62, "{text}");
    }
    for _ in 0..50 {
        assert!(Recipient::parse(&new_recipient().1).is_ok());
    }
}

#[test]
fn texts_of_identities() {
    let line = IDENTITY.lines().last().unwrap();
    let key = Key::generate(Role::Verwijzing).unwrap();
    assert!(Identity::parse(&format!("\u{feff}\r\n# eigen\r\n{line}\r\n")).is_ok());
    let cases = [
        (String::new(), IdentityFault::Form),
        ("# niets".to_owned(), IdentityFault::Form),
        (line.get(..70).unwrap().to_owned(), IdentityFault::Form),
        (format!("{line}\n{}", new_recipient().0.as_str()), IdentityFault::Several),
        (RECIPIENT.to_owned(), IdentityFault::Public),
        (key.to_line().as_str().to_owned(), IdentityFault::Role(Role::Verwijzing)),
        ("inbeeld-sleutel-v1:anders:x".to_owned(), IdentityFault::Form),
    ];
    for (text, fault) in cases {
        assert_eq!(Identity::parse(&text).err(), Some(fault));
    }
}

#[test]
fn messages_hold_no_key() {
    let identity = Identity::parse(IDENTITY).unwrap();
    assert_eq!([format!("{identity:?}"), format!("{identity:#?}")], ["Identity(…)"; 2]);
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    assert_eq!(format!("{recipient:?}"), format!("Recipient({})", RECIPIENT.trim()));
    let role = IdentityFault::Role(Role::Koppel);
    assert!(role.to_string().contains("`koppel`") && role.to_string().contains("`ontvanger`"));
}
