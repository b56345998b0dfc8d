//! Events for operators, for `tracing` and for `metrics`. Each is a feature; without them nothing is emitted.
//!
//! Ids never appear in events. To follow a session through a log, use the first 8 hexadecimal digits of its key's hash.

use super::error::Error;
use crate::codec::DecodeError;
use crate::store::StoreKey;

/// An event in the life of a session.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A concurrent write came first, and both changes were merged.
    Merged,
    /// The session had ended or got another owner: the changes of a late request were dropped.
    RevivalRefused,
    /// A request came with an unknown id.
    UnknownId,
    /// A request came with an ended id.
    EndedId,
    /// A record was found that was written for another session: an engine or a client library mixes up its responses.
    MixedUp,
    /// A record cannot be read.
    Corrupt,
    /// Too many concurrent writes came first, one after the other.
    GaveUp,
    /// At a login, the session limit could not be checked, or not all surplus sessions could be ended.
    LimitNotKept,
    /// The session was changed after it was destroyed: these changes are not stored.
    ChangedAfterDestroy,
    /// The session was changed after its response was sent, and never saved.
    ChangedAfterResponse,
}

impl Event {
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    fn name(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::RevivalRefused => "revival_refused",
            Self::UnknownId => "unknown_id",
            Self::EndedId => "ended_id",
            Self::MixedUp => "mixed_up",
            Self::Corrupt => "corrupt",
            Self::GaveUp => "gave_up",
            Self::LimitNotKept => "limit_not_kept",
            Self::ChangedAfterDestroy => "changed_after_destroy",
            Self::ChangedAfterResponse => "changed_after_response",
        }
    }

    /// Whether the event needs the attention of an operator.
    #[cfg(feature = "tracing")]
    fn is_alarming(self) -> bool {
        matches!(self, Self::MixedUp | Self::Corrupt | Self::GaveUp | Self::LimitNotKept)
    }
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "only logged or counted"))]
pub(super) fn note(event: Event, key: &StoreKey) {
    #[cfg(feature = "tracing")]
    if event.is_alarming() {
        tracing::warn!(target: "dewar::session", event = event.name(), session = key.fingerprint());
    } else {
        tracing::debug!(target: "dewar::session", event = event.name(), session = key.fingerprint());
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event.name()).increment(1);
}

/// Reports a record by Flask-Session or another program that cannot be read. It is not changed; a logout removes it.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "only logged or counted"))]
pub(super) fn note_not_understood(why: &DecodeError, key: &StoreKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "dewar::session",
        event = "not_understood",
        session = key.fingerprint(),
        cause = %why,
        "the record of a session cannot be read, so its client gets an empty session; the record is not changed, and a logout removes it"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "not_understood").increment(1);
}

/// Reports a failure that makes the request fail, as an error, or as a warning if a setting asked for it (409).
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "only logged or counted"))]
pub(super) fn note_failed(event: &'static str, why: &Error) {
    #[cfg(feature = "tracing")]
    {
        let (error, session, status) = (why.with_causes(), why.session(), why.status());
        if status == 409 {
            tracing::warn!(target: "dewar::session", event, session, status, error);
        } else {
            tracing::error!(target: "dewar::session", event, session, status, error);
        }
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event).increment(1);
}

/// Reports a refresh or re-encoding that failed and was left for a later request.
pub(super) fn note_skipped(why: &Error, is_to_be_logged: bool) {
    note_put_off(
        "best_effort_skipped",
        "an unchanged session could not be refreshed or written again; it stays as it is. Logged at most once an hour; \
         each failure is counted",
        why,
        is_to_be_logged,
    );
}

/// Reports that it could not be checked whether a session has ended that a connection is waiting for.
pub(super) fn note_not_watched(why: &Error, is_to_be_logged: bool) {
    note_put_off(
        "not_watched",
        "could not check whether the session of an open connection has ended; the connection stays open, and the check is \
         repeated. Logged at most once an hour; each failure is counted",
        why,
        is_to_be_logged,
    );
}

/// Reports a failure that is retried later. It is counted each time, and logged as a warning only if `is_to_be_logged`.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "only logged or counted"))]
fn note_put_off(event: &'static str, meaning: &'static str, why: &Error, is_to_be_logged: bool) {
    #[cfg(feature = "tracing")]
    {
        let cause = std::error::Error::source(why).map(tracing::field::display);
        if is_to_be_logged {
            tracing::warn!(target: "dewar::session", event, error = %why, cause, "{meaning}");
        } else {
            tracing::debug!(target: "dewar::session", event, error = %why, cause);
        }
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event).increment(1);
}

/// Reports that values which a handler had read and then set were changed by a concurrent write, and are overwritten.
pub(super) fn note_overwritten(keys: usize, key: &StoreKey) {
    if keys > 0 {
        note_some_overwritten(keys, key);
    }
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "only logged or counted"))]
fn note_some_overwritten(keys: usize, key: &StoreKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "dewar::session",
        event = "overwritten",
        session = key.fingerprint(),
        keys,
        "a handler read a session key and then set it, which overwrites a concurrent change to that key: compute the new \
         value with update() or modify(), which run again on what the other request stored, or refuse such requests with \
         ServerSide.on_conflict"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "overwritten").increment(keys as u64);
}

/// Reports that changes to a session were lost because of how the program used it.
#[cfg_attr(
    not(any(feature = "tracing", feature = "metrics")),
    expect(unused_variables, reason = "only logged or counted")
)]
pub(super) fn note_lost(event: Event, changes: u32) {
    #[cfg(feature = "tracing")]
    {
        let why = match event {
            Event::ChangedAfterDestroy => {
                "nothing is stored after destroy(): call log_out() instead, and then flash() or log_in()"
            }
            _ => {
                "changes made after the response was sent are not saved automatically: call SessionManager::save_now, which works for sessions in a store"
            }
        };
        tracing::warn!(target: "dewar::session", event = event.name(), changes, "changes to a session are lost; {why}");
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event.name()).increment(changes.into());
}

/// Reports changes that were made after the response and never saved, when the session is dropped.
pub(super) fn note_lost_after_response(changes: u32) {
    note_lost(Event::ChangedAfterResponse, changes);
}
