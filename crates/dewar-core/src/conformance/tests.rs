mod faulty;

use std::sync::Arc;
use std::time::Duration;

use self::faulty::{Fault, Faulty};
use super::{ManualTime, RealTime, Report, RuleOutcome, run};
use crate::Memory;

async fn report_on(fault: Fault) -> Report {
    run(&ManualTime::new(Arc::new(Faulty::new(fault)))).await
}

#[tokio::test]
async fn memory_keeps_every_rule() {
    let report = run(&ManualTime::new(Arc::new(Memory::new()))).await;
    println!("{report}");
    report.assert();
}

#[tokio::test]
async fn memory_keeps_every_rule_by_the_real_clock() {
    let harness = RealTime::new(Arc::new(Memory::new()), |by| Box::pin(tokio::time::sleep(by)));
    run(&harness).await.assert();
}

#[tokio::test]
async fn a_store_around_memory_without_a_fault_keeps_every_rule() {
    report_on(Fault::None).await.assert();
}

#[tokio::test]
async fn each_fault_breaks_the_rule_it_is_about() {
    let cases = [
        (Fault::SwapUpserts, "swap_on_removed_revives_nothing"),
        (Fault::SwapIgnoresWhatWasSeen, "swap_on_stale_changes_nothing"),
        (Fault::TouchRevives, "touch_of_absent_makes_nothing"),
        (Fault::TouchChangesTheRevision, "touch_keeps_the_revision"),
        (Fault::LoadWithoutExpiryTouches, "load_without_expiry_finds_the_same"),
        (Fault::CreateOverwrites, "create_never_overwrites"),
        (Fault::NothingEnds, "expired_is_absent_for_load"),
        (Fault::RenameLeavesTheOld, "rename_moves"),
        (Fault::SweepRemovesTheLiving, "sweep_spares_what_has_not_expired"),
        (Fault::KeysIgnoreCase, "keys_differ_in_case"),
        (Fault::TombstoneWhereNothingWas, "remove_of_absent_leaves_no_tombstone"),
        (Fault::Panics, "absent_loads_as_none"),
        (Fault::Refuses, "absent_loads_as_none"),
    ];
    for (fault, rule) in cases {
        let report = report_on(fault).await;
        assert!(report.failed().any(|name| name == rule), "{fault:?} did not break {rule}:\n{report}");
    }
}

#[tokio::test]
async fn races_are_lost_by_a_store_that_compares_before_it_waits() {
    let report = report_on(Fault::ComparesBeforeItWaits).await;
    for rule in ["swaps_at_once_have_one_winner", "increments_are_not_lost"] {
        assert!(report.failed().any(|name| name == rule), "{rule} was kept:\n{report}");
    }
}

#[tokio::test]
async fn a_coarse_grain_is_allowed_only_if_it_is_said() {
    let exact = ManualTime::new(Arc::new(Faulty::new(Fault::EndsAreWholeSeconds)));
    assert!(run(&exact).await.failed().any(|name| name == "ends_to_the_millisecond"));
    let coarse = ManualTime::new(Arc::new(Faulty::new(Fault::EndsAreWholeSeconds)));
    run(&coarse.with_precision(Duration::from_secs(1))).await.assert();
}

#[test]
fn the_report_is_a_table() {
    let outcomes = vec![
        ("short", RuleOutcome::Passed),
        ("longer", RuleOutcome::Failed("it did".into())),
        ("n", RuleOutcome::NotApplicable("no sweeper")),
    ];
    let text = Report { outcomes }.to_string();
    assert_eq!(text, "short   ok\nlonger  FAILED: it did\nn       not applicable: no sweeper\n");
}

#[test]
#[should_panic(expected = "the store breaks 1 of 2 rules:\nb  FAILED: so")]
fn assert_panics_with_what_is_broken() {
    Report { outcomes: vec![("a", RuleOutcome::Passed), ("b", RuleOutcome::Failed("so".into()))] }.assert();
}
