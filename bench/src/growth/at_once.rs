//! Requests of one session at once: all have opened it before the first one saves, so that each merges with what the others have stored.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Memory, Store};
use dewar::{ServerSide, Session, SessionManager};
use dewar_bench_meter::runtime;
use dewar_stores::sqlite::{Sqlite, Synchronous};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::line::{Line, heading};
use crate::store_peers;

const AT_ONCE: [usize; 4] = [1, 8, 64, 512];

/// The number of rounds; the best one counts.
const ROUNDS: usize = 20;

/// What each of them changes.
#[derive(Clone, Copy)]
enum Change {
    /// The same counter.
    Counter,
    /// The same list, which has as many items in the end.
    List,
}

/// All saves of one round.
struct Round {
    time: Duration,
    /// The saves that gave up (503), since 64 others came first.
    refused: usize,
}

pub(super) fn print() -> Result<(), String> {
    let (folder, runtime) = (store_peers::folder()?, runtime());
    let sqlite = Sqlite::open(folder.path().join("at-once.db"), Synchronous::Normal);
    let stores: [(&str, Arc<dyn Store>); 2] = [
        ("memory", Arc::new(Memory::new())),
        ("SQLite, not synced", Arc::new(sqlite.map_err(|error| error.to_string())?)),
    ];
    heading("save, of … requests of one session at once (ns)", &AT_ONCE);
    for (name, store) in stores {
        let manager = SessionManager::server_side(ServerSide::new("shop", store)).unwrap();
        for (change, what) in [(Change::Counter, "count up"), (Change::List, "append to a list")] {
            let (nanoseconds, refused) =
                AT_ONCE.map(|at_once| best(&runtime, &manager, change, at_once)).into_iter().unzip();
            Line { who: format!("{what}, {name}"), nanoseconds }.print();
            let refused: Vec<usize> = refused;
            if refused.iter().any(|refused| *refused > 0) {
                println!("    (of these, {refused:?} gave up, since 64 others came first: 503)");
            }
        }
    }
    Ok(())
}

/// Nanoseconds of one save, and how many gave up.
fn best(runtime: &Runtime, manager: &SessionManager, change: Change, at_once: usize) -> (u64, usize) {
    let rounds = (0..ROUNDS).map(|_| runtime.block_on(round(manager, change, at_once)));
    let Round { time, refused } = rounds.min_by_key(|round| round.time).unwrap();
    (u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / at_once as u64, refused)
}

async fn round(manager: &SessionManager, change: Change, at_once: usize) -> Round {
    let cookie = begin(manager).await;
    let mut sessions = Vec::with_capacity(at_once);
    for number in 0..at_once {
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        change.make(&session, number);
        sessions.push(session);
    }
    let start = Instant::now();
    let mut saves = JoinSet::new();
    for session in sessions {
        let manager = manager.clone();
        saves.spawn(async move { manager.save(&session).await.map(drop) });
    }
    let refused = saves.join_all().await.iter().filter(|saved| saved.is_err()).count();
    let time = start.elapsed();
    let saved = manager.open([cookie.as_bytes()]).await.unwrap();
    assert_eq!(change.count(&saved), at_once - refused, "a save is lost");
    Round { time, refused }
}

/// The cookie of a new session.
async fn begin(manager: &SessionManager) -> String {
    let session = manager.open([]).await.unwrap();
    session.insert("begun", true).unwrap();
    let reply = manager.save(&session).await.unwrap();
    reply.set_cookie().and_then(|line| line.split(';').next()).unwrap().to_owned()
}

impl Change {
    fn make(self, session: &Session, number: usize) {
        match self {
            Self::Counter => {
                _ = session.update("count", |count: Option<usize>| count.unwrap_or(0) + 1).unwrap()
            }
            Self::List => {
                session.modify("list", move |list: &mut Vec<usize>| list.push(number)).unwrap();
            }
        }
    }

    fn count(self, session: &Session) -> usize {
        match self {
            Self::Counter => session.get("count").unwrap().unwrap_or(0),
            Self::List => session.get::<Vec<usize>>("list").unwrap().map_or(0, |list| list.len()),
        }
    }
}
