//! What cannot be made, and where it cannot go; and how fast it goes when it can.

use crate::fault::Explain;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

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
        assert!(fault.to_string().contains(text), "{fault}");
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

/// Speed, on demand: `cargo test --release --lib synthetic -- --ignored --nocapture`.
#[test]
#[ignore = "takes seconds and measures"]
#[allow(clippy::print_stdout, reason = "a measurement is there to be read")]
fn speed() {
    struct Counted(Rc<RefCell<u64>>);
    impl Sink for Counted {
        fn create(&mut self, _: &str) -> io::Result<Box<dyn Write>> {
            struct Count(Rc<RefCell<u64>>);
            impl Write for Count {
                fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                    *self.0.borrow_mut() += bytes.len() as u64;
                    Ok(bytes.len())
                }
                fn flush(&mut self) -> io::Result<()> {
                    Ok(())
                }
            }
            Ok(Box::new(Count(self.0.clone())))
        }
    }
    for (jongeren, bronrijen) in [(200_000, 6_500_000), (2_200_000, 26_000_000)] {
        let bytes = Rc::new(RefCell::new(0));
        let start = std::time::Instant::now();
        let plan = Plan { bronrijen: Some(bronrijen), ..plan(jongeren) };
        let summary = generate(&plan, &mut Counted(bytes.clone())).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{jongeren} jongeren, {} rows, {} MB in {seconds:.1} s",
            summary.bronrijen,
            *bytes.borrow() / 1_000_000
        );
    }
}
