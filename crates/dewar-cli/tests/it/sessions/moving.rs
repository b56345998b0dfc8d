//! `dewar sessions copy --move` beside the program that uses the sessions.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dewar::SessionManager;

use super::copying::copy;
use super::place::{Place, places, routes};
use super::{Shop, sessions};
use crate::command::dewar;

const SESSIONS: usize = 300;
const VISITORS: usize = 4;

/// The cookies of all sessions, as their browsers have them: a session that moves with a request gets another.
type Cookies = Arc<Vec<Mutex<String>>>;

/// What the program has acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    clicks: Mutex<HashMap<usize, i64>>,
    logouts: Mutex<Vec<usize>>,
    /// The sessions that were asked for and had ended.
    missing: Mutex<Vec<usize>>,
    requests: AtomicUsize,
    is_moved: AtomicBool,
    is_over: AtomicBool,
}

/// A visitor who clicks in one session after the other, and logs out of some. The odd ones are left to the copy at first.
async fn visit(manager: SessionManager, cookies: Cookies, visitor: usize, done: Arc<Acknowledged>) {
    let mine: Vec<usize> =
        (0..SESSIONS).map(|number| (number + visitor * SESSIONS / VISITORS) % SESSIONS).collect();
    for round in 1_usize.. {
        for number in &mine {
            if done.is_over.load(Ordering::Relaxed) {
                return;
            }
            if number % 2 == 1 && !done.is_moved.load(Ordering::Relaxed) {
                continue;
            }
            let has_ended = done.logouts.lock().unwrap().contains(number);
            let cookie = cookies[*number].lock().unwrap().clone();
            let session = manager.open([cookie.as_bytes()]).await.unwrap();
            let Some(owner) = session.owner() else {
                done.missing.lock().unwrap().push(*number);
                continue;
            };
            assert!(!has_ended, "session {number} is back");
            assert_eq!(owner.to_string(), format!("user:{number}"));
            if visitor == 0 && number % 10 == round % 10 && number % 3 == 0 {
                session.log_out();
                let _ = manager.save(&session).await.unwrap();
                done.logouts.lock().unwrap().push(*number);
            } else {
                session.update("clicks", |clicks: Option<i64>| clicks.unwrap_or(0) + 1).unwrap();
                let saved = manager.save(&session).await.unwrap();
                if let Some(cookie) = saved.set_cookie() {
                    *cookies[*number].lock().unwrap() = cookie.split(';').next().unwrap().to_owned();
                }
                *done.clicks.lock().unwrap().entry(*number).or_default() += 1;
            }
            done.requests.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn start_moving(from: &Place, to: &Place) -> Child {
    let mut command = dewar();
    command.args([
        "sessions",
        "copy",
        "--name",
        "shop",
        "--move",
        "--yes",
        "--parallel",
        "1",
        &from.url,
        &to.url,
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn moves_while_the_program_runs(from: &Place, to: &Place) {
    let old = Shop::at(&from.url);
    let first: Vec<_> = (0..SESSIONS).map(|number| old.log_in(&format!("user:{number}"))).collect();
    let cookies = Arc::new(first.iter().cloned().map(Mutex::new).collect::<Vec<_>>());
    let (program, new) = (Shop::moving(&to.url, &from.url), Shop::at(&to.url));
    let done = Arc::new(Acknowledged::default());
    let (manager, runtime) = program.parts();
    let visits: Vec<_> = (0..VISITORS)
        .map(|visitor| {
            runtime.spawn(visit(manager.clone(), Arc::clone(&cookies), visitor, Arc::clone(&done)))
        })
        .collect();
    let go_on = |requests: usize| {
        let served = done.requests.load(Ordering::Relaxed);
        until("the program goes on", || done.requests.load(Ordering::Relaxed) > served + requests);
    };
    // Killed when it has moved some, and not all.
    let mut child = start_moving(from, to);
    let mut odd = first.iter().skip(1).step_by(2).cycle();
    until("some sessions move", || new.owner(odd.next().unwrap()).is_some());
    assert_eq!(child.try_wait().unwrap(), None, "it was not done yet");
    child.kill().unwrap();
    child.wait().unwrap();
    go_on(50);
    let run = copy(&from.url, &to.url, &["--move", "--yes"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.json()["copied"].as_u64() > Some(0), "{run:?}");
    done.is_moved.store(true, Ordering::Relaxed);
    go_on(2 * SESSIONS);
    done.is_over.store(true, Ordering::Relaxed);
    for visit in visits {
        program.block_on(visit).unwrap();
    }
    let last: Vec<_> = cookies.iter().map(|cookie| cookie.lock().unwrap().clone()).collect();
    assert_all_is_there(from, &new, [&first, &last], &done);
}

fn assert_all_is_there(from: &Place, new: &Shop, [first, last]: [&[String]; 2], done: &Acknowledged) {
    let old = Shop::at(&from.url);
    let (clicks, logouts) = (done.clicks.lock().unwrap(), done.logouts.lock().unwrap());
    assert!(!logouts.is_empty());
    let mut missing = done.missing.lock().unwrap().clone();
    missing.retain(|number| !logouts.contains(number));
    assert!(missing.is_empty(), "{}: {missing:?} are logged out and did not log out", from.url);
    for (number, (before, cookie)) in first.iter().zip(last).enumerate() {
        assert_eq!(old.owner(before), None, "{}: session {number} was moved", from.url);
        if logouts.contains(&number) {
            for cookie in [before, cookie] {
                assert_eq!(new.owner(cookie), None, "{}: session {number} has ended", from.url);
            }
        } else {
            assert_eq!(new.owner(cookie), Some(format!("user:{number}")), "{}", from.url);
            assert_eq!(new.number(cookie, "clicks"), clicks.get(&number).copied(), "{}: {number}", from.url);
        }
    }
    let left = sessions(&from.url, "list", &["--json"]);
    let last: serde_json::Value = serde_json::from_str(left.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["totals"]["sessions"], 0, "{left:?}");
}

#[test]
fn nobody_is_logged_out_nothing_is_lost_and_what_ended_stays_ended() {
    for (from, to) in routes(places()) {
        moves_while_the_program_runs(&from, &to);
    }
}
