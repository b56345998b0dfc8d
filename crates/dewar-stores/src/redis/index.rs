//! The index of an owner: a sorted set whose key is the owner's name.
//!
//! Its members are `<ttl> <key>`. The score is the microsecond in which the member joined, which is later than all before it. `ttl` is the TTL
//! in seconds that was written to the index: an entry expires before it ends, or the index is updated first. So the index has a member for every
//! entry of its owner, and may have other members, too: only the [owner record](super::script::owner_key) of an entry says who its owner is.
//!
//! A member without an entry is removed when its TTL has passed, by a join that checks members at random or by reading a page. It is removed
//! earlier only if it joined more than a minute ago, since on a Redis Cluster the index is written before the entry.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey};

use super::Redis;
use super::script::{self, Call};
use crate::guard::observe;

/// The number of members of a page. Other clients are served between two pages.
const PAGE: u64 = 1_000;

/// In microseconds. The entry of a member that joined within the last minute may not be written yet.
const MINUTE: u64 = 60_000_000;

/// A page of an index, in the order of joining.
pub(super) struct Page {
    /// Their keys, in the order of `members`.
    pub(super) keys: Vec<StoreKey>,
    members: Vec<String>,
    /// The members joined after this time, the last of them at `until`.
    after: String,
    until: String,
    is_last: bool,
}

/// Reads an index page by page, in the order of joining. Members that join during the walk, for example under a new key, come later.
pub(super) struct Pages<'a> {
    redis: &'a Redis,
    owner: &'a str,
    now: UnixTime,
    after: String,
    has_ended: bool,
}

/// A member of an index whose entry now has another owner, no owner, or another key.
pub(super) struct StaleMember {
    pub(super) owner: String,
    pub(super) member: String,
    /// When it joined. If it has joined again since, it stays.
    pub(super) joined: String,
}

impl StaleMember {
    pub(super) fn new(owner: Option<Bytes>, member: Option<String>, joined: Option<String>) -> Option<Self> {
        let owner = String::from_utf8(owner?.into()).ok()?;
        Some(Self { owner, member: member?, joined: joined? })
    }
}

impl Redis {
    pub(super) fn pages<'a>(&'a self, owner: &'a str, now: UnixTime) -> Pages<'a> {
        Pages { redis: self, owner, now, after: "-inf".to_owned(), has_ended: false }
    }

    /// Removes a stale member from its index, in the background. If that fails, reading a page removes it later.
    pub(super) fn remove_member_later(&self, stale: StaleMember, now: UnixTime) {
        let (connection, started) = (Arc::clone(&self.connection), Instant::now());
        tokio::spawn(async move {
            let call = Call::new(&script::REMOVE_MEMBERS).index(&stale.owner).text(&stale.joined);
            let call = call.number(0).clock(now).text(&stale.member);
            if let Err(error) = connection.run::<u64>(&call, connection.deadline()).await {
                observe::call_ended("index", None, Some(error.kind()), started.elapsed());
            }
        });
    }
}

impl Pages<'_> {
    /// The next members that have not expired; `None`: there are no more.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, StoreError> {
        if self.has_ended {
            return Ok(None);
        }
        let call = Call::new(&script::PAGE).index(self.owner).text(&self.after).number(PAGE).clock(self.now);
        let connection = &self.redis.connection;
        let (until, looked_at, members): (Option<String>, u64, Vec<String>) =
            connection.run(&call, connection.deadline()).await?;
        let Some(until) = until else { return Ok(None) };
        let after = std::mem::replace(&mut self.after, until.clone());
        let keys = members.iter().map(|member| StoreKey::new(key_of(member))).collect();
        Ok(Some(Page { keys, members, after, until, is_last: looked_at < PAGE }))
    }

    /// Reads on after the last page: something may have joined since, although the page was not full.
    pub(super) fn look_again(&mut self) {
        self.has_ended = false;
    }

    /// Removes the members of a page that have no entry of the owner. Such an entry may have a new key by now, which comes on a later page. So a
    /// page that is not full is the last only if it has no such members.
    pub(super) async fn done(
        &mut self,
        page: Page,
        is_stale: impl Fn(usize) -> bool,
    ) -> Result<(), StoreError> {
        let stale = page.members.iter().enumerate().filter(|(at, _)| is_stale(*at));
        let stale: Vec<&str> = stale.map(|(_, member)| member.as_str()).collect();
        self.has_ended = page.is_last && stale.is_empty();
        if stale.is_empty() {
            return Ok(());
        }
        let call = if stale.len() == page.members.len() {
            let call = Call::new(&script::REMOVE_RANGE).index(self.owner).text(&page.after).text(&page.until);
            call.number(MINUTE).clock(self.now)
        } else {
            let call = Call::new(&script::REMOVE_MEMBERS).index(self.owner).text(&page.until);
            stale.into_iter().fold(call.number(MINUTE).clock(self.now), Call::text)
        };
        let connection = &self.redis.connection;
        connection.run::<u64>(&call, connection.deadline()).await.map(drop)
    }
}

fn key_of(member: &str) -> &str {
    member.split_once(' ').map_or(member, |(_, key)| key)
}
