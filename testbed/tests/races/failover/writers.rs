//! Writers, each with a session of its own, and the writes that were acknowledged.

use std::collections::BTreeSet;
use std::io::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dewar::SessionManager;
use dewar_testbed::Arguments;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Client;
use crate::process::Testbed;

const WRITERS: usize = 8;
/// The minimum of writes between two changes.
const A_WHILE: usize = 200;

pub(super) struct Writers {
    all: Vec<Arc<Writer>>,
    running: JoinSet<Result<()>>,
    is_over: Arc<AtomicBool>,
}

/// One of them: each write is a key of its own, so that none hides another.
#[derive(Debug, Default)]
struct Writer {
    cookie: String,
    /// The keys that were acknowledged, without those that Redis lost.
    stored: Mutex<BTreeSet<String>>,
    stored_in_all: AtomicUsize,
    refused: AtomicUsize,
}

impl Writers {
    pub(super) async fn start(testbeds: &[Testbed]) -> Result<Self> {
        let mut writers = Self { all: Vec::new(), running: JoinSet::new(), is_over: Arc::default() };
        for number in 0..WRITERS {
            let mut client = Client::new(testbeds[number % testbeds.len()].address);
            client.read("/login?u=zoe").await?;
            let cookie = client.cookie.clone().unwrap_or_default();
            let writer = Arc::new(Writer { cookie, ..Writer::default() });
            writers.all.push(Arc::clone(&writer));
            let is_over = Arc::clone(&writers.is_over);
            writers.running.spawn(async move { writer.write(client, &is_over).await });
        }
        Ok(writers)
    }

    pub(super) async fn go_on_for_a_while(&self) {
        let until = self.stored() + A_WHILE;
        while self.stored() < until {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until all requests that are under way now are answered.
    pub(super) async fn settle(&self) {
        let before: Vec<usize> = self.all.iter().map(|writer| writer.answers()).collect();
        while self.all.iter().zip(&before).any(|(writer, before)| writer.answers() == *before) {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// The number of acknowledged writes that this server does not have. They are not checked any more.
    pub(super) async fn forget_what_is_not_at(&self, url: &str) -> Result<usize> {
        let arguments = Arguments { port: 0, store: url.to_owned(), is_flask: false };
        let sessions = arguments.sessions().await.map_err(|error| Error::other(error.to_string()))?;
        let mut missing = 0;
        for writer in &self.all {
            missing += writer.forget_what_is_not_at(&sessions).await?;
        }
        Ok(missing)
    }

    pub(super) async fn stop(&mut self) -> Result<()> {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(writer) = self.running.join_next().await {
            writer.map_err(Error::other)??;
        }
        Ok(())
    }

    pub(super) fn stored(&self) -> usize {
        self.all.iter().map(|writer| writer.stored_in_all.load(Ordering::Relaxed)).sum()
    }

    pub(super) fn refused(&self) -> usize {
        self.all.iter().map(|writer| writer.refused.load(Ordering::Relaxed)).sum()
    }
}

impl Writer {
    async fn write(&self, mut client: Client, is_over: &AtomicBool) -> Result<()> {
        for number in 0.. {
            let key = format!("w{number}");
            let answer = client.get(&format!("/set?k={key}&v=1")).await?;
            match answer.status {
                200 => {
                    self.stored.lock().unwrap().insert(key);
                    self.stored_in_all.fetch_add(1, Ordering::Relaxed);
                }
                503 => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(5)).await;
                }
                status => return Err(Error::other(format!("a write: {status}"))),
            }
            if is_over.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(())
    }

    fn answers(&self) -> usize {
        self.stored_in_all.load(Ordering::Relaxed) + self.refused.load(Ordering::Relaxed)
    }

    async fn forget_what_is_not_at(&self, sessions: &SessionManager) -> Result<usize> {
        let session = sessions.open([self.cookie.as_bytes()]).await.map_err(Error::other)?;
        let mut stored = self.stored.lock().unwrap();
        let before = stored.len();
        stored.retain(|key| session.contains(key));
        Ok(before - stored.len())
    }
}
