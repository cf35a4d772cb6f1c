//! What cannot be made, and where it cannot go.

use crate::fault::Explain;
use std::io::{self, Write};

use jiff::civil::Date;

use super::super::{Plan, Sink, generate};
use super::{Memory, plan};

#[test]
fn faults_come_before_files_and_say_what_to_do() {
    for (plan, code, text) in [
        (Plan { regio: "18".to_owned(), ..plan(10) }, "genereer-regio-onbekend", "10 (IJssel-Vecht)"),
        (plan(0), "genereer-geen-jongeren", "1 of meer"),
        (Plan { bronrijen: Some(5), ..plan(10) }, "genereer-te-weinig-bronrijen", "870 of meer"),
        (Plan { peildatum: Date::MIN, ..plan(10) }, "genereer-peildatum", "1950"),
        (Plan { leeftijd: 13..27, ..plan(10) }, "genereer-leeftijd", "14"),
    ] {
        let mut sink = Memory::default();
        let fault = generate(&plan, &mut sink).unwrap_err();
        assert_eq!(fault.code(), code);
        assert!(format!("{fault} {}", fault.remedy()).contains(text), "{fault}");
        assert!(sink.0.borrow().is_empty());
    }
}

#[test]
fn a_sink_that_fails_is_named() {
    struct Full;
    impl Sink for Full {
        fn create(&mut self, _: &str) -> io::Result<Box<dyn Write>> {
            struct NoSpace;
            impl Write for NoSpace {
                fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                    Err(io::Error::other("vol"))
                }
                fn flush(&mut self) -> io::Result<()> {
                    Ok(())
                }
            }
            Ok(Box::new(NoSpace))
        }
    }
    let fault = generate(&plan(10), &mut Full).unwrap_err();
    assert_eq!(fault.code(), "genereer-schrijven");
    assert!(fault.to_string().contains("waarheid.csv"), "{fault}");
}
