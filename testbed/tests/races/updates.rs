//! No lost update: what was answered with 200 is stored, however many clients write at once.

use std::io::Result;
use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::run::Outcome;
use crate::site::Site;

const WRITERS: usize = 8;
const COUNTERS: usize = 16;
const SHOPPERS: usize = 12;

/// What a writer saw. Each of its writes is repeated until it is answered with 200.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    stored: usize,
    lost: usize,
    /// Answers of 503: on a busy machine more clients may wait for one another than a deadline of 250 ms allows. Whether such
    /// a write was done is unknown.
    refused: usize,
}

/// In each round eight write, each its own key; then each reads the key of the next one, which is at the other process.
pub(crate) async fn keys(site: &Site, rounds: usize) -> Outcome {
    let cookie = login(site).await;
    let turn = Arc::new(Barrier::new(WRITERS));
    let mut writers = JoinSet::new();
    for mine in 0..WRITERS {
        let client = site.client(mine).with_cookie(Some(&cookie));
        writers.spawn(write_and_look(client, mine, rounds, Arc::clone(&turn)));
    }
    let tally = Tally::sum(writers.join_all().await)?;
    tally.outcome(format!("{rounds} × {WRITERS} writes to {WRITERS} keys: {} lost", tally.lost))
}

async fn write_and_look(mut client: Client, mine: usize, rounds: usize, turn: Arc<Barrier>) -> Result<Tally> {
    let theirs = (mine + 1) % WRITERS;
    let mut tally = Tally::default();
    for round in 1..=rounds {
        turn.wait().await;
        tally.stored(client.insist(&format!("/set?k=k{mine}&v={round}")).await?);
        turn.wait().await;
        let found = client.read(&format!("/get?k=k{theirs}")).await?;
        tally.lost += usize::from(found != round.to_string());
    }
    Ok(tally)
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
                tally.stored(client.insist("/incr?k=n").await?);
            }
            Ok(tally)
        });
    }
    let tally = Tally::sum(counters.join_all().await)?;
    let sum = site.client(0).with_cookie(Some(&cookie)).read("/get?k=n").await.map_err(said)?;
    let sum: usize = sum.parse().map_err(|_| format!("the sum is '{sum}'"))?;
    // Exactly this number, except for the writes that are unknown.
    let lost = tally.stored.saturating_sub(sum) + sum.saturating_sub(tally.stored + tally.refused);
    Tally { lost, ..tally }.outcome(format!("{rounds} × {COUNTERS} increments: the sum is {sum}, {lost} off"))
}

/// Twelve put items into one cart: by `modify`, by `edit`, and by reading the list and inserting a longer one.
pub(crate) async fn carts(site: &Site, rounds: usize) -> Outcome {
    const WAYS: [&str; 3] = ["modify", "edit", "insert"];
    let cookie = login(site).await;
    let turn = Arc::new(Barrier::new(SHOPPERS));
    let mut shoppers = JoinSet::new();
    for number in 0..SHOPPERS {
        let mut client = site.client(number).with_cookie(Some(&cookie));
        let turn = Arc::clone(&turn);
        shoppers.spawn(async move {
            let mut tally = Tally::default();
            for round in 0..rounds {
                turn.wait().await;
                let way = WAYS[number % WAYS.len()];
                let path = format!("/append?k=cart&by={way}&v={}", item(number, round));
                tally.stored(client.insist(&path).await?);
            }
            Ok(tally)
        });
    }
    let tally = Tally::sum(shoppers.join_all().await)?;
    let found = site.client(0).with_cookie(Some(&cookie)).read("/list?k=cart").await.map_err(said)?;
    let found: Vec<&str> = found.split(' ').collect();
    let all = (0..SHOPPERS).flat_map(|number| (0..rounds).map(move |round| item(number, round)));
    let missing = all.filter(|item| !found.contains(&item.as_str())).count();
    // An item is there twice only if a write whose outcome was unknown was repeated.
    let lost = missing + found.len().saturating_sub(tally.stored + tally.refused);
    Tally { lost, ..tally }
        .outcome(format!("{rounds} × {SHOPPERS} items: the cart has {}, {lost} off", found.len()))
}

fn item(number: usize, round: usize) -> String {
    format!("{number}-{round}")
}

async fn login(site: &Site) -> String {
    let mut client = site.client(0);
    client.read("/login?u=zoe").await.unwrap();
    client.cookie.unwrap()
}

impl Tally {
    fn stored(&mut self, (_, refused): (String, usize)) {
        self.stored += 1;
        self.refused += refused;
    }

    fn sum(all: Vec<Result<Self>>) -> std::result::Result<Self, String> {
        let plus = |sum: Self, tally: Self| Self {
            stored: sum.stored + tally.stored,
            lost: sum.lost + tally.lost,
            refused: sum.refused + tally.refused,
        };
        all.into_iter().try_fold(Self::default(), |sum, tally| Ok(plus(sum, tally.map_err(said)?)))
    }

    fn outcome(self, figures: String) -> Outcome {
        let figures = format!("{figures}, {} refused", self.refused);
        if self.lost == 0 { Ok(figures) } else { Err(figures) }
    }
}

fn said(error: std::io::Error) -> String {
    error.to_string()
}
