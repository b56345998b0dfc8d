//! Two sessions that have the same handle: they began in the same millisecond.

use super::place::sqlite;
use super::{Shop, sessions};

/// So many that two of them have the same handle: there are 4096 for each millisecond.
const SESSIONS: usize = 600;

#[test]
fn neither_is_taken_for_the_other() {
    let place = sqlite();
    let shop = Shop::at_one_moment(&place.url);
    let mut all: Vec<(String, String, String)> = (0..SESSIONS)
        .map(|number| {
            let owner = format!("user:{number}");
            let cookie = shop.log_in(&owner);
            (shop.handles(&owner)[0].0.clone(), owner, cookie)
        })
        .collect();
    all.sort();
    let mut same = all.chunk_by(|one, other| one.0 == other.0);
    let two = same.find(|same| same.len() == 2).expect("two with the same handle");
    let [(handle, owner, cookie), (_, other, other_cookie)] = two else { unreachable!() };
    for run in [
        sessions(&place.url, "show", &[handle]),
        sessions(&place.url, "end", &["--handle", handle]),
        sessions(&place.url, "end", &["--handle", handle, "--yes"]),
    ] {
        assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(1), "", 1), "{run:?}");
        assert!(run.err.contains("2 sessions") && run.err.contains("--owner"), "{}", run.err);
    }
    let shown = sessions(&place.url, "show", &[handle, "--owner", other]);
    assert!(shown.code == Some(0) && shown.out.contains(other.as_str()), "{shown:?}");
    let ended = sessions(&place.url, "end", &["--handle", handle, "--owner", owner]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "1 session ended\n"), "{ended:?}");
    assert_eq!((shop.owner(cookie), shop.owner(other_cookie).as_ref()), (None, Some(other)));
}
