//! How it starts and ends, and why it does not start.

use std::path::Path;

use dewar_servers::Redis;

use super::COOKIE;
use super::client::Client;
use super::server::{Demo, demo};
use crate::command::{Run, TempFile, run, run_with};

#[test]
fn a_weak_secret_or_a_taken_port_is_told() {
    let file = TempFile::of("dev");
    let weak = run(&["demo", "--port", "0", "--secret-file", file.path()]);
    assert!(weak.code == Some(2) && weak.err.contains("dewar secret new"), "{weak:?}");
    let demo = Demo::start(&[]);
    let port = demo.url.rsplit(':').next().unwrap();
    let taken = run(&["demo", "--port", port, "--store", "memory:"]);
    assert_eq!((taken.code, taken.out.as_str(), taken.err.lines().count()), (Some(2), "", 1));
    assert!(taken.err.contains("--port 0"), "{}", taken.err);
}

/// One line on the terminal that says what to do; no password in it.
fn refused(url: &str, words: &str) {
    let run = run(&["demo", "--port", "0", "--store", url]);
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(1), "", 1), "{url}: {run:?}");
    assert!(run.err.starts_with("dewar: ") && run.err.contains(words), "{url}: {}", run.err);
    assert!(!run.err.contains("hunter2"), "{}", run.err);
}

#[test]
fn a_store_that_cannot_be_opened_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(at("theirs")).unwrap();
    std::fs::write(at("theirs/letter.txt"), "Dear Zoe").unwrap();
    std::fs::write(at("text.db"), "no database, but long enough to be taken for one ".repeat(40)).unwrap();
    refused("hunter2", "memory:, file:///, sqlite:///, postgresql://, mysql://, redis://");
    refused("oracle://user:hunter2@host", "memory:, file:///");
    refused("memory:hunter2", "is memory: with nothing after it");
    refused("sqlite:demo.db", "must be absolute");
    refused(&format!("sqlite://{}", at("text.db")), "text.db");
    refused(&format!("sqlite://{}", at("nowhere/demo.db")), "nowhere");
    refused(&format!("file://{}", at("theirs")), "theirs");
    refused("redis://zoe:hunter2@127.0.0.1:1", "127.0.0.1:1");
    assert_eq!(std::fs::read_to_string(at("theirs/letter.txt")).unwrap(), "Dear Zoe");
}

#[test]
fn what_is_about_cookies_and_a_store_exclude_each_other() {
    let file = TempFile::of("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5");
    for about_cookies in [["--format", "sealed"], ["--secret-file", file.path()]] {
        let run = run_with(demo(&["--store", "memory:"]).args(about_cookies), "");
        assert!(run.code == Some(2) && run.err.contains("--store cookie"), "{run:?}");
    }
    assert_eq!(run(&["demo", "--store"]).code, Some(2));
    assert_eq!(run(&["demo", "--format", "paper"]).code, Some(2));
}

#[test]
fn the_help_says_where_sessions_can_be_kept() {
    let Run { code, out, .. } = run(&["demo", "--help"]);
    assert_eq!(code, Some(0));
    for words in ["--store", "cookie", "memory:", "file:///", "sqlite:///", "redis://", "DEWAR_STORE"] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[cfg(unix)]
#[test]
fn its_own_file_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start_in(&state.path().join("not there yet"), &[]);
    let folder = state.path().join("not there yet/dewar");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("demo.db"))), (0o700, 0o600));
    // It answers: all has been said.
    assert_eq!(Client::new(&demo).get("/").status, 200);
    let (_, log) = demo.interrupt();
    assert!(log.contains("/not%20there%20yet/dewar/demo.db: a restart keeps them.\n"), "{log}");
    for engine in dewar_stores::Engine::all() {
        assert!(log.contains(engine.url_template()), "{log}");
    }
}

#[cfg(unix)]
#[test]
fn a_temporary_folder_is_made_where_the_user_has_none() {
    let (temporary, file) = (tempfile::tempdir().unwrap(), TempFile::of("a file is no folder"));
    let mut command = demo(&[]);
    command.env("XDG_STATE_HOME", file.path()).env("TMPDIR", temporary.path());
    let demo = Demo::run(&mut command);
    Client::new(&demo).submit("/login", &[("username", "zoe")]);
    let (_, log) = demo.interrupt();
    let made = std::fs::read_dir(temporary.path()).unwrap().next().unwrap().unwrap().path();
    assert!(made.join("demo.db").exists() && log.contains(made.to_str().unwrap()), "{log}");

    // Neither there: a line, no panic.
    let mut command = self::demo(&[]);
    let nowhere = run_with(command.env("XDG_STATE_HOME", file.path()).env("TMPDIR", file.path()), "");
    assert!(nowhere.code == Some(1) && nowhere.err.contains("choose a store with --store"), "{nowhere:?}");
    assert_eq!(nowhere.err.lines().count(), 1, "{nowhere:?}");
}

#[test]
fn a_file_keeps_sessions_over_a_restart_and_memory_does_not() {
    let state = tempfile::tempdir().unwrap();
    let files = format!("file://{}", state.path().join("sessions").display());
    for (args, lasts) in
        [(vec![], true), (vec!["--store", &files], true), (vec!["--store", "memory:"], false)]
    {
        let first = Demo::start_in(state.path(), &args);
        let mut client = Client::new(&first);
        client.submit("/login", &[("username", "zoe")]);
        let cookie = client.cookie.clone();
        let (ended_well, log) = first.interrupt();
        assert!(ended_well && log.contains(if lasts { "keeps them" } else { "ends them all" }), "{log}");
        let second = Demo::start_in(state.path(), &args);
        let mut client = Client { cookie, ..Client::new(&second) };
        assert_eq!(client.get("/").body.contains("Welcome, zoe!"), lasts, "{args:?}");
    }
}

#[test]
fn redis_by_the_environment_and_what_a_person_is_told_when_it_dies() {
    if Redis::for_test().is_none() {
        return;
    }
    let mut redis = Redis::settings().password("hunter2").start().unwrap();
    let url = format!("redis://:hunter2@127.0.0.1:{}", redis.port());
    let demo = Demo::run(demo(&[]).env("DEWAR_STORE", &url));
    let mut client = Client::new(&demo);
    assert!(client.submit("/login", &[("username", "zoe")]).body.contains("Welcome, zoe!"));
    assert!(client.get("/inspector").body.contains("user:zoe"));
    let cookie = client.cookie.clone();

    redis.kill();
    for path in ["/", "/sessions", "/inspector"] {
        let answer = client.get(path);
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{path}");
        assert!(answer.body.contains("you are still logged in"), "{}", answer.body);
    }
    assert_eq!(client.get("/style.css").status, 200, "what needs no session goes on");
    assert_eq!(client.cookie, cookie);
    drop(client);
    let (_, log) = demo.interrupt();
    assert!(!log.contains("hunter2") && log.contains("redis://:...@127.0.0.1"), "{log}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_no_cookie_is_in_its_log() {
    for (args, introduction) in [(COOKIE, "made at random"), (&["--store", "memory:"], "stored in memory:")] {
        let demo = Demo::start(args);
        let mut client = Client::new(&demo);
        client.submit("/login", &[("username", "zoe")]);
        client.get("/cart?secret=hidden");
        let cookie = client.cookie.clone().unwrap();
        drop(client);
        let (ended_well, log) = demo.interrupt();
        assert!(ended_well, "{log}");
        assert!(log.contains("POST /login 303\nGET / 200\nGET /cart 200\n"), "{log}");
        assert!(log.ends_with("The demo has ended.\n") && log.contains(introduction), "{log}");
        assert!(!log.contains(&cookie[8..]) && !log.contains("hidden") && !log.contains("zoe"), "{log}");
    }
}
