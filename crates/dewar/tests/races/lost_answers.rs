//! Browsers that lose one response in ten and ask again with the cookie that they have: nobody is locked out, and nobody who left
//! is there again.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dewar_servers::Chance;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Client;
use crate::run::Outcome;
use crate::site::Site;

/// People at the same time.
const LANES: usize = 16;
/// So often a person comes and goes before another takes the place, so that nobody's list becomes long.
const VISITS: usize = 25;
/// A request that is not answered so often is not going to be.
const TRIES: usize = 200;

/// A person: a tab at each process, one cookie.
struct Person {
    tabs: Vec<Client>,
    cookie: Option<String>,
    /// Every cookie that the browser had since the person came.
    held: Vec<String>,
    owner: String,
    /// Logins that were sent, and visits that ended with a logout, of this owner.
    sent: usize,
    ended: usize,
    chance: Chance,
    tally: Arc<Tally>,
}

/// How an answer did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// It was sent, and the browser does not have it.
    OnItsWay,
    /// The browser hung up.
    HungUp,
}

#[derive(Debug, Default)]
struct Tally {
    left: AtomicUsize,
    logouts: AtomicUsize,
    /// Answers that were lost on purpose.
    lost: AtomicUsize,
    refused: AtomicUsize,
    locked_out: AtomicUsize,
    revived: AtomicUsize,
    /// Lists that were longer than there had been logins.
    too_long: AtomicUsize,
    /// Counters that were not what was answered for.
    miscounted: AtomicUsize,
}

pub(crate) async fn race(site: &Site, logins: usize, seed: u64) -> Outcome {
    let tally = Arc::new(Tally { left: AtomicUsize::new(logins), ..Tally::default() });
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        lanes.spawn(run(Person::new(site, seed.wrapping_add(lane as u64), &tally)));
    }
    for lane in lanes.join_all().await {
        lane.map_err(|error| format!("{error} (seed {seed})"))?;
    }
    tally.outcome(logins, seed)
}

async fn run(mut person: Person) -> Result<()> {
    for number in 0.. {
        person.becomes(number);
        for _ in 0..VISITS {
            let one_less = |left: usize| left.checked_sub(1);
            if person.tally.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
                return person.look_at_the_list().await;
            }
            person.visit().await?;
        }
        person.look_at_the_list().await?;
    }
    Ok(())
}

impl Person {
    fn new(site: &Site, seed: u64, tally: &Arc<Tally>) -> Self {
        Self {
            tabs: site.clients(),
            cookie: None,
            held: Vec::new(),
            owner: format!("{seed}"),
            sent: 0,
            ended: 0,
            chance: Chance::new(seed),
            tally: Arc::clone(tally),
        }
    }

    /// Somebody else, at the same browser.
    fn becomes(&mut self, number: usize) {
        let lane = self.owner.split('.').next().unwrap_or_default().to_owned();
        self.owner = format!("{lane}.{number}");
        (self.sent, self.ended) = (0, 0);
    }

    /// Comes, perhaps with something in the cart, logs in, does something, logs out.
    async fn visit(&mut self) -> Result<()> {
        if self.chance.once_in(2) {
            self.ask("/set?k=cart&v=tea").await?;
        }
        self.ask(&format!("/login?u=zoe&o={}", self.owner)).await?;
        if self.look("/whoami").await? != "zoe" {
            count(&self.tally.locked_out);
        }
        if self.chance.once_in(10) {
            self.increment().await?;
        }
        // Some do not ask again when the answer to a logout does not come: they log in with the cookie that they have.
        if self.chance.once_in(20) {
            while !self.send_in_vain("/logout").await? {}
            count(&self.tally.lost);
            return Ok(());
        }
        self.ask("/logout").await?;
        self.is_gone().await
    }

    /// What was answered for is counted, and once.
    async fn increment(&mut self) -> Result<()> {
        let number = |text: String| text.parse().unwrap_or(0_usize);
        let before = number(self.look("/get?k=n").await?);
        let tries = self.ask("/incr?k=n").await?;
        let counted = number(self.look("/get?k=n").await?).saturating_sub(before);
        if !(1..=tries).contains(&counted) {
            count(&self.tally.miscounted);
        }
        Ok(())
    }

    /// Nobody is there under any cookie that the browser had.
    async fn is_gone(&mut self) -> Result<()> {
        count(&self.tally.logouts);
        self.ended += 1;
        self.cookie = None;
        for cookie in std::mem::take(&mut self.held) {
            let tab = self.chance.below(self.tabs.len());
            self.tabs[tab].cookie = Some(cookie);
            let is_somebody = !self.tabs[tab].read("/whoami").await?.is_empty();
            self.tally.revived.fetch_add(usize::from(is_somebody), Ordering::Relaxed);
        }
        Ok(())
    }

    /// A session whose only answer was lost is listed until it is over; no other is.
    async fn look_at_the_list(&mut self) -> Result<()> {
        let listed = self.look(&format!("/sessions?o={}", self.owner)).await?;
        if listed.parse::<usize>().map_or(true, |listed| listed > self.sent - self.ended) {
            count(&self.tally.too_long);
        }
        Ok(())
    }

    /// Asks until the answer comes; gives how often it asked. One answer in ten is lost.
    async fn ask(&mut self, path: &str) -> Result<usize> {
        for tries in 1..=TRIES {
            self.sent += usize::from(path.starts_with("/login"));
            match self.loss() {
                None => {
                    if self.send(path).await? {
                        return Ok(tries);
                    }
                }
                Some(Loss::OnItsWay) => _ = self.send_in_vain(path).await?,
                Some(Loss::HungUp) => self.hang_up(path).await?,
            }
        }
        Err(std::io::Error::other(format!("{path}: no answer after {TRIES} tries")))
    }

    fn loss(&mut self) -> Option<Loss> {
        if !self.chance.once_in(10) {
            return None;
        }
        count(&self.tally.lost);
        Some(if self.chance.once_in(2) { Loss::OnItsWay } else { Loss::HungUp })
    }

    /// Whether the answer is good. A logout that is refused takes the cookie, too; here it is sent once more with it, as that is what
    /// is to be tried.
    async fn send(&mut self, path: &str) -> Result<bool> {
        let tab = self.tab();
        let is_good = self.answered(tab, path).await?;
        if is_good {
            self.cookie.clone_from(&self.tabs[tab].cookie);
        }
        self.held.extend(self.cookie.clone().filter(|cookie| !self.held.contains(cookie)));
        Ok(is_good)
    }

    /// The same, but the browser does not get it.
    async fn send_in_vain(&mut self, path: &str) -> Result<bool> {
        let tab = self.tab();
        self.answered(tab, path).await
    }

    async fn answered(&mut self, tab: usize, path: &str) -> Result<bool> {
        let answer = self.tabs[tab].get(path).await?;
        if answer.status == 200 {
            return Ok(true);
        }
        count(&self.tally.refused);
        sleep(Duration::from_millis(20)).await;
        Ok(false)
    }

    async fn hang_up(&mut self, path: &str) -> Result<()> {
        let (tab, turns) = (self.tab(), self.chance.below(60));
        self.tabs[tab].hang_up(path, turns).await
    }

    /// The body of an answer that comes.
    async fn look(&mut self, path: &str) -> Result<String> {
        let tab = self.tab();
        self.tabs[tab].read(path).await
    }

    /// One of them, with the cookie that the browser has.
    fn tab(&mut self) -> usize {
        let tab = self.chance.below(self.tabs.len());
        self.tabs[tab].cookie.clone_from(&self.cookie);
        tab
    }
}

impl Tally {
    fn outcome(&self, logins: usize, seed: u64) -> Outcome {
        let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let bad = [&self.locked_out, &self.revived, &self.too_long, &self.miscounted].map(read);
        let [locked_out, revived, too_long, miscounted] = bad;
        let (logouts, lost, refused) = (read(&self.logouts), read(&self.lost), read(&self.refused));
        let done = format!("{logins} logins, {logouts} logouts, {lost} answers lost (seed {seed})");
        let came = format!("{locked_out} locked out, {revived} revived, {too_long} lists too long");
        let figures = format!("{done}: {came}, {miscounted} miscounted, {refused} refused");
        if bad == [0; 4] { Ok(figures) } else { Err(figures) }
    }
}

fn count(number: &AtomicUsize) {
    number.fetch_add(1, Ordering::Relaxed);
}
