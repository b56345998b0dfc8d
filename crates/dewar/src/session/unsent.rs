//! Header lines of saves in the middle of a request, which no response has carried yet. This module treats them as plain text.

use super::{Session, State};

#[derive(Debug, Default)]
pub(super) struct Unsent {
    /// Set if a layer of this manager opened the session: its response carries the lines.
    layer: Option<usize>,
    lines: Vec<String>,
}

impl Session {
    /// Notes that a layer has opened the session: its response carries the lines of saves made until then.
    pub(crate) fn opened_by_layer(&self, manager: usize) {
        self.lock().unsent.layer = Some(manager);
    }
}

impl State {
    /// The manager whose layer opened the session and sends the response, or has sent it.
    pub(crate) fn layer(&self) -> Option<usize> {
        self.unsent.layer
    }

    /// Takes the lines that the response must carry.
    pub(crate) fn take_unsent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unsent.lines)
    }

    /// Replaces the lines that the response of the layer must carry.
    pub(crate) fn set_unsent(&mut self, lines: Vec<String>) {
        if self.unsent.layer.is_some() && !self.is_response_sent() {
            self.unsent.lines = lines;
        }
    }
}
