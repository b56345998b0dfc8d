//! The questions of `dewar sessions` on a terminal.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use super::place::{Place, files, sqlite};
use super::{Shop, sessions};
use crate::command::{Run, dewar};

/// Runs a command on a terminal of its own (util-linux's `script` makes it), types the answer to its question, and returns what is seen.
fn on_a_terminal(url: &str, arguments: &str, answer: &[u8]) -> Run {
    // Who starts the tests in the background lets them ignore Ctrl-C.
    let line = format!("exec env --default-signal=INT {} sessions {arguments}", env!("CARGO_BIN_EXE_dewar"));
    let mut command = Command::new("script");
    for (name, value) in dewar().get_envs() {
        assert!(value.is_none());
        command.env_remove(name);
    }
    command.args(["-q", "-e", "-c", &line, "/dev/null"]).env("SHELL", "/bin/sh").env("DEWAR_STORE", url);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Open until the end: without anybody at the terminal, `script` would end the command.
    let mut keyboard = child.stdin.take().unwrap();
    let mut screen = child.stdout.take().unwrap();
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while screen.read(&mut byte).unwrap() > 0 {
        seen.extend(byte);
        if seen.ends_with(b"[y/N] ") {
            keyboard.write_all(answer).unwrap();
        }
    }
    let code = child.wait().unwrap().code();
    Run { code, out: String::from_utf8(seen).unwrap(), err: String::new() }
}

fn shop_with_two() -> (Place, Shop, [String; 2]) {
    let place = sqlite();
    let shop = Shop::at(&place.url);
    let cookies = [shop.log_in("user:1"), shop.log_in("user:1")];
    (place, shop, cookies)
}

const END: &str = "end --name shop --owner user:1";

#[test]
fn yes_ends_them() {
    for answer in ["y\n", "yes\n", "Y\n"] {
        let (place, shop, cookies) = shop_with_two();
        let run = on_a_terminal(&place.url, END, answer.as_bytes());
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.out.contains("End 2 sessions? Their users are logged out. [y/N] "), "{}", run.out);
        assert!(run.out.contains("2 sessions ended"), "{}", run.out);
        assert!(cookies.iter().all(|cookie| shop.owner(cookie).is_none()));
    }
}

/// Enter, another word, the end of the input, Ctrl-C.
#[test]
fn anything_else_ends_none() {
    for (answer, code) in [("n\n", 1), ("\n", 1), ("yesterday\n", 1), ("\x04", 1), ("\x03", 130)] {
        let (place, shop, cookies) = shop_with_two();
        let run = on_a_terminal(&place.url, END, answer.as_bytes());
        assert_eq!(run.code, Some(code), "{answer:?}: {run:?}");
        assert!(run.out.contains("[y/N] ") && !run.out.contains("2 sessions ended"), "{}", run.out);
        assert!(cookies.iter().all(|cookie| shop.owner(cookie).is_some()), "{answer:?}");
    }
}

#[test]
fn what_ends_one_or_was_confirmed_is_not_asked() {
    let (place, shop, cookies) = shop_with_two();
    let handle = &shop.handles("user:1")[0].0;
    let one = on_a_terminal(&place.url, &format!("end --name shop --handle {handle}"), b"");
    assert!(one.code == Some(0) && !one.out.contains("[y/N]"), "{one:?}");
    shop.log_in("user:1");
    let yes = on_a_terminal(&place.url, &format!("{END} --yes"), b"");
    assert!(yes.code == Some(0) && yes.out.contains("2 sessions ended"), "{yes:?}");
    assert!(!yes.out.contains("[y/N]") && cookies.iter().all(|cookie| shop.owner(cookie).is_none()));
}

#[test]
fn without_a_terminal_nothing_ends_unless_it_was_confirmed() {
    let (place, shop, cookies) = shop_with_two();
    let run = sessions(&place.url, "end", &["--owner", "user:1"]);
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(2), "", 1), "{run:?}");
    assert!(run.err.contains("--yes"), "{}", run.err);
    assert!(cookies.iter().all(|cookie| shop.owner(cookie).is_some()));
}

#[test]
fn sessions_move_after_a_yes() {
    for (answer, code) in [("n\n", 1), ("y\n", 0)] {
        let (from, old, cookies) = shop_with_two();
        let to = files();
        let new = Shop::at(&to.url);
        let run = on_a_terminal(
            &from.url,
            &format!("copy --name shop --move {} {}", from.url, to.url),
            answer.as_bytes(),
        );
        assert_eq!(run.code, Some(code), "{run:?}");
        let question = format!("Move 2 sessions from {} to {}, which has 0? [y/N] ", from.url, to.url);
        assert!(run.out.contains(&question), "{}", run.out);
        for cookie in &cookies {
            assert_eq!((old.owner(cookie).is_some(), new.owner(cookie).is_some()), (code == 1, code == 0));
        }
    }
}
