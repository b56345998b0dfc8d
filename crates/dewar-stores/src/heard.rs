//! The events of `tracing`, for tests of them.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing::{Event, Metadata, Subscriber};

/// A line for each event of this crate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// Records the events of this thread as long as the guard lives.
    ///
    /// `tracing` remembers for each event whether anybody wants it. While only one thread has a subscriber, it may ask another thread, which has
    /// none, and remember that nobody does. So every thread gets one first.
    #[must_use]
    pub(crate) fn listen(&self) -> DefaultGuard {
        static EVERY_THREAD: LazyLock<()> = LazyLock::new(|| set_global_default(Heard::default()).unwrap());
        LazyLock::force(&EVERY_THREAD);
        set_default(self.clone())
    }

    pub(crate) fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    pub(crate) fn read(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("dewar::")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.write(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}
