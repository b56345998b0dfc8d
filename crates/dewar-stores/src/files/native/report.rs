//! What operators are told of files that are not whole.

use super::name::Name;

/// There is a file under this name that holds no entry.
#[cfg(feature = "tracing")]
pub(super) fn not_whole(name: &Name) {
    tracing::warn!(
        target: "dewar::store",
        key = name.fingerprint(),
        "the file of a session is cut, damaged or of another format: it is as good as absent"
    );
}

#[cfg(not(feature = "tracing"))]
pub(super) fn not_whole(_: &Name) {}

#[cfg(test)]
#[cfg(feature = "tracing")]
mod tests {
    use std::fmt::{Debug, Write};
    use std::sync::{Arc, Mutex};

    use dewar_core::StoreKey;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;

    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<String>>);

    impl Visit for Heard {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
        }
    }

    impl Subscriber for Heard {
        fn enabled(&self, about: &Metadata<'_>) -> bool {
            *about.level() == Level::WARN
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            event.record(&mut self.clone());
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_warning_names_the_fingerprint_alone() {
        let heard = Heard::default();
        let key = StoreKey::new("session:secret");
        tracing::subscriber::with_default(heard.clone(), || not_whole(&Name::of(key.as_str())));
        let heard = heard.0.lock().unwrap();
        assert!(heard.contains(&format!("key={:?}", key.fingerprint())), "{heard}");
        assert!(!heard.contains("secret") && !heard.contains(&Name::of(key.as_str()).as_str()[..9]));
    }
}
