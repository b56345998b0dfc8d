//! SIGKILL in the middle of writes: no record is torn, and no write that was answered with 200 is lost.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::{JoinSet, spawn_blocking, yield_now};

use crate::client::Client;
use crate::process::Testbed;
use crate::run::Outcome;
use crate::site::Site;
use crate::store::Store;
use dewar_servers::Chance;
use dewar_testbed::Framework;

/// Processes that are killed at the same time.
const LANES: usize = 4;
/// The writers at each, each with a session of its own.
const WRITERS: usize = 4;

#[derive(Debug, Default)]
struct Tally {
    left: AtomicUsize,
    stored: AtomicUsize,
    /// Writes that were under way when the process was killed.
    cut: AtomicUsize,
    torn: AtomicUsize,
    lost: AtomicUsize,
}

/// A session to which one number after the other is written.
#[derive(Debug, Default)]
struct Diary {
    cookie: String,
    /// The last number that was answered with 200.
    stored: usize,
    /// The last number that was sent.
    tried: usize,
    writes: usize,
}

pub(crate) async fn race(site: &Site, kills: usize) -> Outcome {
    let tally = Arc::new(Tally { left: AtomicUsize::new(kills), ..Tally::default() });
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let chance = Chance::new(0x0dea_d000 + lane as u64);
        lanes.spawn(run(site.client(lane), site.store.clone(), chance, Arc::clone(&tally)));
    }
    for lane in lanes.join_all().await {
        lane.map_err(|error| error.to_string())?;
    }
    let [stored, cut, torn, lost] =
        [&tally.stored, &tally.cut, &tally.torn, &tally.lost].map(|number| number.load(Ordering::Relaxed));
    let figures = format!("{kills} kills, {stored} writes stored, {cut} cut: {torn} torn, {lost} lost");
    if torn == 0 && lost == 0 { Ok(figures) } else { Err(figures) }
}

async fn run(mut survivor: Client, store: Store, mut chance: Chance, tally: Arc<Tally>) -> Result<()> {
    let mut diaries = Vec::new();
    for _ in 0..WRITERS {
        survivor.cookie = None;
        survivor.read("/login?u=zoe").await?;
        diaries.push(Diary { cookie: survivor.cookie.clone().unwrap_or_default(), ..Diary::default() });
    }
    while tally.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        let store = store.clone();
        let framework = Framework::ALL[chance.below(Framework::ALL.len())];
        let victim = spawn_blocking(move || Testbed::start(framework, &store)).await?;
        diaries = write_until_killed(victim, diaries, &mut chance).await?;
        for diary in &mut diaries {
            diary.check(&mut survivor, &tally).await?;
        }
    }
    Ok(())
}

/// Kills the process after a number of writes, at any point of the next ones.
async fn write_until_killed(victim: Testbed, diaries: Vec<Diary>, chance: &mut Chance) -> Result<Vec<Diary>> {
    let (stored, mut writes) = unbounded_channel();
    let mut writers = JoinSet::new();
    for diary in diaries {
        writers.spawn(diary.write(victim.address, stored.clone()));
    }
    for _ in 0..=chance.below(20) {
        writes.recv().await;
    }
    for _ in 0..chance.below(30) {
        yield_now().await;
    }
    spawn_blocking(move || victim.kill()).await?;
    Ok(writers.join_all().await)
}

impl Diary {
    /// Writes until the process does not answer.
    async fn write(mut self, server: SocketAddr, stored: UnboundedSender<()>) -> Self {
        let mut client = Client::new(server).with_cookie(Some(&self.cookie));
        loop {
            self.tried += 1;
            match client.get(&format!("/set?k=page&v={}", page(self.tried))).await {
                Ok(answer) if answer.status == 200 => self.stored = self.tried,
                Ok(_) => continue,
                Err(_) => return self,
            }
            self.writes += 1;
            _ = stored.send(());
        }
    }

    /// Checks what the other process finds: the last acknowledged page, or a later one whose answer was lost.
    async fn check(&mut self, survivor: &mut Client, tally: &Tally) -> Result<()> {
        survivor.cookie = Some(self.cookie.clone());
        let found = survivor.read("/get?k=page").await?;
        let is_somebody = survivor.read("/whoami").await? == "zoe";
        let number = found.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let is_whole = is_somebody && (found == page(number) || (number == 0 && found.is_empty()));
        tally.torn.fetch_add(usize::from(!is_whole), Ordering::Relaxed);
        tally.lost.fetch_add(usize::from(is_whole && number < self.stored), Ordering::Relaxed);
        tally.cut.fetch_add(usize::from(self.tried > self.stored), Ordering::Relaxed);
        tally.stored.fetch_add(std::mem::take(&mut self.writes), Ordering::Relaxed);
        Ok(())
    }
}

/// Two kilobytes or so, so that a write is more than one block.
fn page(number: usize) -> String {
    format!("{number}.").repeat(300 + number % 300)
}
