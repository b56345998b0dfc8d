use std::sync::Arc;

use dewar_core::Memory;
use dewar_core::conformance::{ManualTime, run};

use super::{Act, Guard, GuardOptions, Scripted, guard, unguarded_by_breaker};

#[tokio::test]
async fn a_guarded_store_keeps_every_rule() {
    let guard = Guard::new(Arc::new(Memory::new()), GuardOptions::default());
    run(&ManualTime::new(Arc::new(guard))).await.assert();
}

#[tokio::test(start_paused = true)]
async fn a_guarded_store_that_is_slow_keeps_every_rule() {
    let store = Arc::new(Scripted::new(&[], Act::AnswerAfter(super::millis(20))));
    let report = run(&ManualTime::new(Arc::new(guard(&store, unguarded_by_breaker())))).await;
    let broken: Vec<_> = report.failed().collect();
    assert_eq!(broken, ["sweep_removes_expired"], "the scripted sweeper sweeps nothing\n{report}");
}
