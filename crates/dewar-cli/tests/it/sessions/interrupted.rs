//! A copy that is killed, or whose store goes away.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Shop;
use super::copying::copy;
use super::place::{files, sqlite};
use crate::command::dewar;

/// Enough that a run can be killed in the middle.
const SESSIONS: usize = 3_000;

#[test]
fn a_copy_that_was_killed_is_run_again_and_nothing_is_lost() {
    let (from, to) = (sqlite(), files());
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state").display().to_string();
    let old = Shop::at(&from.url);
    let cookies: Vec<_> = (0..SESSIONS).map(|number| old.log_in(&format!("user:{}", number / 3))).collect();
    let there = || std::fs::metadata(&state).map_or(0, |state| state.len());
    for part in [1, 2] {
        let mut command = dewar();
        command.args(["sessions", "copy", "--name", "shop", "--state", &state, &from.url, &to.url]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A mark has 24 bytes.
        let enough = (part * SESSIONS / 3 * 24) as u64;
        let deadline = Instant::now() + Duration::from_secs(60);
        while there() < enough && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(child.try_wait().unwrap(), None, "it was not done yet");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // One that was copied by the run that was killed ends now.
    let new = Shop::at(&to.url);
    let copied = cookies.iter().position(|cookie| new.owner(cookie).is_some()).unwrap();
    old.log_out(&cookies[copied]);
    let run = copy(&from.url, &to.url, &["--state", &state]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(run.json()["ended_at_source"], 1, "{run:?}");
    for (number, cookie) in cookies.iter().enumerate() {
        let owner = Some(format!("user:{}", number / 3)).filter(|_| number != copied);
        assert_eq!(new.owner(cookie), owner, "{number}");
    }
    for owner in (0..SESSIONS / 3).step_by(97) {
        let owner = format!("user:{owner}");
        assert_eq!(new.handles(&owner), old.handles(&owner));
    }
}
