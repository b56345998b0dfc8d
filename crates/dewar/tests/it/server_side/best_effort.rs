//! Best effort: a failed refresh or rewrite does not fail a request that changed nothing.

use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::{Entry, Store as _, StoreKey, Write};
use dewar::{ServerSide, Session};

use super::{HOUR, START, Site};
use crate::counters::Counters;

/// What Python wrote as a pickle: `{"user": "zoe", "big": 2**70}`.
const BIG: &[u8] = b"\x80\x05\x95#\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x04user\x94\x8c\x03zoe\x94\x8c\x03big\x94\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00@u.";

fn id() -> String {
    "k".repeat(43)
}

/// A site that writes MessagePack, and finds a record of an older form.
async fn site(payload: &'static [u8]) -> Site {
    let records = FlaskRecords { encoding: FlaskEncoding::MsgPack, ..FlaskRecords::default() };
    let site = Site::flask(|s| ServerSide { records: RecordFormat::Flask(records), ..s });
    let key = StoreKey::new(format!("session:{}", id()));
    let created = site
        .store
        .write(Write::create(&key, &Entry::new(payload, Some(START.plus(HOUR)))), START)
        .await
        .unwrap();
    drop(created);
    site
}

#[test]
fn a_record_that_the_new_format_cannot_write_stays_in_the_old_one() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let site = site(BIG).await;
            let cookie = format!("session={}", id());
            let request = site.request(&cookie).await;
            assert_eq!(request.session.get::<String>("user").unwrap().as_deref(), Some("zoe"));
            let _ = request.end().await;
            assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
            let stored = site.stored().await.remove(0).1;
            assert_eq!(stored.payload, BIG);
            // A change of the request is an error.
            let request = site.request(&cookie).await;
            request.session.insert_value("k", 1);
            assert_eq!(site.manager.save(&request.session).await.unwrap_err().status(), 500);
        });
    });
    assert_eq!(counters.value("dewar_session_events_total", "best_effort_skipped"), 1);
}

#[tokio::test]
async fn a_session_that_ends_while_it_is_refreshed_is_no_error_for_a_request_that_only_reads() {
    let site = Site::flask(|s| ServerSide { on_ended: dewar::settings::OnEnded::Refuse, ..s });
    let cookie = site.login().await;
    let look = site.request(&cookie).await;
    assert!(look.session.contains("user"));
    let _ = site.visit(&cookie, Session::destroy).await;
    let _ = look.end().await;
}
