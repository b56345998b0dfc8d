//! The kinds of sessions: two in cookies, two in stores.

use std::sync::Arc;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Memory, Store};
use dewar::{ClientSide, SecretKeys, ServerSide, SessionManager};

pub(super) const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
pub(super) const UNTIL: UnixTime = UnixTime::from_seconds(1_709_210_096 + 30 * 86_400);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Flask's cookie, `session`.
    Flask,
    /// The sealed cookie, `__Host-session`.
    Sealed,
    /// Dewar's own records, `__Host-session`.
    Native,
    /// Flask-Session's records, `session`.
    FlaskSession,
}

pub(super) const KINDS: [Kind; 4] = [Kind::Flask, Kind::Sealed, Kind::Native, Kind::FlaskSession];

impl Kind {
    pub(super) fn is_in_store(self) -> bool {
        matches!(self, Self::Native | Self::FlaskSession)
    }

    pub(super) fn manager(self, now: UnixTime) -> SessionManager {
        self.in_store(now, Arc::new(Memory::new()))
    }

    /// The store is used by the kinds that need one.
    pub(super) fn in_store(self, now: UnixTime, store: Arc<dyn Store>) -> SessionManager {
        let clock = Clock::fixed(now);
        match self {
            Self::Flask => client_side(ClientSide { clock, ..ClientSide::flask(keys()) }),
            Self::Sealed => client_side(ClientSide { clock, ..ClientSide::new(keys()) }),
            Self::Native => server_side(ServerSide { clock, ..ServerSide::new("shop", store) }),
            Self::FlaskSession => server_side(ServerSide { clock, ..ServerSide::flask(store) }),
        }
    }
}

pub(super) fn keys() -> SecretKeys {
    SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap()
}

pub(super) fn client_side(settings: ClientSide) -> SessionManager {
    SessionManager::client_side(settings).unwrap()
}

pub(super) fn server_side(settings: ServerSide) -> SessionManager {
    SessionManager::server_side(settings).unwrap()
}

/// Every move from one kind to another, also from one store into another.
pub(super) fn moves() -> impl Iterator<Item = (Kind, Kind)> {
    let pairs = KINDS.into_iter().flat_map(|from| KINDS.map(|to| (from, to)));
    pairs.filter(|(from, to)| from != to || from.is_in_store())
}
