//! `dewar sessions copy`.

use std::time::Duration;

use super::place::{files, flask_places, memcached, places, redis, routes, sqlite};
use super::{Shop, sessions};
use crate::command::{Run, dewar, run_with};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn copy(from: &str, to: &str, args: &[&str]) -> Run {
    let mut command = dewar();
    command.env("DEWAR_STORE", from).env("DEWAR_STORE_TO", to);
    run_with(command.args(["sessions", "copy", "--name", "shop", "--json"]).args(args), "")
}

#[test]
fn nobody_is_logged_out() {
    for (from, to) in routes(places()) {
        let (old, new) = (Shop::at(&from.url), Shop::at(&to.url));
        let cookies: Vec<_> = ["user:1", "user:1", "user:2", "user:1"]
            .iter()
            .map(|owner| old.log_in_with(owner, "Firefox", &[("cart", owner)]))
            .collect();
        let dry = copy(&from.url, &to.url, &["--dry-run"]);
        assert_eq!((dry.code, &dry.json()["copied"]), (Some(0), &4.into()), "{dry:?}");
        assert_eq!(new.owner(&cookies[0]), None, "a dry run writes nothing");
        let run = copy(&from.url, &to.url, &[]);
        assert_eq!((run.code, run.err.as_str(), &run.json()["copied"]), (Some(0), "", &4.into()), "{run:?}");
        for cookie in &cookies {
            assert_eq!(new.owner(cookie), old.owner(cookie), "{} to {}", from.url, to.url);
            assert_eq!(new.value(cookie, "cart"), old.value(cookie, "cart"));
        }
        assert_eq!(new.handles("user:1"), old.handles("user:1"), "in the same order");
        let again = copy(&from.url, &to.url, &[]).json();
        assert_eq!((&again["copied"], &again["already_there"]), (&0.into(), &4.into()));
    }
}

#[test]
fn the_newer_session_stays() {
    let (from, to) = (sqlite(), files());
    let (old, new) = (Shop::at(&from.url), Shop::at(&to.url));
    let cookies = [old.log_in("user:1"), old.log_in("user:2"), old.log_in("user:3")];
    copy(&from.url, &to.url, &[]);
    Shop::ahead(&to.url, SECOND).insert(&cookies[0], "cart", "at the target");
    Shop::ahead(&from.url, SECOND).insert(&cookies[1], "cart", "at the source");
    new.log_out(&cookies[2]);
    let again = copy(&from.url, &to.url, &[]).json();
    assert_eq!(new.value(&cookies[0], "cart").as_deref(), Some("at the target"));
    assert_eq!(new.value(&cookies[1], "cart").as_deref(), Some("at the source"));
    assert_eq!(new.owner(&cookies[2]), None, "a logout at the target is final");
    for (what, number) in [("target_is_newer", 1), ("updated", 1), ("ended_at_target", 1), ("copied", 0)] {
        assert_eq!(again[what], number, "{what}: {again}");
    }
}

/// A logout at the source between two runs, as while the first one runs.
#[test]
fn what_ended_at_the_source_is_removed_again() {
    for (from, to) in routes(places()) {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state").display().to_string();
        let (old, new) = (Shop::at(&from.url), Shop::at(&to.url));
        let cookies =
            [old.log_in("user:1"), old.log_in("user:2"), old.log_in("user:3"), old.log_in("user:4")];
        copy(&from.url, &to.url, &["--state", &state]);
        old.log_out(&cookies[0]);
        old.log_out(&cookies[1]);
        new.insert(&cookies[1], "cart", "used at the target");
        let fresh = new.log_in("user:5");
        let run = copy(&from.url, &to.url, &["--state", &state]);
        assert_eq!(run.json()["ended_at_source"], 1, "{run:?}");
        assert_eq!(new.owner(&cookies[0]), None, "the logout is not undone");
        let stay = [&cookies[1], &cookies[2], &cookies[3], &fresh].map(|cookie| new.owner(cookie).is_some());
        assert_eq!(stay, [true; 4], "what a program used at the target stays");
    }
}

#[test]
fn a_session_moves_once() {
    for (from, to) in routes(places()) {
        let (old, new) = (Shop::at(&from.url), Shop::at(&to.url));
        let cookies = [old.log_in("user:1"), old.log_in("user:2")];
        let run = copy(&from.url, &to.url, &["--move", "--yes"]);
        assert_eq!(run.json()["copied"], 2, "{run:?}");
        for cookie in &cookies {
            assert!(old.owner(cookie).is_none() && new.owner(cookie).is_some());
        }
        new.log_out(&cookies[0]);
        let again = copy(&from.url, &to.url, &["--move", "--yes"]).json();
        assert_eq!((&again["copied"], &again["already_there"]), (&0.into(), &0.into()), "{again}");
        assert_eq!((new.owner(&cookies[0]), old.owner(&cookies[0])), (None, None));
    }
}

#[test]
fn flask_sessions_are_copied() {
    for (from, to) in routes(flask_places()) {
        let (old, new) = (Shop::of_flask(&from.url), Shop::of_flask(&to.url));
        let cookies = [old.log_in("user:1"), old.log_in("user:2")];
        old.insert(&cookies[1], "cart", "chocolate");
        let mut command = dewar();
        command.env("DEWAR_STORE", &from.url).env("DEWAR_STORE_TO", &to.url);
        let run = run_with(command.args(["sessions", "copy", "--flask", "--json"]), "");
        // Where the engine has one place for the sessions of Flask, those of the route before are there as well.
        assert!(run.code == Some(0) && run.json()["copied"].as_u64() >= Some(2), "{run:?}");
        assert_eq!(new.owner(&cookies[0]).as_deref(), Some("user:1"));
        assert_eq!(new.value(&cookies[1], "cart").as_deref(), Some("chocolate"));
    }
}

#[test]
fn a_target_that_refuses_everything_is_told_in_one_line() {
    let Some(to) = redis() else { return };
    let from = sqlite();
    let old = Shop::at(&from.url);
    let cookies = [old.log_in("user:1"), old.log_in("user:2"), old.log_in("user:3")];
    // A user of Redis that may not write.
    let reader = redis_user(&to.url, "%R~shop:*");
    let refused = copy(&from.url, &reader, &[]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{refused:?}");
    assert_eq!(refused.err.lines().count(), 1, "{}", refused.err);
    let new = Shop::at(&to.url);
    assert_eq!(copy(&from.url, &to.url, &[]).json()["copied"], 3);
    assert!(cookies.iter().all(|cookie| new.owner(cookie).is_some()));
}

/// A target that is full: the rest would be refused as well. A server may take one session more after it has refused some, because what it keeps
/// for its clients has shrunk, and then the copy goes on for another hundred. So there are many more sessions than it has room for.
#[test]
fn a_target_that_is_full_stops_the_copy() {
    let Some(to) = redis() else { return };
    let from = sqlite();
    Shop::at(&from.url).fill(1_000, 20_000);
    let port = to.url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let redis = |args: &[&str]| {
        let done = std::process::Command::new("redis-cli").args(["-p", &port]).args(args).output().unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    let info = redis(&["INFO", "memory"]);
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    let most = used.trim().parse::<u64>().unwrap() + 3_000_000;
    assert!(redis(&["CONFIG", "SET", "maxmemory", &most.to_string()]).starts_with("OK"));
    let full = copy(&from.url, &to.url, &[]);
    let failed = full.json()["failed"].as_u64().unwrap();
    assert_eq!((full.code, full.err.lines().count() as u64), (Some(1), failed + 1), "{full:?}");
    assert!(full.err.lines().last().unwrap().contains("run the same command again"), "{}", full.err);
    let copied = full.json()["copied"].as_u64().unwrap();
    assert!(copied > 0 && failed >= 100 && copied + failed < 1_000, "{}", full.out);
    assert!(redis(&["CONFIG", "SET", "maxmemory", "0"]).starts_with("OK"));
    let rest = copy(&from.url, &to.url, &[]).json();
    assert_eq!(
        (rest["copied"].as_u64(), rest["already_there"].as_u64()),
        (Some(1_000 - copied), Some(copied))
    );
}

/// Memcached has no list of its sessions: it can be a target and no source.
#[test]
fn memcached_can_only_be_a_target() {
    let Some(to) = memcached() else { return };
    let from = sqlite();
    let (old, new) = (Shop::at(&from.url), Shop::at(&to.url));
    let cookies =
        [old.log_in_with("user:1", "", &[("cart", "chocolate")]), old.log_in("user:1"), old.log_in("user:2")];
    let run = copy(&from.url, &to.url, &[]);
    assert_eq!((run.code, run.err.as_str(), &run.json()["copied"]), (Some(0), "", &3.into()), "{run:?}");
    assert!(cookies.iter().all(|cookie| new.owner(cookie) == old.owner(cookie)));
    assert_eq!(new.value(&cookies[0], "cart").as_deref(), Some("chocolate"));
    let list = |command: &str, args: &[&str]| sessions(&to.url, command, args);
    let sweep = list("sweep", &[]);
    assert_eq!((sweep.code, sweep.err.as_str()), (Some(0), ""), "{sweep:?}");
    assert!(sweep.out.contains("by itself"), "{sweep:?}");
    for run in [
        list("list", &[]),
        list("show", &["0123456789abcdef"]),
        list("end", &["--owner", "user:1"]),
        list("end", &["--handle", "0123456789abcdef"]),
        copy(&to.url, &from.url, &[]),
    ] {
        assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(1), "", 1), "{run:?}");
        assert!(run.err.contains("cannot be listed"), "{}", run.err);
    }
}

/// A record that one engine has room for, and another has not.
#[test]
fn what_is_too_large_for_the_target_is_named_and_the_rest_goes_on() {
    let Some(to) = memcached() else { return };
    let from = sqlite();
    let (old, new) = (Shop::roomy(&from.url), Shop::at(&to.url));
    let large = old.log_in_with("user:1", "", &[("text", &"x".repeat((1 << 20) - 50))]);
    let small = [old.log_in("user:1"), old.log_in("user:2")];
    let run = copy(&from.url, &to.url, &[]);
    let handle = &old.handles("user:1")[0].0;
    assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{run:?}");
    assert!(run.err.contains(handle) && run.err.contains("bytes"), "{}", run.err);
    assert_eq!((&run.json()["copied"], &run.json()["failed"]), (&2.into(), &1.into()), "{run:?}");
    assert!(small.iter().all(|cookie| new.owner(cookie).is_some()));
    assert!(old.owner(&large).is_some(), "it stays where it is");
}

fn redis_user(url: &str, keys: &str) -> String {
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let done = std::process::Command::new("redis-cli")
        .args(["-p", &port, "ACL", "SETUSER", "reader", "on", ">pw", keys, "+@all"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("OK"), "{done:?}");
    format!("redis://reader:pw@127.0.0.1:{port}")
}
