//! Browsers that lose one response in ten and repeat the request with the cookie that they have: no user is locked out, and no
//! logout is revived.

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

/// Users at the same time.
const LANES: usize = 16;
/// The visits of a user before another one takes the place, so that no list of sessions becomes long.
const VISITS: usize = 25;
/// The tries after which a request counts as never answered.
const TRIES: usize = 200;

/// A user: a tab at each process, one cookie.
struct User {
    tabs: Vec<Client>,
    cookie: Option<String>,
    /// Every cookie that the browser had in this visit.
    held: Vec<String>,
    owner: String,
    knows_owners: bool,
    /// Logins that were sent, and visits that ended with a logout, of this owner.
    sent: usize,
    ended: usize,
    chance: Chance,
    tally: Arc<Tally>,
}

/// How an answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// It was sent, and the browser does not receive it.
    InTransit,
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
    /// Counters that differ from what was acknowledged.
    miscounted: AtomicUsize,
}

pub(crate) async fn race(site: &Site, logins: usize, seed: u64) -> Outcome {
    let tally = Arc::new(Tally { left: AtomicUsize::new(logins), ..Tally::default() });
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        lanes.spawn(run(User::new(site, seed.wrapping_add(lane as u64), &tally)));
    }
    for lane in lanes.join_all().await {
        lane.map_err(|error| format!("{error} (seed {seed})"))?;
    }
    tally.outcome(logins, seed)
}

async fn run(mut user: User) -> Result<()> {
    for number in 0.. {
        user.becomes(number);
        for _ in 0..VISITS {
            let one_less = |left: usize| left.checked_sub(1);
            if user.tally.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
                return user.check_list().await;
            }
            user.visit().await?;
        }
        user.check_list().await?;
    }
    Ok(())
}

impl User {
    fn new(site: &Site, seed: u64, tally: &Arc<Tally>) -> Self {
        Self {
            tabs: site.clients(),
            cookie: None,
            held: Vec::new(),
            owner: format!("{seed}"),
            knows_owners: site.store.knows_owners(),
            sent: 0,
            ended: 0,
            chance: Chance::new(seed),
            tally: Arc::clone(tally),
        }
    }

    /// Another user at the same browser.
    fn becomes(&mut self, number: usize) {
        let lane = self.owner.split('.').next().unwrap_or_default().to_owned();
        self.owner = format!("{lane}.{number}");
        (self.sent, self.ended) = (0, 0);
    }

    /// Puts something into the cart perhaps, logs in, does something, logs out.
    async fn visit(&mut self) -> Result<()> {
        if self.chance.once_in(2) {
            self.ask("/set?k=cart&v=tea").await?;
        }
        let owner = if self.knows_owners { format!("&o={}", self.owner) } else { String::new() };
        self.ask(&format!("/login?u=zoe{owner}")).await?;
        if self.look("/whoami").await? != "zoe" {
            count(&self.tally.locked_out);
        }
        if self.chance.once_in(10) {
            self.increment().await?;
        }
        // Some do not repeat a logout whose answer is lost: they log in with the cookie that they have.
        if self.chance.once_in(20) {
            while !self.send_and_lose_answer("/logout").await? {}
            count(&self.tally.lost);
            return Ok(());
        }
        self.ask("/logout").await?;
        self.check_logout().await
    }

    /// What was acknowledged is counted once.
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

    /// No cookie that the browser had is logged in.
    async fn check_logout(&mut self) -> Result<()> {
        count(&self.tally.logouts);
        self.ended += 1;
        self.cookie = None;
        for cookie in std::mem::take(&mut self.held) {
            let tab = self.chance.below(self.tabs.len());
            self.tabs[tab].cookie = Some(cookie);
            let is_logged_in = !self.tabs[tab].read("/whoami").await?.is_empty();
            self.tally.revived.fetch_add(usize::from(is_logged_in), Ordering::Relaxed);
        }
        Ok(())
    }

    /// A session whose only answer was lost is listed until it expires; no other is.
    async fn check_list(&mut self) -> Result<()> {
        if !self.knows_owners {
            return Ok(());
        }
        let listed = self.look(&format!("/sessions?o={}", self.owner)).await?;
        if listed.parse::<usize>().map_or(true, |listed| listed > self.sent - self.ended) {
            count(&self.tally.too_long);
        }
        Ok(())
    }

    /// Repeats a request until it is answered. Returns the number of tries. One answer in ten is lost.
    async fn ask(&mut self, path: &str) -> Result<usize> {
        for tries in 1..=TRIES {
            self.sent += usize::from(path.starts_with("/login"));
            match self.loss() {
                None => {
                    if self.send(path).await? {
                        return Ok(tries);
                    }
                }
                Some(Loss::InTransit) => _ = self.send_and_lose_answer(path).await?,
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
        Some(if self.chance.once_in(2) { Loss::InTransit } else { Loss::HungUp })
    }

    /// Whether the answer is a 200. A logout that is refused removes the cookie, too; here it is repeated with the cookie, to test
    /// that.
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
    async fn send_and_lose_answer(&mut self, path: &str) -> Result<bool> {
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

    /// The body of an answer that is not lost.
    async fn look(&mut self, path: &str) -> Result<String> {
        let tab = self.tab();
        self.tabs[tab].read(path).await
    }

    /// One of the tabs, with the cookie of the browser.
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
