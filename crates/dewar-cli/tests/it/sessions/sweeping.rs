//! `dewar sessions sweep`.

use std::time::Duration;

use super::{Shop, places, sessions};

#[test]
fn expired_sessions_are_removed_in_batches() {
    for place in places() {
        let (past, present) = (Shop::since(&place.url, Duration::from_secs(7_200)), Shop::at(&place.url));
        (0..7).for_each(|number| _ = past.log_in(&format!("user:{number}")));
        let cookie = present.log_in("user:1");
        let sweep =
            |args: &[&str]| sessions(&place.url, "sweep", &[&["--json", "--pause", "1ms"], args].concat());
        let first = sweep(&["--batch", "2", "--limit", "5"]);
        assert_eq!(first.code, Some(0), "{first:?}");
        let second = sweep(&["--batch", "2"]);
        let removed = [&first, &second].map(|run| run.json()["removed"].as_u64().unwrap());
        if place.sweeps_itself {
            assert_eq!((removed, &first.json()["is_needed"]), ([0; 2], &false.into()), "{}", place.url);
        } else if place.url.starts_with("mongodb:") {
            // Its own task may have been faster.
            assert!(removed[0] <= 5 && removed[1] <= 7, "{removed:?}");
        } else {
            assert_eq!(removed, [5, 2], "{}", place.url);
        }
        assert_eq!(present.owner(&cookie).as_deref(), Some("user:1"));
    }
}
