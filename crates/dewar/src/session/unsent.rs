//! What no response has told the client yet: the lines of saves in the middle of a request. To this module they are texts.

use super::{Session, State};

#[derive(Debug, Default)]
pub(super) struct Unsent {
    /// A layer opened the session, the one of this manager: its response carries the lines.
    layer: Option<usize>,
    lines: Vec<String>,
}

impl Session {
    /// A layer has opened it: the response tells the client what saves until then have to tell.
    pub(crate) fn opened_by_layer(&self, manager: usize) {
        self.lock().unsent.layer = Some(manager);
    }
}

impl State {
    /// The manager whose layer opened it, and is to answer, or has answered.
    pub(crate) fn layer(&self) -> Option<usize> {
        self.unsent.layer
    }

    /// The lines that a response is still to carry.
    pub(crate) fn take_unsent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unsent.lines)
    }

    /// A response of a layer is to carry these lines, and no others.
    pub(crate) fn set_unsent(&mut self, lines: Vec<String>) {
        if self.unsent.layer.is_some() && !self.is_answered() {
            self.unsent.lines = lines;
        }
    }
}
