//! No lost update: what was answered with 200 is there, however many write at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::run::Outcome;
use crate::site::Site;

const WRITERS: usize = 8;
const COUNTERS: usize = 16;

/// What a writer saw.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    kept: usize,
    lost: usize,
    /// Answered with 503: on a busy machine sixteen who wait for one file may be more than a deadline of 250 ms allows. Whether it
    /// was done is not known.
    refused: usize,
}

/// In each round eight write, each its own key; then each looks at the key of its neighbour, which is at the other process.
pub(crate) async fn keys(site: &Site, rounds: usize) -> Outcome {
    let cookie = login(site).await;
    let turn = Arc::new(Barrier::new(WRITERS));
    let kept: Arc<Vec<AtomicUsize>> = Arc::new((0..WRITERS).map(|_| AtomicUsize::new(0)).collect());
    let mut writers = JoinSet::new();
    for mine in 0..WRITERS {
        let client = site.client(mine).with_cookie(Some(&cookie));
        writers.spawn(write_and_look(client, mine, rounds, Arc::clone(&turn), Arc::clone(&kept)));
    }
    let tally = writers.join_all().await.into_iter().fold(Tally::default(), Tally::plus);
    tally.outcome(format!("{rounds} × {WRITERS} writes to {WRITERS} keys: {} lost", tally.lost))
}

async fn write_and_look(
    mut client: Client,
    mine: usize,
    rounds: usize,
    turn: Arc<Barrier>,
    kept: Arc<Vec<AtomicUsize>>,
) -> Tally {
    let theirs = (mine + 1) % WRITERS;
    let mut tally = Tally::default();
    for round in 1..=rounds {
        turn.wait().await;
        if tally.answered(client.read(&format!("/set?k=k{mine}&v={round}")).await.is_ok()) {
            kept[mine].store(round, Ordering::Relaxed);
        }
        turn.wait().await;
        let found = client.read(&format!("/get?k=k{theirs}")).await;
        let found = found.unwrap_or_default().parse().unwrap_or(0);
        // A write that was refused may be there all the same.
        tally.lost += usize::from(found < kept[theirs].load(Ordering::Relaxed) || found > round);
    }
    tally
}

/// Sixteen count in one key.
pub(crate) async fn counter(site: &Site, rounds: usize) -> Outcome {
    let cookie = login(site).await;
    let turn = Arc::new(Barrier::new(COUNTERS));
    let mut counters = JoinSet::new();
    for number in 0..COUNTERS {
        let mut client = site.client(number).with_cookie(Some(&cookie));
        let turn = Arc::clone(&turn);
        counters.spawn(async move {
            let mut tally = Tally::default();
            for _ in 0..rounds {
                turn.wait().await;
                tally.answered(client.read("/incr?k=n").await.is_ok());
            }
            tally
        });
    }
    let tally = counters.join_all().await.into_iter().fold(Tally::default(), Tally::plus);
    let mut client = site.client(0).with_cookie(Some(&cookie));
    let sum = client.read("/get?k=n").await.unwrap_or_default().parse().unwrap_or(0);
    let lost = tally.kept.saturating_sub(sum) + sum.saturating_sub(tally.kept + tally.refused);
    let tally = Tally { lost, ..tally };
    tally.outcome(format!("{rounds} × {COUNTERS} increments: the sum is {sum}, {lost} off"))
}

async fn login(site: &Site) -> String {
    let mut client = site.client(0);
    client.read("/login?u=zoe").await.unwrap();
    client.cookie.unwrap()
}

impl Tally {
    fn answered(&mut self, is_kept: bool) -> bool {
        *(if is_kept { &mut self.kept } else { &mut self.refused }) += 1;
        is_kept
    }

    fn plus(self, other: Self) -> Self {
        Self {
            kept: self.kept + other.kept,
            lost: self.lost + other.lost,
            refused: self.refused + other.refused,
        }
    }

    fn outcome(self, figures: String) -> Outcome {
        let figures = format!("{figures}, {} refused", self.refused);
        let is_mostly_kept = self.refused * 10 <= self.kept;
        if self.lost == 0 && is_mostly_kept { Ok(figures) } else { Err(figures) }
    }
}
