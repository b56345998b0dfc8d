//! Many lines on standard output.

use std::io::{BufWriter, Stdout, Write as _, stdout};

use super::Text;

/// Writes many lines, without sending each of them alone.
#[derive(Debug)]
pub(crate) struct Lines {
    out: BufWriter<Stdout>,
    is_open: bool,
}

impl Lines {
    pub(crate) fn new() -> Self {
        Self { out: BufWriter::new(stdout()), is_open: true }
    }

    /// Writes a line. Once the reader has gone away (`| head`), nothing is written any more.
    pub(crate) fn write(&mut self, text: &Text) {
        self.is_open = self.is_open && writeln!(self.out, "{text}").is_ok();
    }

    /// Sends what was written so far, and returns whether somebody still reads.
    pub(crate) fn send(&mut self) -> bool {
        self.is_open = self.is_open && self.out.flush().is_ok();
        self.is_open
    }
}
