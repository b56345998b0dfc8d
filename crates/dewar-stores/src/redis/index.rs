//! The index of an owner: a sorted set under the owner's own name.
//!
//! Its members are `<life> <key>`, by the microsecond in which they joined, each later than all before it. `life` is how many seconds
//! the index was told of; an entry ends before that, or the index is told again. So the index knows of every entry of its owner's, and of
//! others besides: [what lies beside an entry](super::call::beside) says whose it is, and nothing else does.
//!
//! A member without an entry is dropped when its life is over, by a join that meets it by chance or by a page; earlier only if it joined
//! more than a minute ago, since on a Cluster the index is written before the entry.

use std::sync::Arc;
use std::time::Instant;

use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey};

use super::answers::Leaving;
use super::call::Call;
use super::{Redis, scripts};
use crate::guard::observe;

/// Members that are looked at in one step. Others are served between two.
const PAGE: usize = 1_000;

/// In microseconds. What has joined within this time may have its entry still to come.
const MINUTE: u64 = 60_000_000;

/// Some members of an index, in the order in which they joined.
pub(super) struct Page {
    /// Their keys, in the order of `members`.
    pub(super) keys: Vec<StoreKey>,
    members: Vec<String>,
    /// They joined after this moment, the last of them at `until`.
    after: String,
    until: String,
    is_last: bool,
}

/// Goes through an index, from those that joined first. What joins meanwhile, under a new key for instance, lies ahead.
pub(super) struct Pages<'a> {
    redis: &'a Redis,
    owner: &'a str,
    now: UnixTime,
    after: String,
    is_over: bool,
}

impl Redis {
    pub(super) fn pages<'a>(&'a self, owner: &'a str, now: UnixTime) -> Pages<'a> {
        Pages { redis: self, owner, now, after: "-inf".to_owned(), is_over: false }
    }

    /// Tells an index of a member that has left it. Nobody waits for that: whoever meets the member later drops it.
    pub(super) fn forget(&self, leaving: Leaving, now: UnixTime) {
        let (connection, started) = (Arc::clone(&self.connection), Instant::now());
        tokio::spawn(async move {
            let call = Call::new(&scripts::DROP).index(&leaving.owner).text(&leaving.joined);
            let call = call.number(0).clock(now).text(&leaving.member);
            if let Err(error) = connection.run::<u64>(&call).await {
                observe::call_ended("index", None, Some(error.kind()), started.elapsed());
            }
        });
    }
}

impl Pages<'_> {
    /// The next members that are not over. `None`: there are no more.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let call = Call::new(&scripts::PAGE).index(self.owner).text(&self.after).number(PAGE).clock(self.now);
        let (until, looked_at, members): (Option<String>, usize, Vec<String>) =
            self.redis.connection.run(&call).await?;
        let Some(until) = until else { return Ok(None) };
        let after = std::mem::replace(&mut self.after, until.clone());
        let keys = members.iter().map(|member| StoreKey::new(key_of(member))).collect();
        Ok(Some(Page { keys, members, after, until, is_last: looked_at < PAGE }))
    }

    /// Something may have joined since the last page, although that was not full.
    pub(super) fn look_again(&mut self) {
        self.is_over = false;
    }

    /// After a page was looked at: which of its members have no entry of the owner's. They may have a new key, which then lies ahead; if
    /// there are none, a page that was not full was the last.
    pub(super) async fn done(
        &mut self,
        page: Page,
        is_dead: impl Fn(usize) -> bool,
    ) -> Result<(), StoreError> {
        let dead = page.members.iter().enumerate().filter(|(at, _)| is_dead(*at));
        let dead: Vec<&str> = dead.map(|(_, member)| member.as_str()).collect();
        self.is_over = page.is_last && dead.is_empty();
        if dead.is_empty() {
            return Ok(());
        }
        let call = if dead.len() == page.members.len() {
            let call = Call::new(&scripts::DROP_RANGE).index(self.owner).text(&page.after).text(&page.until);
            call.number(MINUTE).clock(self.now)
        } else {
            let call = Call::new(&scripts::DROP).index(self.owner).text(&page.until);
            dead.into_iter().fold(call.number(MINUTE).clock(self.now), Call::text)
        };
        self.redis.connection.run::<u64>(&call).await.map(drop)
    }
}

fn key_of(member: &str) -> &str {
    member.split_once(' ').map_or(member, |(_, key)| key)
}
