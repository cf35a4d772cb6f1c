//! How far the reading is, on a terminal only.

use inbeeld::linking::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};

/// One line on standard error: file, share, bytes, rows, time left.
pub(crate) struct Bar {
    bar: ProgressBar,
    rows: AtomicU64,
}

impl Bar {
    /// A bar over so many bytes; shows nothing where standard error is no terminal.
    pub(crate) fn new(bytes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(5));
        let style = "{msg}: {percent}% · {bytes} van {total_bytes} · {prefix} · nog {eta}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { bar, rows: AtomicU64::new(0) }
    }
}

impl Progress for Bar {
    fn begin(&self, file: &str, _bytes: u64) {
        self.bar.set_message(file.to_owned());
    }

    fn advance(&self, rows: u64, bytes: u64) {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        self.bar.set_prefix(format!("{rows} regels"));
        self.bar.inc(bytes);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
