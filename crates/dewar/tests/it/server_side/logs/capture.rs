//! A subscriber of `tracing` that records everything.

use std::fmt::{Debug, Write};
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A line for each event and each span, with all its fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<String>>);

/// All events of this process, from the first test on that captures any.
static PROCESS: LazyLock<Capture> = LazyLock::new(|| {
    let capture = Capture::default();
    tracing::subscriber::set_global_default(capture.clone()).unwrap();
    capture
});

impl Capture {
    /// The events of the whole process, until it ends.
    pub(super) fn of_process() -> Self {
        PROCESS.clone()
    }

    /// Records the events of this thread while the function runs.
    ///
    /// `tracing` remembers for each event whether anybody wants it. While only one thread has a subscriber, it may ask another thread, which has
    /// none, and remember that nobody does. So every thread gets one first.
    pub(crate) fn during<T>(&self, run: impl FnOnce() -> T) -> T {
        LazyLock::force(&PROCESS);
        tracing::subscriber::with_default(self.clone(), run)
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn line(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {} {}", metadata.level(), metadata.target(), metadata.name()));
        record(&mut line);
        writeln!(self.0.lock().unwrap(), "{}", line.0).unwrap();
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        self.line(event.metadata(), |line| event.record(line));
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        writeln!(self.0.lock().unwrap(), "{}", line.0).unwrap();
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
