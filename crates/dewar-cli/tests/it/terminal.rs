//! Whatever somebody else wrote, a terminal shows it and obeys none of it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use dewar::signing::base64_encode;

use crate::command::{Run, TempFile, dewar, run_with};
use crate::demo::Demo;

/// A title, a bell, colours in two spellings, a line of its own, and text that runs backwards.
const FOREIGN: &str =
    "\x1b]0;x\x07\x1b[31m\u{9b}31m\x7f\r\n\x08\u{202e}dilav\u{2066}\u{200f}\u{61c}\u{2028}\u{e0041}";

const SECRET: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5";

/// Of everything that was written only line feeds are no plain characters.
fn assert_plain(what: &str, text: &str) {
    let obeyed = |c: char| (c.is_control() && c != '\n') || FOREIGN.contains(c) && !c.is_ascii();
    assert!(!text.contains(obeyed), "{what}: {text:?}");
}

fn assert_run_is_plain(run: &Run) {
    assert_plain("standard output", &run.out);
    assert_plain("standard error", &run.err);
}

/// A cookie as Flask would sign it, whatever is in it.
fn cookie_of(json: &str) -> String {
    format!("{}.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U", base64_encode(json.as_bytes()))
}

fn signed(json: &str) -> String {
    let file = TempFile::of(SECRET);
    run_with(dewar().args(["cookie", "sign", "--secret-file", file.path()]), json).out
}

#[test]
fn contents_of_a_cookie_cannot_steer_the_terminal() {
    let key_and_value = format!("{{\"k{FOREIGN}\":\t\"v{FOREIGN}\"}}");
    let in_json = key_and_value.replace(|c: char| c.is_ascii_control() && c != '\x7f', "");
    let escaped = serde_json::json!({ FOREIGN: FOREIGN, "tag": { " x": FOREIGN } }).to_string();
    let broken = format!("{{\"a\": nonsense{FOREIGN}");
    let tagged = format!("{{\"a\":{{\" d\":\"{FOREIGN}\"}}}}");
    for json in [key_and_value, in_json, escaped, broken, tagged] {
        for cookie in [cookie_of(&json), signed(&json)] {
            for action in ["decode", "explain", "verify"] {
                for extra in [&[][..], &["--json"]] {
                    let run = run_with(
                        dewar().env("SECRET_KEY", SECRET).args(["cookie", action]).args(extra),
                        &cookie,
                    );
                    assert_run_is_plain(&run);
                }
            }
        }
    }
}

/// What is shown is still the JSON that the cookie holds.
#[test]
fn json_says_what_the_cookie_holds() {
    let holds = "\u{9b}\x7f\u{202e}\u{e0041}";
    let decoded = run_with(
        dewar().args(["cookie", "decode", "--json"]),
        &cookie_of(&format!("{{\"a\":\r\"{holds}\"}}")),
    );
    assert_run_is_plain(&decoded);
    assert_eq!(decoded.json()["data"]["a"], holds);
}

#[test]
fn a_cookies_name_cannot_steer_the_terminal() {
    let cookie = cookie_of("{\"a\":1}");
    let texts = [
        format!("n{FOREIGN}={cookie}"),
        format!("Cookie: n{FOREIGN}={cookie}; session={cookie}"),
        format!("a{FOREIGN}=1; b{FOREIGN}=2"),
        format!("Set-Cookie: n{FOREIGN}={cookie}; Path=/{FOREIGN}"),
        FOREIGN.to_owned(),
        format!("{cookie}{FOREIGN}"),
    ];
    for text in &texts {
        for args in [&["decode"][..], &["decode", "--json"], &["explain"], &["verify"], &["verify", "--json"]]
        {
            let run = run_with(dewar().env("SECRET_KEY", SECRET).arg("cookie").args(args), text);
            assert_run_is_plain(&run);
            let name = run.out.lines().filter(|line| line.trim_start().starts_with("name")).count();
            assert!(name <= 1, "a line of its own: {run:?}");
        }
        let named = run_with(
            dewar().env("SECRET_KEY", SECRET).args(["cookie", "explain", "--cookie-name", FOREIGN]),
            text,
        );
        assert_run_is_plain(&named);
    }
}

#[test]
fn an_argument_that_is_refused_cannot_steer_the_terminal() {
    let all: [&[&str]; 12] = [
        &[FOREIGN],
        &["cookie", FOREIGN],
        &["cookie", "decode", "--now", FOREIGN, "x"],
        &["cookie", "decode", "--lifetime", FOREIGN],
        &["cookie", "decode", FOREIGN],
        &["cookie", "verify", "--secret-file", FOREIGN, "x"],
        &["cookie", "verify", "--fallback-file", FOREIGN, "x"],
        &["cookie", "explain", "--salt", FOREIGN, "x"],
        &["secret", "check", FOREIGN],
        &["demo", "--port", FOREIGN],
        &["demo", "--store", FOREIGN],
        &["demo", "--secret-file", FOREIGN],
    ];
    for args in all {
        let run = run_with(dewar().args(args), "");
        assert_ne!(run.code, Some(0), "{args:?}");
        assert_run_is_plain(&run);
    }
    for url in ["file:///proc/", "sqlite:///proc/", "redis://127.0.0.1:1/", "redis://h:p"] {
        assert_run_is_plain(&run_with(dewar().args(["demo", "--store", &format!("{url}{FOREIGN}")]), ""));
    }
    assert_run_is_plain(&run_with(dewar().env("DEWAR_STORE", FOREIGN).arg("demo"), ""));
    assert_run_is_plain(&run_with(dewar().args(["cookie", "sign"]).env("SECRET_KEY", SECRET), FOREIGN));
}

/// A browser sends such a path escaped; anybody else may send it as it is.
#[test]
fn a_request_cannot_steer_the_terminal_of_the_demo() {
    let demo = Demo::start(&["--store", "memory:"]);
    let address = demo.url.strip_prefix("http://").unwrap().to_owned();
    for request in ["GET /\u{9b}31m\u{202e}\x7f HTTP/1.1", "GET /%1B%5B31m HTTP/1.1", "M\x1b[31m / HTTP/1.1"]
    {
        let mut connection = TcpStream::connect(&address).unwrap();
        write!(connection, "{request}\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 4"), "{request:?}");
    }
    let (_, written) = demo.interrupt();
    assert!(written.contains(" 404"), "{written}");
    assert_plain("the log", &written);
}

#[test]
fn help_is_shown_as_it_is() {
    for args in [&["--help"][..], &["--version"], &["cookie", "decode", "--help"]] {
        let run = run_with(dewar().args(args), "");
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(run.out.contains("dewar"), "{args:?}");
    }
    let closed = Command::new(env!("CARGO_BIN_EXE_dewar")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(closed.status.code(), Some(2));
}
