//! Managers that stored the sessions before: a client with a cookie of theirs continues with that session, here.
//!
//! | the request came with | what is opened |
//! |---|---|
//! | a cookie of the present manager that opens | that session; old cookies beside it are removed |
//! | one that does not open, and the previous cookie has another name | a new session: an old cookie counts only while there is no new one |
//! | only a previous cookie, before the date | that session, to be stored here |
//!
//! | what happened to a session that is taken over | what is done, one after the other |
//! |---|---|
//! | it continues in a store | stored here, ended there, the client gets the new cookie |
//! | it continues in a cookie | the client gets the new cookie; ended there by the first request that comes with it |
//! | it was logged out | ended there, nothing of it stored here, all cookies removed |
//!
//! Whatever fails in between, the next request with the old cookie finds the session.

mod open;
mod save;

use std::sync::Arc;

use super::place::Place;
use super::store_place::StorePlace;
use crate::clock::UnixTime;
use crate::cookie::SessionCookie;

/// The previous managers, the latest first.
#[derive(Debug)]
pub(super) struct PreviousManagers {
    list: Vec<PreviousManager>,
}

#[derive(Debug, Clone)]
struct PreviousManager {
    place: Place,
    until: UnixTime,
}

impl PreviousManagers {
    /// Those there are, one more, and those that it has itself, until the same date at most.
    pub(super) fn and(present: Option<&Self>, place: Place, its_own: Option<&Self>, until: UnixTime) -> Self {
        let mut list = present.map_or_else(Vec::new, |present| present.list.clone());
        list.push(PreviousManager { place, until });
        let older = its_own.into_iter().flat_map(|older| older.list.iter().cloned());
        list.extend(older.map(|older| PreviousManager { until: older.until.min(until), ..older }));
        Self { list }
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.list.iter().map(|previous| &previous.place)
    }

    pub(super) fn stores(&self) -> impl Iterator<Item = &Arc<StorePlace>> {
        self.places().filter_map(|place| match place {
            Place::Store(place) => Some(place),
            Place::Cookie(_) => None,
        })
    }

    /// The cookies of previous managers, each once; without the present one, which is set or removed in its own right.
    pub(super) fn removable<'s>(&'s self, here: &'s Place) -> impl Iterator<Item = &'s SessionCookie> {
        let cookies = || self.places().map(Place::cookie);
        cookies().enumerate().filter_map(move |(number, previous)| {
            let is_again = cookies().take(number).any(|earlier| earlier.is_same_as(previous));
            (!is_again && !previous.is_same_as(here.cookie())).then_some(previous)
        })
    }
}
