//! Requests with several cookies of our name: two domains or paths of one site, or an attacker who wants to load the store.

use std::sync::Arc;

use dewar::{ServerSide, SessionManager};

use super::round_trips::CountingStore;
use super::{SECOND, Site};

#[tokio::test]
async fn of_two_sessions_the_newer_one_counts_in_whatever_order_they_come() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let old = site.visit("", |s| s.insert_value("user", "old")).await;
        site.pass(SECOND);
        let new = site.visit("", |s| s.insert_value("user", "new")).await;
        for cookies in [format!("{old}; {new}"), format!("{new}; {old}")] {
            assert_eq!(site.user(&cookies).await.as_deref(), Some("new"));
        }
        let unknown = old.replace(|letter: char| letter.is_ascii_uppercase(), "Z");
        assert_eq!(site.user(&format!("{unknown}; {new}")).await.as_deref(), Some("new"));
    }
}

/// However many ids a request has, it costs two round trips at most to open it.
#[tokio::test]
async fn eight_ids_cost_two_loads_and_eight_times_one_id_costs_one() {
    for preset in [|store| ServerSide::new("shop", store), ServerSide::flask] {
        let store = Arc::new(CountingStore::default());
        let manager = SessionManager::server_side(preset(store.clone())).unwrap();
        let name = manager.cookie_name();
        let ids = |of: fn(usize) -> char| {
            (0..8).map(|n| format!("{name}={}", of(n).to_string().repeat(45))).collect::<Vec<_>>().join("; ")
        };
        for (cookies, looks) in [(ids(|n| char::from(b'a' + n as u8)), 2), (ids(|_| 'a'), 1)] {
            let before = store.calls();
            let _ = manager.open([cookies.as_bytes()]).await.unwrap();
            assert_eq!(store.calls() - before, looks);
        }
    }
}
