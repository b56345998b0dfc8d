//! What no response has told the client yet: the lines of saves in the middle of a request. To this module they are texts.

use super::{Session, State};

#[derive(Debug, Default)]
pub(super) struct Unsent {
    /// A layer opened the session: its response carries the lines.
    has_layer: bool,
    lines: Vec<String>,
}

impl Session {
    /// A layer has opened it: the response tells the client what saves until then have to tell.
    pub(crate) fn opened_by_layer(&self) {
        self.lock().unsent.has_layer = true;
    }
}

impl State {
    /// Whether a layer opened it, and was to answer, or has answered.
    pub(crate) fn has_layer(&self) -> bool {
        self.unsent.has_layer
    }

    /// The lines that a response is still to carry.
    pub(crate) fn take_unsent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unsent.lines)
    }

    /// A response of a layer is to carry these lines, and no others.
    pub(crate) fn set_unsent(&mut self, lines: Vec<String>) {
        if self.unsent.has_layer && !self.is_answered() {
            self.unsent.lines = lines;
        }
    }
}
