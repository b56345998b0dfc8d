//! Where sessions are: in the cookie, or in a store.

use std::sync::Arc;

use super::cookie_place::CookiePlace;
use super::error::Error;
use super::setup::Setup;
use super::store_place::StorePlace;
use crate::cookie::SessionCookie;
use crate::session::State;
use crate::store::Sweeper;

#[derive(Debug, Clone)]
pub(super) enum Place {
    Cookie(Arc<CookiePlace>),
    Store(Arc<StorePlace>),
}

impl Place {
    pub(super) fn setup(&self) -> &Setup {
        match self {
            Self::Cookie(place) => &place.setup,
            Self::Store(place) => &place.setup,
        }
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.setup().cookie
    }

    pub(super) async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<State, Error> {
        match self {
            Self::Cookie(place) => {
                let state = place.open(cookie_headers);
                place.unless_revoked(state).await
            }
            Self::Store(place) => {
                let presented = place.presented(cookie_headers);
                place.open(presented).await
            }
        }
    }

    /// [`open`](Self::open) without waiting; gives the cookies back if a store has to be asked.
    pub(super) fn open_at_once<'h, I: IntoIterator<Item = &'h [u8]>>(
        &self,
        cookie_headers: I,
    ) -> Result<State, I> {
        match self {
            Self::Cookie(place) if place.epochs.is_none() => Ok(place.open(cookie_headers)),
            _ => Err(cookie_headers),
        }
    }

    /// What removes expired entries, and the prefix of their keys.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        match self {
            Self::Cookie(place) => place.epochs.as_ref()?.sweeper(),
            Self::Store(place) => place.sweeper(),
        }
    }
}
