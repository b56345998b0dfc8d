//! A visitor: logs in, writes and reads, logs out, and begins again.

use std::collections::BTreeSet;
use std::io::{Error, Result};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dewar::{Session, SessionManager};
use dewar_servers::Chance;
use tokio::time::sleep;

use super::TIMEOUT;
use super::slowest::Slowest;
use super::tally::{Done, Lost};
use crate::client::{Answer, Client};

/// Between two requests, in milliseconds: this, and as much again at random.
const PAUSE: usize = 120;
/// The requests of a session.
const REQUESTS: usize = 20;

#[derive(Debug, Default)]
pub(super) struct Visitor {
    known: Mutex<Known>,
    answers: AtomicUsize,
}

/// What was acknowledged, without what the engine lost.
#[derive(Debug, Default)]
struct Known {
    /// `None`: not logged in.
    cookie: Option<String>,
    /// A logout was sent: whether the session has ended is unknown until it is answered.
    is_leaving: bool,
    /// The keys of the session, each written once, so that no write hides another.
    keys: BTreeSet<String>,
    /// The cookies of sessions that a logout has ended.
    ended: Vec<String>,
}

/// The answers to all visitors.
#[derive(Debug, Default)]
pub(super) struct Answers {
    stored: AtomicUsize,
    logouts: AtomicUsize,
    refused: AtomicUsize,
    logged_out: AtomicUsize,
    pub(super) slowest: Mutex<Slowest>,
}

impl Visitor {
    /// Goes on until it is over.
    pub(super) async fn visit(
        &self,
        server: SocketAddr,
        number: usize,
        answers: &Answers,
        is_over: &AtomicBool,
    ) -> Result<()> {
        let mut client = Client::new(server);
        let mut chance = Chance::new(number as u64);
        let mut step = chance.below(REQUESTS);
        while !is_over.load(Ordering::Relaxed) {
            let is_unknown = self.request(&mut client, step, answers).await?;
            // Nothing is written to a session that has ended perhaps.
            step += usize::from(!is_unknown);
            self.answers.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis((PAUSE + chance.below(PAUSE)) as u64)).await;
        }
        Ok(())
    }

    /// The number of requests that were answered.
    pub(super) fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// Returns whether it was a logout of which nothing is known.
    async fn request(&self, client: &mut Client, step: usize, answers: &Answers) -> Result<bool> {
        let cookie = self.known.lock().unwrap().cookie.clone();
        client.cookie.clone_from(&cookie);
        let path = match (&cookie, step % REQUESTS) {
            (None, _) => "/login?u=zoe".to_owned(),
            (Some(_), 0) => "/logout".to_owned(),
            (Some(_), number) if number % 4 == 0 => "/whoami".to_owned(),
            (Some(_), _) => format!("/set?k=w{step}&v=1"),
        };
        self.known.lock().unwrap().is_leaving = path == "/logout";
        let start = Instant::now();
        let answer = client.get(&path).await?;
        answers.slowest.lock().unwrap().answered(start.elapsed(), &path, answer.status);
        match answer.status {
            200 => self.acknowledged(&path, cookie, &answer, answers),
            503 => _ = answers.refused.fetch_add(1, Ordering::Relaxed),
            status => return Err(Error::other(format!("{path}: {status}"))),
        }
        Ok(path == "/logout" && answer.status == 503)
    }

    fn acknowledged(&self, path: &str, cookie: Option<String>, answer: &Answer, answers: &Answers) {
        let mut known = self.known.lock().unwrap();
        // While the server was asked, it turned out that the session is gone.
        if known.cookie != cookie {
            return;
        }
        match path.split(['?', '&']).collect::<Vec<_>>()[..] {
            ["/login", ..] => {
                known.cookie = answer.given();
                known.keys.clear();
                answers.stored.fetch_add(1, Ordering::Relaxed);
            }
            ["/logout"] => {
                known.ended.extend(cookie);
                (known.cookie, known.is_leaving) = (None, false);
                answers.logouts.fetch_add(1, Ordering::Relaxed);
            }
            ["/set", key, ..] if answer.set_cookie.is_none() => {
                known.keys.insert(key.replace("k=", ""));
                answers.stored.fetch_add(1, Ordering::Relaxed);
            }
            ["/whoami"] if answer.body == "zoe" => {}
            // An empty session, or another one.
            _ => {
                known.cookie = None;
                answers.logged_out.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// See the method of all visitors.
    pub(super) async fn forget_what_is_not_at(&self, sessions: &SessionManager) -> Result<Lost> {
        let (cookie, is_leaving, ended) = {
            let known = self.known.lock().unwrap();
            (known.cookie.clone(), known.is_leaving, known.ended.clone())
        };
        let mut lost = Lost::default();
        if let Some(cookie) = cookie.filter(|_| !is_leaving) {
            lost.writes = self.forget_keys(&open(sessions, &cookie).await?);
        }
        for cookie in ended {
            if is_logged_in(&open(sessions, &cookie).await?) {
                lost.logouts += 1;
                self.known.lock().unwrap().ended.retain(|ended| *ended != cookie);
            }
        }
        Ok(lost)
    }

    fn forget_keys(&self, session: &Session) -> usize {
        let mut known = self.known.lock().unwrap();
        let before = known.keys.len();
        if !is_logged_in(session) {
            // The login, too.
            known.cookie = None;
            return before + 1;
        }
        known.keys.retain(|key| session.contains(key));
        before - known.keys.len()
    }
}

impl Answers {
    pub(super) fn done(&self) -> Done {
        let [stored, logouts, refused, logged_out] =
            [&self.stored, &self.logouts, &self.refused, &self.logged_out]
                .map(|number| number.load(Ordering::Relaxed));
        Done { stored, logouts, refused, logged_out }
    }
}

fn is_logged_in(session: &Session) -> bool {
    session.contains("u")
}

/// A server that has just started may be slow.
async fn open(sessions: &SessionManager, cookie: &str) -> Result<Session> {
    let start = Instant::now();
    loop {
        match sessions.open([cookie.as_bytes()]).await {
            Err(error) if start.elapsed() > TIMEOUT => return Err(Error::other(error)),
            Err(_) => sleep(Duration::from_millis(20)).await,
            Ok(session) => return Ok(session),
        }
    }
}
