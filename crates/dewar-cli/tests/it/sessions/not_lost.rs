//! Mistakes with `dewar sessions copy` that would end sessions.

use std::path::Path;

use super::copying::copy;
use super::place::{Place, files, flask_places, memcached, places, redis, routes, sqlite};
use super::{Shop, sessions};
use crate::command::{Run, dewar, run_with};

fn assert_refused(run: &Run, code: i32, words: &str) {
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(code), "", 1), "{run:?}");
    assert!(run.err.contains(words), "{}", run.err);
}

#[test]
fn the_same_store_under_another_url_is_recognized() {
    for place in places() {
        let (shop, other) = (Shop::at(&place.url), place.other_spelling());
        assert_ne!(other, place.url);
        let cookies = [shop.log_in("user:1"), shop.log_in("user:2")];
        for args in [&[][..], &["--move", "--yes"]] {
            assert_refused(&copy(&place.url, &other, args), 2, "the same store");
        }
        assert!(cookies.iter().all(|cookie| shop.owner(cookie).is_some()), "{}", place.url);
        let list = sessions(&place.url, "list", &["--json"]);
        let totals: serde_json::Value = serde_json::from_str(list.out.lines().last().unwrap()).unwrap();
        assert_eq!((&totals["totals"]["sessions"], &totals["totals"]["tombstones"]), (&2.into(), &0.into()));
    }
}

#[test]
fn the_same_store_of_flask_sessions_is_recognized() {
    for place in flask_places() {
        let shop = Shop::of_flask(&place.url);
        let cookie = shop.log_in("user:1");
        let mut command = dewar();
        command.args(["sessions", "copy", "--flask", "--move", "--yes", &place.url, &place.other_spelling()]);
        assert_refused(&run_with(&mut command, ""), 2, "the same store");
        assert!(shop.owner(&cookie).is_some(), "{}", place.url);
        let list = run_with(dewar().args(["sessions", "list", "--flask", "--json", &place.url]), "");
        assert_eq!(list.out.lines().count(), 2, "{list:?}");
    }
}

/// A folder for the state of copies from one store to another, and the path of the state.
fn state() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").display().to_string();
    (folder, path)
}

fn are_all_there(to: &Place, cookies: &[String]) -> bool {
    let shop = Shop::at(&to.url);
    cookies.iter().all(|cookie| shop.owner(cookie).is_some())
}

#[test]
fn an_empty_source_removes_nothing_from_the_target() {
    let (Some(from), to, (_folder, state)) = (redis(), files(), state()) else { return };
    let cookies = {
        let old = Shop::at(&from.url);
        [old.log_in("user:1"), old.log_in("user:2")]
    };
    assert_eq!(copy(&from.url, &to.url, &["--state", &state]).json()["copied"], 2);
    assert_eq!(sessions(&from.url, "end", &["--all", "--yes"]).out, "2 sessions ended\n");
    for args in [&["--state", &state][..], &["--state", &state, "--yes"]] {
        let run = copy(&from.url, &to.url, args);
        assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{run:?}");
        assert!(run.err.contains("nothing was removed from the target"), "{}", run.err);
        assert!(are_all_there(&to, &cookies));
    }
}

#[test]
fn most_sessions_are_removed_only_if_that_is_confirmed() {
    let (from, to, (_folder, state)) = (sqlite(), files(), state());
    let old = Shop::at(&from.url);
    let cookies: Vec<_> = (0..5).map(|number| old.log_in(&format!("user:{number}"))).collect();
    copy(&from.url, &to.url, &["--state", &state]);
    cookies.iter().take(3).for_each(|cookie| old.log_out(cookie));
    let run = copy(&from.url, &to.url, &["--state", &state]);
    assert_eq!((run.code, run.err.lines().count()), (Some(2), 1), "{run:?}");
    assert!(run.err.contains("3 sessions") && run.err.contains("--yes"), "{}", run.err);
    assert!(are_all_there(&to, &cookies));
    let run = copy(&from.url, &to.url, &["--state", &state, "--yes"]);
    assert_eq!((run.code, &run.json()["ended_at_source"]), (Some(0), &3.into()), "{run:?}");
    assert!(are_all_there(&to, &cookies[3..]) && !are_all_there(&to, &cookies[..1]));
}

#[test]
fn the_state_of_another_copy_is_refused() {
    let (from, to, (_folder, state)) = (sqlite(), files(), state());
    let old = Shop::at(&from.url);
    let cookies = [old.log_in("user:1")];
    copy(&from.url, &to.url, &["--state", &state]);
    let (other, fresh) = (sqlite(), files());
    Shop::at(&other.url).log_in("user:2");
    for (from, to) in [(&other, &to), (&from, &fresh), (&to, &from)] {
        assert_refused(&copy(&from.url, &to.url, &["--state", &state]), 2, "another store");
    }
    assert!(are_all_there(&to, &cookies));
    assert!(!Path::new(fresh.url.strip_prefix("file://").unwrap()).exists(), "the target is opened last");
}

#[test]
fn a_state_is_refused_where_nothing_could_be_removed_again() {
    let (Some(to), from, (_folder, state)) = (memcached(), sqlite(), state()) else { return };
    Shop::at(&from.url).log_in("user:1");
    for args in [&["--state", &state][..], &["--state", &state, "--dry-run"]] {
        assert_refused(&copy(&from.url, &to.url, args), 2, "--state");
    }
}

#[test]
fn a_dry_run_creates_nothing() {
    for (from, to) in routes(places()) {
        let old = Shop::at(&from.url);
        old.log_in("user:1");
        old.log_in("user:2");
        let dry = copy(&from.url, &to.url, &["--dry-run"]);
        assert_eq!((dry.code, &dry.json()["copied"]), (Some(0), &2.into()), "{}: {dry:?}", to.url);
        let list = sessions(&to.url, "list", &[]);
        if list.code == Some(0) {
            // There is nothing that could be missing.
            assert!(to.sweeps_itself && dry.err.is_empty(), "{}: {dry:?}", to.url);
        } else {
            assert!(dry.err.contains("does not exist yet") && dry.err.lines().count() == 1, "{dry:?}");
        }
    }
}

#[test]
fn a_source_that_cannot_be_listed_creates_no_target() {
    let (Some(from), to) = (memcached(), files()) else { return };
    assert_refused(&copy(&from.url, &to.url, &[]), 1, "cannot be listed");
    assert!(!Path::new(to.url.strip_prefix("file://").unwrap()).exists());
}

#[test]
fn a_move_needs_a_target_that_exists_and_a_yes() {
    let (from, to) = (sqlite(), files());
    let old = Shop::at(&from.url);
    let cookies = [old.log_in("user:1"), old.log_in("user:2")];
    for args in [&["--move", "--yes"][..], &["--move", "--dry-run"]] {
        assert_refused(&copy(&from.url, &to.url, args), 1, "there are no sessions in");
    }
    assert!(!Path::new(to.url.strip_prefix("file://").unwrap()).exists());
    Shop::at(&to.url).log_in("user:3");
    let asked = copy(&from.url, &to.url, &["--move"]);
    assert_refused(&asked, 2, "--yes");
    assert!(
        asked.err.contains("2 sessions from sqlite:///") && asked.err.contains("which has 1"),
        "{asked:?}"
    );
    assert!(are_all_there(&from, &cookies));
}
