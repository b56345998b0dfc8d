//! A session interface of the program itself. There is no Redis: each program stores sessions in its memory.

use std::net::SocketAddr;

use dewar::SecretKeys;
use dewar_testbed::Server;

use super::essence;
use crate::browser::Browser;
use crate::examples::own_interface::app;
use crate::http_client::Answer;
use crate::twins::flask::Flask;
use crate::twins::pair::SECRET;

struct Programs {
    flask: Flask,
    ours: Server,
}

impl Programs {
    fn start() -> Option<Self> {
        let flask = Flask::start("own_interface", SECRET)?;
        let keys = SecretKeys::accepting_weak(SECRET).unwrap();
        Some(Self { flask, ours: Server::of_router(async { app(&keys).unwrap() }) })
    }

    #[track_caller]
    fn play<const N: usize>(&self, scene: impl Fn(Browser, SocketAddr) -> [Answer; N]) -> [Answer; N] {
        let [theirs, ours] =
            [self.flask.address, self.ours.address].map(|server| scene(Browser::new(server), server));
        for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(essence(ours, true), essence(theirs, true), "step {step}: ours, Flask's");
        }
        ours
    }
}

#[test]
fn the_session_is_found_again_by_its_signed_uuid() {
    let Some(programs) = Programs::start() else { return };
    let [before, login, users, again] = programs.play(|mut browser, _| {
        [
            browser.get("/users"),
            browser.post("/login.html", ""),
            browser.get("/users"),
            browser.get("/login.html"),
        ]
    });
    assert_eq!((before.body.as_str(), login.body.as_str(), users.body.as_str()), ("", "logged in", "user1"));
    let lines = [&before, &login, &users, &again].map(|answer| answer.all("set-cookie"));
    assert!(lines.iter().all(|line| *line == lines[0]), "every answer says the same: {lines:?}");
    let (token, attributes) = lines[0][0].strip_prefix("session=").unwrap().split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; Path=/");
    let (uuid, signature) = token.split_once('.').unwrap();
    assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(
        uuid[14..].starts_with('4') && matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'),
        "{uuid}"
    );
    assert_eq!(signature.len(), 27);
    assert!(users.all("vary").is_empty(), "neither says so");
}

#[test]
fn another_browser_and_a_forger_have_sessions_of_their_own() {
    let Some(programs) = Programs::start() else { return };
    programs.play(|mut browser, server| {
        browser.get("/login.html");
        let cookie = browser.cookie().unwrap().to_owned();
        let forged = [
            cookie.split('.').next().unwrap().to_owned(),
            cookie.replace('.', ".x"),
            "session=".to_owned(),
            "session=junk".to_owned(),
            cookie.replace("session=", "other="),
        ];
        let [a, b, c, d, e] = forged.map(|forged| {
            let answer = Browser::new(server).with_cookie(Some(&forged)).get("/users");
            assert_eq!(answer.body, "", "{forged}");
            assert_ne!(answer.all("set-cookie")[0].split(';').next(), Some(&*cookie));
            answer
        });
        [a, b, c, d, e]
    });
}

/// The key is the same, and so is the form; what they store is not shared.
#[test]
fn an_id_from_one_is_an_id_to_the_other() {
    let Some(programs) = Programs::start() else { return };
    for (one, other) in
        [(programs.flask.address, programs.ours.address), (programs.ours.address, programs.flask.address)]
    {
        let mut browser = Browser::new(one);
        browser.get("/login.html");
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/users").body, "");
        assert_eq!(moved.cookie(), browser.cookie());
    }
}
