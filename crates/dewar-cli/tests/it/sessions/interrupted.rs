//! A copy that is killed, or whose store goes away.

use std::process::Stdio;
use std::time::{Duration, Instant};

use dewar_servers::Redis;

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

/// A server that hangs for a moment, as one that fails over: the copy waits and goes on.
#[test]
fn a_store_that_hangs_for_a_moment_is_waited_for() {
    let Some(server) = Redis::for_test() else { return };
    let from = sqlite();
    let old = Shop::at(&from.url);
    let cookies: Vec<_> = (0..SESSIONS / 3).map(|number| old.log_in(&format!("user:{number}"))).collect();
    let mut command = dewar();
    command.args(["sessions", "copy", "--name", "shop", "--json", &from.url, &server.url()]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.command(&["DBSIZE"]).is_ok_and(|size| size.trim() == "0") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.stop().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    server.cont().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let new = Shop::at(&server.url());
    assert!(cookies.iter().all(|cookie| new.owner(cookie) == old.owner(cookie)));
}

/// One that stays away is told in one line, and nothing is lost.
#[test]
fn a_store_that_stays_away_ends_the_copy_with_one_line() {
    let Some(mut server) = Redis::for_test() else { return };
    let from = sqlite();
    let old = Shop::at(&from.url);
    let cookies: Vec<_> = (0..SESSIONS / 3).map(|number| old.log_in(&format!("user:{number}"))).collect();
    let mut command = dewar();
    command.args(["sessions", "copy", "--name", "shop", "--json", &from.url, &server.url()]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.command(&["DBSIZE"]).is_ok_and(|size| size.trim() == "0") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.kill();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("run the same command again"), "{told}");
    server.restart().unwrap();
    assert_eq!(copy(&from.url, &server.url(), &[]).code, Some(0));
    let new = Shop::at(&server.url());
    assert!(cookies.iter().all(|cookie| new.owner(cookie) == old.owner(cookie)));
}

/// What was done until then is told, and what to do.
#[test]
fn a_store_that_stays_away_while_sessions_end_is_told() {
    let Some(mut server) = Redis::for_test() else { return };
    let shop = Shop::at(&server.url());
    (0..SESSIONS).for_each(|number| _ = shop.log_in(&format!("user:{number}")));
    let size = |server: &Redis| server.command(&["DBSIZE"]).unwrap().trim().parse::<usize>().unwrap();
    let all = size(&server);
    let mut command = dewar();
    command.args(["sessions", "end", "--name", "shop", "--all", "--yes", "--json", &server.url()]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while size(&server) > all - 10 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.kill();
    let output = child.wait_with_output().unwrap();
    let (out, told) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("run the same command again"), "{told}");
    let figures: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ended = figures["ended"].as_u64().unwrap() as usize;
    assert!(figures["found"] == SESSIONS && (1..SESSIONS).contains(&ended), "{out}");
}
