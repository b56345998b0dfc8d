//! What is wrong with the arguments or the store, in one line.

use super::place::files;
use super::{Shop, sessions};
use crate::command::{dewar, run, run_with};

fn refused(args: &[&str], code: i32, words: &str) {
    let run = run(&[&["sessions"], args].concat());
    assert_eq!((run.code, run.out.as_str()), (Some(code), ""), "{args:?}: {run:?}");
    assert!(run.err.contains(words), "{args:?}: {}", run.err);
    assert!(!run.err.contains("hunter2"), "{}", run.err);
    if run.err.starts_with("dewar: ") {
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn one_line_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/s.db", folder.path().display());
    let other = format!("sqlite://{}/t.db", folder.path().display());
    refused(&["list", "--name", "shop"], 2, "DEWAR_STORE");
    refused(&["list", &file], 2, "--name");
    refused(&["list", "--name", "Shop", &file], 2, "a-z");
    refused(&["list", "--name", "shop", "hunter2://h"], 2, "memory:, file:///");
    refused(&["list", "--name", "shop", "memory:"], 2, "one process");
    refused(&["list", "--name", "shop", "redis://zoe:hunter2@127.0.0.1:1"], 1, "127.0.0.1:1");
    refused(&["list", "--name", "shop", "sqlite:relative.db"], 2, "absolute");
    refused(&["list", "--name", "shop", "redis://zoe:hunter2@localhost/one"], 2, "the number of a database");
    refused(&["list", "--name", "shop", "postgresql://zoe:hunter2@localhost/app?colour=red"], 2, "colour");
    refused(&["list", "--name", "redis://:hunter2@h", &file], 2, "a-z");
    refused(&["show", "--name", "shop", "redis://:hunter2@h"], 2, "16 hexadecimal digits");
    refused(&["end", "--name", "shop", "--handle", "redis://:hunter2@h"], 2, "16 hexadecimal digits");
    refused(&["copy", "--name", "shop", &file, &other, "redis://:hunter2@h"], 2, "3 were provided");
    refused(
        &["list", "--name", "shop", &file, "redis://:hunter2@h"],
        2,
        "unexpected argument 'redis://...@h'",
    );
    refused(&["sweep", "--batch", "redis://:hunt'er hunter2@h"], 2, "--batch");
    refused(
        &["copy", "--name", "shop", "--state", "redis://:hunter2@h", &file, &other],
        1,
        "there is no file",
    );
    refused(&["list", "--name", "shop", "--older-than", "7", &file], 2, "7d");
    refused(&["list", "--name", "shop", "--larger-than", "1g", &file], 2, "10k");
    refused(&["list", "--name", "shop", "--flask", &file], 2, "--flask");
    refused(&["list", "--flask", "--set", "SESSION_COLOUR=red", &file], 2, "SESSION_COLOUR");
    refused(&["list", "--flask", "--set", "SESSION_KEY_PREFIX", &file], 2, "NAME=VALUE");
    refused(&["copy", "--name", "shop", &file], 2, "TO");
    refused(&["copy", "--name", "shop", &file, &file], 2, "the same store");
    refused(&["copy", "--name", "shop", "--move", "--state", "x", &file, &other], 2, "--state");
    refused(&["sweep", "--name", "shop", "--batch", "0", &file], 2, "--batch");
    assert!(!folder.path().join("t.db").exists(), "a refused command makes no file");
}

#[test]
fn a_state_file_that_is_another_file_is_left_alone() {
    let (from, to) = (files(), files());
    let _ = Shop::at(&from.url);
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear Zoe, this is no state file at all").unwrap();
    let state = letter.display().to_string();
    let mut command = dewar();
    command.args(["sessions", "copy", "--name", "shop", "--state", &state, &from.url, &to.url]);
    let run = run_with(&mut command, "");
    assert!(run.code == Some(2) && run.err.contains("letter.txt"), "{run:?}");
    let url = ["copy", "--name", "shop", "--state", "redis://:hunter2@h/none/at/all", &from.url, &to.url];
    refused(&url, 2, "the state file redis://...@h");
    assert_eq!(std::fs::read_to_string(&letter).unwrap(), "Dear Zoe, this is no state file at all");
}

#[test]
fn the_schema_is_printed_without_a_server() {
    let schema = run(&["sessions", "schema", "sqlite:///nowhere/at/all.db"]);
    assert_eq!(schema.code, Some(0), "{schema:?}");
    assert!(schema.out.contains("CREATE TABLE IF NOT EXISTS dewar_sessions ("), "{}", schema.out);
    let of_flask = run(&["sessions", "schema", "--flask", "sqlite:///nowhere/at/all.db"]);
    assert!(of_flask.out.contains("CREATE TABLE IF NOT EXISTS sessions ("), "{of_flask:?}");
    let set = ["--set", "SESSION_SQLALCHEMY_TABLE=web", "--set", "SESSION_SQLALCHEMY_SCHEMA=app"];
    for url in ["postgresql://zoe:hunter2@nowhere/app", "mysql://zoe:hunter2@nowhere/app"] {
        let own = run(&["sessions", "schema", url]);
        assert!(own.out.contains("dewar_sessions"), "{own:?}");
        let of_flask = run(&[&["sessions", "schema", "--flask", url][..], &set].concat());
        assert!(of_flask.code == Some(0) && of_flask.out.contains("web"), "{of_flask:?}");
        assert!(of_flask.out.contains("app") && !of_flask.out.contains("hunter2"), "{of_flask:?}");
    }
    for url in ["sqlite:///nowhere/at/all.db", "redis://localhost", "file:///nowhere"] {
        let refused = run(&[&["sessions", "schema", "--flask", url][..], &set].concat());
        assert_ne!(refused.code, Some(0), "{refused:?}");
        assert_eq!((refused.out.as_str(), refused.err.lines().count()), ("", 1), "{refused:?}");
    }
    let none = run(&["sessions", "schema", "redis://zoe:hunter2@localhost"]);
    assert_eq!((none.code, none.out.as_str(), none.err.lines().count()), (Some(1), "", 1), "{none:?}");
}

#[test]
fn an_empty_store_is_no_error() {
    let place = files();
    let _ = Shop::at(&place.url);
    assert_eq!(sessions(&place.url, "list", &[]).out.lines().last(), Some("0 sessions, 0 B"));
    assert_eq!(sessions(&place.url, "end", &["--all"]).out, "no such session\n");
    assert_eq!(sessions(&place.url, "sweep", &[]).out, "0 expired sessions removed\n");
}

#[test]
fn help_has_examples() {
    for command in ["list", "show", "end", "sweep", "copy", "schema"] {
        let help = run(&["sessions", command, "--help"]);
        assert!(help.code == Some(0) && help.out.contains("Example"), "{help:?}");
    }
}
