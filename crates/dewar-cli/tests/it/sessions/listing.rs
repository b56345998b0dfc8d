//! `dewar sessions list`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use super::place::{files, flask_places, sqlite};
use super::{Shop, places, sessions};
use crate::command::{Run, dewar, run_with};

const HOUR: Duration = Duration::from_secs(3_600);

fn json_lines(run: &Run) -> (Vec<serde_json::Value>, serde_json::Value) {
    let mut lines: Vec<_> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let totals = lines.pop().unwrap();
    (lines, totals["totals"].clone())
}

fn owners(run: &Run) -> Vec<String> {
    let mut owners: Vec<_> =
        json_lines(run).0.iter().map(|line| line["owner"].as_str().unwrap().to_owned()).collect();
    owners.sort();
    owners
}

#[test]
fn sessions_are_listed_with_what_an_operator_needs_and_no_id() {
    for place in places() {
        let shop = Shop::at(&place.url);
        let cookies = [
            shop.log_in_with("user:1", "Firefox on Linux", &[("cart", "secret chocolate")]),
            shop.log_in_with("user:1", "Safari", &[]),
            shop.log_in("user:2"),
        ];
        let list = sessions(&place.url, "list", &[]);
        assert_eq!((list.code, list.err.as_str()), (Some(0), ""), "{list:?}");
        assert_eq!(list.out.lines().count(), 5, "{}", list.out);
        for words in ["HANDLE", "user:1", "user:2", "Firefox on Linux, Lisbon", "3 sessions, "] {
            assert!(list.out.contains(words), "{words}: {}", list.out);
        }
        let json = sessions(&place.url, "list", &["--json"]);
        let (lines, totals) = json_lines(&json);
        assert_eq!((lines.len(), &totals["sessions"]), (3, &3.into()), "{}", json.out);
        let handles: Vec<_> = shop.handles("user:1").into_iter().map(|(handle, _)| handle).collect();
        let ones = lines.iter().filter(|line| handles.iter().any(|handle| line["handle"] == **handle));
        assert_eq!(ones.count(), 2);
        for cookie in &cookies {
            let id = cookie.split_once('=').unwrap().1;
            for out in [&list.out, &json.out] {
                assert!(!out.contains(id) && !out.contains("chocolate"), "{out}");
                // What the key in the store has in addition to the handle.
                assert!(!out.contains("shop:"), "{out}");
            }
        }
    }
}

#[test]
fn filters_choose() {
    for place in places() {
        let (old, new) = (Shop::since(&place.url, HOUR / 2), Shop::at(&place.url));
        old.log_in_with("old", "Firefox", &[]);
        new.log_in_with("new", "Safari", &[]);
        new.log_in_with("large", "Firefox", &[("text", &"x".repeat(20_000))]);
        for (args, found) in [
            (&["--owner", "old"][..], &["old"][..]),
            (&["--owner", "nobody"], &[]),
            (&["--device", "firefox"], &["large", "old"]),
            (&["--device", "LISBON", "--larger-than", "10k"], &["large"]),
            (&["--older-than", "20m"], &["old"]),
            (&["--idle-limit", "1h", "--idle-for", "20m"], &["old"]),
            (&["--idle-limit", "1h", "--idle-for", "45m"], &[]),
        ] {
            // Redis counts from its own clock, which is not slow.
            if args.contains(&"--idle-for") && place.sweeps_itself {
                continue;
            }
            let list = sessions(&place.url, "list", &[&["--json"], args].concat());
            assert_eq!(owners(&list), found, "{args:?}: {list:?}");
        }
        for (sort, first) in [("oldest", "old"), ("largest", "large")] {
            let list = sessions(&place.url, "list", &["--json", "--sort", sort, "--limit", "1"]);
            let (lines, totals) = json_lines(&list);
            assert_eq!((lines.len(), lines[0]["owner"].as_str()), (1, Some(first)), "{sort}");
            assert_eq!(totals["sessions"], 3, "all were counted");
        }
        assert_eq!(owners(&sessions(&place.url, "list", &["--json", "--limit", "2"])).len(), 2);
    }
    let refused = sessions("redis://127.0.0.1:1", "list", &["--idle-for", "1h"]);
    assert!(refused.code == Some(2) && refused.err.contains("--idle-limit"), "{refused:?}");
}

#[test]
fn programs_do_not_see_each_other() {
    for place in places() {
        Shop::at(&place.url).log_in("user:1");
        let list = run_with(dewar().args(["sessions", "list", "--name", "shop-2", "--json", &place.url]), "");
        assert_eq!(json_lines(&list).0.len(), 0, "{list:?}");
    }
}

#[test]
fn the_last_use_is_known_with_the_idle_limit() {
    let place = sqlite();
    Shop::since(&place.url, HOUR / 2).log_in("user:1");
    let line =
        |args: &[&str]| json_lines(&sessions(&place.url, "list", &[&["--json"], args].concat())).0[0].clone();
    assert!(line(&[])["last_used"].is_null());
    let line = line(&["--idle-limit", "1h"]);
    assert!(line["last_used"].as_str().unwrap() <= line["expires"].as_str().unwrap());
    assert_eq!(line["last_used"].as_str().unwrap()[..16], line["created"].as_str().unwrap()[..16]);
}

#[test]
fn a_device_cannot_steer_the_terminal() {
    let place = files();
    let shop = Shop::at(&place.url);
    shop.log_in_with("zoe\u{202e}\u{9b}31m", "\x1b]0;x\x07\u{202e}dilav", &[("k\x1b[31m", "v\x1b[2J")]);
    let list = sessions(&place.url, "list", &[]);
    let handle = &shop.handles("zoe\u{202e}\u{9b}31m")[0].0;
    let show = sessions(&place.url, "show", &[handle, "--values"]);
    assert_eq!((list.code, show.code), (Some(0), Some(0)), "{show:?}");
    for out in [&list.out, &sessions(&place.url, "list", &["--json"]).out, &show.out] {
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!out.contains(obeyed), "{out:?}");
    }
    assert_eq!(list.out.lines().count(), 3);
}

/// `dewar sessions list | head -1`.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = sqlite();
    let shop = Shop::at(&place.url);
    (0..2_000).for_each(|number| _ = shop.log_in(&format!("user:{number}")));
    let mut command = dewar();
    command.args(["sessions", "list", "--name", "shop", "--json", &place.url]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with('{'), "{first}");
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn flask_sessions_are_listed_where_a_flask_program_has_them() {
    for place in flask_places() {
        let shop = Shop::of_flask(&place.url);
        let cookie = shop.log_in("user:1");
        let list = |args: &[&str]| {
            run_with(dewar().args(["sessions", "list", "--flask", "--json", &place.url]).args(args), "")
        };
        let run = list(&["--idle-limit", "31d"]);
        let (lines, _) = json_lines(&run);
        assert_eq!((lines.len(), lines[0]["owner"].as_str()), (1, Some("user:1")), "{run:?}");
        assert!(lines[0]["created"].is_null() && !lines[0]["last_used"].is_null(), "{}", run.out);
        assert!(!run.out.contains(cookie.split_once('=').unwrap().1), "the id");
        assert_eq!(json_lines(&list(&["--set", "SESSION_KEY_PREFIX=web:"])).0.len(), 0);
        let refused = list(&["--older-than", "1h"]);
        assert!(refused.code == Some(2) && refused.err.contains("--idle-for"), "{refused:?}");
    }
}

/// The names of cachelib's files are hashes of the keys.
#[test]
fn files_of_flask_cannot_be_listed() {
    let place = files();
    Shop::of_flask(&place.url).log_in("user:1");
    let run = run_with(dewar().args(["sessions", "list", "--flask", &place.url]), "");
    assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{run:?}");
    assert!(run.err.contains("another engine"), "{}", run.err);
}
