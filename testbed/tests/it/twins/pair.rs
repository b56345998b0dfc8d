//! One program twice: by Flask and by us.

use std::net::SocketAddr;

use axum::Router;
use dewar::clock::{Clock, UnixTime};
use dewar::error::SettingsError;
use dewar::{ClientSide, SecretKeys};
use dewar_testbed::Server;

use super::flask::Flask;
use crate::browser::Browser;
use crate::http_client::Answer;

/// Weak, as tutorials have them: Flask takes any.
pub(super) const SECRET: &str = "swordfish";

/// When everything happens, in both: the moment of `serve.py`.
pub(super) const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);

/// What a scene compares. `Date`, `Server` and the like are the HTTP server's own.
pub(super) const COMPARED: [&str; 4] = ["set-cookie", "vary", "location", "content-type"];

pub(super) struct Twins {
    flask: Flask,
    ours: Server,
}

impl Twins {
    /// Both programs; `None` where there is no Flask.
    pub(super) fn start(name: &str, app: fn(ClientSide) -> Result<Router, SettingsError>) -> Option<Self> {
        let flask = Flask::start(name, SECRET)?;
        let keys = SecretKeys::accepting_weak(SECRET).unwrap();
        let settings = ClientSide { clock: Clock::fixed(NOW), ..ClientSide::flask(keys) };
        Some(Self { flask, ours: Server::of_router(async { app(settings).unwrap() }) })
    }

    /// Plays a scene in a new browser on each, and returns the answers.
    #[track_caller]
    pub(super) fn play<const N: usize>(&self, scene: impl Fn(Browser) -> [Answer; N]) -> [Answer; N] {
        let theirs = scene(Browser::new(self.flask.address));
        let ours = scene(Browser::new(self.ours.address));
        for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(essence(ours), essence(theirs), "step {step}: ours, Flask's");
        }
        ours
    }

    /// Plays a scene on one, then on the other, where the answers of the HTTP frameworks differ.
    pub(super) fn on_each(&self, scene: impl Fn(Browser)) {
        self.both_ways(|one, _| scene(Browser::new(one)));
    }

    /// Plays a scene that begins on one and goes on at the other, in both directions.
    pub(super) fn both_ways(&self, scene: impl Fn(SocketAddr, SocketAddr)) {
        scene(self.flask.address, self.ours.address);
        scene(self.ours.address, self.flask.address);
    }
}

/// Status, body, and the headers that are compared, all of each.
fn essence(answer: &Answer) -> (u16, &str, [Vec<&str>; 4]) {
    let mut headers = COMPARED.map(|name| answer.all(name));
    // The page of a redirect is not compared: Werkzeug writes one, axum does not.
    let body = if answer.status == 302 {
        headers[3].clear();
        ""
    } else {
        &answer.body
    };
    (answer.status, body, headers)
}
