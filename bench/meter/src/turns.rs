//! The round trips of a request.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::requests::{session, with};
use crate::{Program, Wire};

/// A path and what its handler does with the session.
pub const SCENES: [(&str, &str); 6] = [
    ("/untouched", "untouched"),
    ("/new", "create"),
    ("/read", "read"),
    ("/write", "write"),
    ("/regenerate", "regenerate"),
    ("/logout", "logout"),
];

/// How often each scene is played, each time with a new session.
const TIMES: usize = 20;

/// Round trips per request of a peer, in the order of [`SCENES`].
#[derive(Debug, Clone)]
pub struct Turns {
    /// The peer.
    pub who: String,
    /// The mean over all requests of the scene.
    pub each: Vec<f64>,
}

impl Turns {
    /// Plays all scenes and looks at the wire.
    pub fn count<P: Program>(runtime: &Runtime, program: &mut P, who: &str, wire: &Wire) -> Self {
        // What happens only once, such as sending a script, is not counted.
        for (path, _) in SCENES {
            play(runtime, program, path, wire, 1);
        }
        let each = SCENES.iter().map(|(path, _)| play(runtime, program, path, wire, TIMES)).collect();
        Self { who: who.to_owned(), each }
    }
}

fn play<P: Program>(runtime: &Runtime, program: &mut P, path: &str, wire: &Wire, times: usize) -> f64 {
    let cookies: Vec<String> = (0..times).map(|_| session(runtime, program)).collect();
    settle(runtime);
    let before = wire.turns();
    for cookie in &cookies {
        let cookie = Some(cookie.as_str()).filter(|_| path != "/new");
        let response = runtime.block_on(program.answer(P::request(path, &with(cookie))));
        drop(P::cookies(&response));
    }
    settle(runtime);
    (wire.turns() - before) as f64 / times as f64
}

/// What is done after the answer counts as well.
fn settle(runtime: &Runtime) {
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
}

/// As a program prints it for another one.
impl fmt::Display for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "turns\t{}", self.who)?;
        self.each.iter().try_for_each(|turns| write!(f, "\t{turns}"))
    }
}

impl FromStr for Turns {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let mut words = line.strip_prefix("turns\t").ok_or(())?.split('\t');
        let who = words.next().unwrap_or_default().to_owned();
        let each = words.map(|word| word.parse().map_err(drop)).collect::<Result<_, ()>>()?;
        Ok(Self { who, each })
    }
}
