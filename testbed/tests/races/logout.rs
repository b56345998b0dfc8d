//! No revived logout: whatever else was in flight, afterwards no id of the session opens it.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use crate::client::{Answer, Client};
use crate::run::Outcome;
use crate::site::Site;
use dewar_servers::Chance;

/// Races at the same time, each with a session of its own.
const LANES: usize = 16;

/// What is in flight during the logout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    Write,
    Read,
    NewId,
}

/// The tabs of a browser: two at each process, so that a request and the logout are never on one connection.
struct Tabs {
    racing: Vec<Client>,
    leaving: Vec<Client>,
    follows_ids: bool,
    chance: Chance,
}

/// The answers of both.
struct Overlap {
    late: Answer,
    left: Answer,
    /// The logout had been answered before the other was sent.
    came_after: bool,
}

#[derive(Debug, Default)]
struct Tally {
    left: AtomicUsize,
    revived: AtomicUsize,
    /// New ids that the session was given meanwhile.
    given: AtomicUsize,
    /// One of the two was answered with 503, as happens on a busy machine: no race.
    refused: AtomicUsize,
}

pub(crate) async fn race(site: &Site, against: Against, races: usize) -> Outcome {
    let tally = Arc::new(Tally { left: AtomicUsize::new(races), ..Tally::default() });
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let tabs = Tabs {
            racing: site.clients(),
            leaving: site.clients(),
            follows_ids: site.store.follows_ids(),
            chance: Chance::new(0x10_6047 + lane as u64),
        };
        lanes.spawn(run(tabs, against, Arc::clone(&tally)));
    }
    for lane in lanes.join_all().await {
        lane.map_err(|error| error.to_string())?;
    }
    let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
    let (revived, refused) = (count(&tally.revived), count(&tally.refused));
    let given = if against == Against::NewId {
        format!(", {} new ids given", count(&tally.given))
    } else {
        String::new()
    };
    let figures = format!("{races} races{given}: {revived} revived, {refused} refused");
    if revived == 0 && refused * 10 <= races { Ok(figures) } else { Err(figures) }
}

async fn run(mut tabs: Tabs, against: Against, tally: Arc<Tally>) -> Result<()> {
    let one_less = |left: usize| left.checked_sub(1);
    while tally.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
        tabs.race(against, &tally).await?;
    }
    Ok(())
}

impl Tabs {
    async fn race(&mut self, against: Against, tally: &Tally) -> Result<()> {
        let (here, there) = (self.chance.below(self.racing.len()), self.chance.below(self.leaving.len()));
        let racing = &mut self.racing[here];
        racing.cookie = None;
        racing.read("/login?u=zoe").await?;
        let first = racing.cookie.clone();
        self.leaving[there].cookie.clone_from(&first);
        let Overlap { late, left, came_after } = self.overlap(here, there, against).await?;
        if late.status != 200 || left.status != 200 {
            tally.refused.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let mut given = late.given();
        tally.given.fetch_add(usize::from(given.is_some()), Ordering::Relaxed);
        // Flask-Session's records leave no tombstone under an old id: a logout with it finds nothing to end.
        if !self.follows_ids && !came_after {
            given = None;
        }
        let revived = self.alive([first, given, left.given()].into_iter().flatten()).await?;
        tally.revived.fetch_add(usize::from(revived), Ordering::Relaxed);
        Ok(())
    }

    async fn overlap(&mut self, here: usize, there: usize, against: Against) -> Result<Overlap> {
        let request = against.request(&mut self.chance);
        let (before, after) = (Pause::new(&mut self.chance), Pause::new(&mut self.chance));
        let is_out = AtomicBool::new(false);
        let racing = async {
            before.pass().await;
            let came_after = is_out.load(Ordering::Relaxed);
            (self.racing[here].get(&request).await, came_after)
        };
        let leaving = async {
            after.pass().await;
            let left = self.leaving[there].get("/logout").await;
            is_out.store(true, Ordering::Relaxed);
            left
        };
        let ((late, came_after), left) = tokio::join!(racing, leaving);
        Ok(Overlap { late: late?, left: left?, came_after })
    }

    /// Whether one of these ids is still logged in at one of the processes.
    async fn alive(&mut self, ids: impl Iterator<Item = String>) -> Result<bool> {
        let mut is_somebody = false;
        for id in ids {
            for client in &mut self.leaving {
                client.cookie = Some(id.clone());
                is_somebody |= !client.read("/whoami").await?.is_empty();
            }
        }
        Ok(is_somebody)
    }
}

impl Against {
    fn request(self, chance: &mut Chance) -> String {
        let ms = chance.below(4);
        match self {
            Self::Write => format!("/slow?ms={ms}&k=late&v=late"),
            Self::Read => format!("/slowread?ms={ms}"),
            Self::NewId => "/regenerate".to_owned(),
        }
    }
}

/// A moment before a request is sent: mostly some turns of the scheduler, now and then milliseconds.
struct Pause {
    turns: usize,
    ms: u64,
}

impl Pause {
    fn new(chance: &mut Chance) -> Self {
        let ms = if chance.below(3) == 0 { chance.below(4) as u64 } else { 0 };
        Self { turns: chance.below(40), ms }
    }

    async fn pass(&self) {
        for _ in 0..self.turns {
            yield_now().await;
        }
        if self.ms > 0 {
            sleep(Duration::from_millis(self.ms)).await;
        }
    }
}
