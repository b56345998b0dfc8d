//! What operators see: events and metrics.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use dewar_core::Store;
use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder};
use metrics::{SharedString, Unit};
use tokio::time::advance;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

use super::{Act, Guard, GuardOptions, NOW, Scripted, guard, key, millis};

/// A line for each event and each change of a metric.
#[derive(Debug, Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn read(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "dewar::store"
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

/// One metric, with its labels.
struct Metric(Notes, String);

impl Metric {
    fn of(notes: &Notes, key: &Key) -> Arc<Self> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Self(notes.clone(), format!("{}{{{}}}", key.name(), labels.join(","))))
    }

    fn note(&self, change: &str) {
        self.0.write(format!("{} {change}", self.1));
    }
}

impl CounterFn for Metric {
    fn increment(&self, value: u64) {
        self.note(&format!("+{value}"));
    }
    fn absolute(&self, value: u64) {
        self.note(&format!("={value}"));
    }
}

impl GaugeFn for Metric {
    fn increment(&self, value: f64) {
        self.note(&format!("+{value}"));
    }
    fn decrement(&self, value: f64) {
        self.note(&format!("-{value}"));
    }
    fn set(&self, value: f64) {
        self.note(&format!("={value}"));
    }
}

impl HistogramFn for Metric {
    fn record(&self, value: f64) {
        self.note(&format!("~{value}"));
    }
}

impl Recorder for Notes {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Metric::of(self, key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Metric::of(self, key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Metric::of(self, key))
    }
}

async fn load(guard: &Guard, how_often: usize) {
    for _ in 0..how_often {
        _ = guard.load(&key("session:a-secret-id"), None, NOW).await;
    }
}

#[tokio::test(start_paused = true)]
async fn failures_and_the_breaker_are_logged_and_keys_are_not() {
    let notes = Notes::default();
    let _events = tracing::subscriber::set_default(notes.clone());
    // If there were only one, `tracing` could ask the thread of another test, which has none, and cache that answer.
    let _another = tracing::Dispatch::new(notes.clone());
    let _metrics = metrics::set_default_local_recorder(&notes);
    let store = Arc::new(Scripted::new(&[Act::Hang; 5], Act::Answer));
    let guard = guard(&store, GuardOptions::default());

    load(&guard, 6).await;
    let fingerprint = key("session:a-secret-id").fingerprint();
    let log = notes.read();
    assert_eq!(log.matches("DEBUG").count(), 6, "{log}");
    assert_eq!(log.matches(&format!("key=\"{fingerprint}\"")).count(), 6, "{log}");
    assert!(log.contains("op=\"load\" kind=\"no_answer\" elapsed=250ms"), "{log}");
    assert!(log.contains("dewar_store_calls_total{op=load,outcome=not_sent} +1"), "{log}");
    assert!(log.contains("dewar_store_call_seconds{op=load} ~0.25"), "{log}");
    assert!(log.contains("WARN") && log.contains("dewar_store_breaker_open{} =1"), "{log}");

    for _ in 0..2 {
        advance(millis(250)).await;
        load(&guard, 1).await;
    }
    let log = notes.read();
    assert!(log.contains("INFO") && log.contains("dewar_store_breaker_open{} =0"), "{log}");
    assert!(log.contains("dewar_store_calls_total{op=load,outcome=done} +1"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}
