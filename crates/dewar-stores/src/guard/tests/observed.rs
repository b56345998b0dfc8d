//! What operators see: events and metrics.

use std::sync::Arc;

use dewar_core::Store;
use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder};
use metrics::{SharedString, Unit};
use tokio::time::advance;

use crate::heard::Heard;

use super::{Act, Guard, GuardOptions, NOW, Scripted, guard, key, millis};

/// One metric, with its labels.
struct Metric(Heard, String);

impl Metric {
    fn of(notes: &Heard, key: &Key) -> Arc<Self> {
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

impl Recorder for Heard {
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
    let notes = Heard::default();
    let _events = notes.listen();
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
