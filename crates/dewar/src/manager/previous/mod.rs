//! Previous managers: a client with one of their cookies continues its session with the current manager.
//!
//! | the request has | opened session |
//! |---|---|
//! | a valid cookie of the current manager | that session; old cookies next to it are removed |
//! | an invalid cookie of the current manager, and the previous cookie has another name | a new session: an old cookie is used only if there is no new one |
//! | only a previous cookie, before the date `until` | that session, to be stored here |
//!
//! | the migrated session | steps, in order |
//! |---|---|
//! | continues in a store | stored here, ended there, the client gets the new cookie |
//! | continues in a cookie | the client gets the new cookie; ended there by the first request that sends it |
//! | was logged out | ended there, nothing stored here, all cookies removed |
//!
//! If a step fails, the next request with the old cookie finds the session.

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
    /// Adds a manager and its own previous managers, which are used until the same date at most.
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

    /// The cookies of previous managers, without duplicates and without the current cookie, which is set or removed separately.
    pub(super) fn removable<'s>(&'s self, here: &'s Place) -> impl Iterator<Item = &'s SessionCookie> {
        let cookies = || self.places().map(Place::cookie);
        cookies().enumerate().filter_map(move |(number, previous)| {
            let is_again = cookies().take(number).any(|earlier| earlier.is_same_as(previous));
            (!is_again && !previous.is_same_as(here.cookie())).then_some(previous)
        })
    }
}
