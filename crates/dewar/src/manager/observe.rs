//! What an operator must be able to see, for `tracing` and for `metrics`: a feature each, and nothing without them.
//!
//! Ids never appear; where one session must be followed through a log, the first 8 hexadecimal digits of its key's hash do.

use super::error::Error;
use crate::codec::DecodeError;
use crate::store::StoreKey;

/// What happened to a session.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// Another write came first, and the changes of both were merged.
    Merged,
    /// It had ended, or another request gave it another owner: the changes of a late request were dropped.
    RevivalRefused,
    /// A request came with an id that no session has.
    UnknownId,
    /// A request came with an ended id.
    EndedId,
    /// A record that was written for another session: an engine or a client library mixes up its answers.
    MixedUp,
    /// A record that cannot be read.
    Corrupt,
    /// Too many other writes came first, one after the other.
    GaveUp,
    /// Whether an owner has too many sessions could not be found out at a login, or not all that are too many could be ended.
    LimitNotKept,
    /// It was changed after it had been destroyed: nothing of that is stored.
    ChangedAfterDestroy,
    /// It was changed after its response had left, and never saved.
    ChangedAfterResponse,
}

impl Event {
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    fn name(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::RevivalRefused => "revival_refused",
            Self::UnknownId => "unknown_id",
            Self::EndedId => "came_too_late",
            Self::MixedUp => "mixed_up",
            Self::Corrupt => "corrupt",
            Self::GaveUp => "gave_up",
            Self::LimitNotKept => "limit_not_kept",
            Self::ChangedAfterDestroy => "changed_after_destroy",
            Self::ChangedAfterResponse => "changed_after_response",
        }
    }

    /// Whether an operator should have a look.
    #[cfg(feature = "tracing")]
    fn is_alarming(self) -> bool {
        matches!(self, Self::MixedUp | Self::Corrupt | Self::GaveUp | Self::LimitNotKept)
    }
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "no one is told"))]
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

/// A record that Flask-Session or another program wrote, and that cannot be read. It is left as it is; a logout removes it.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "no one is told"))]
pub(super) fn note_not_understood(why: &DecodeError, key: &StoreKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "dewar::session",
        event = "not_understood",
        session = key.fingerprint(),
        cause = %why,
        "the record of a session cannot be read, so its client has an empty one; the record is left as it is, and a logout ends it"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "not_understood").increment(1);
}

/// Something could not be done, and its request fails: an error; a warning if a setting asked for it (409).
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "no one is told"))]
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

/// A refresh or a re-encoding failed and was left for another time.
pub(super) fn note_skipped(why: &Error, is_to_be_logged: bool) {
    note_put_off(
        "best_effort_skipped",
        "a session that its request did not change could not be refreshed or written anew; it stays as it is. Told once an hour at most; \
         each one is counted",
        why,
        is_to_be_logged,
    );
}

/// It could not be found out whether a session has ended that a connection waits for.
pub(super) fn note_not_watched(why: &Error, is_to_be_logged: bool) {
    note_put_off(
        "not_watched",
        "whether a session has ended that a connection waits for could not be found out; the connection stays open, and the store is asked \
         again. Told once an hour at most; each time is counted",
        why,
        is_to_be_logged,
    );
}

/// Something failed that is tried again later. Counted each time; a warning only if the log is to be told.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "no one is told"))]
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

/// Values that a handler had read and then set were changed by another request meanwhile, and are overwritten.
pub(super) fn note_overwritten(keys: usize, key: &StoreKey) {
    if keys > 0 {
        note_some_overwritten(keys, key);
    }
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "no one is told"))]
fn note_some_overwritten(keys: usize, key: &StoreKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "dewar::session",
        event = "overwritten",
        session = key.fingerprint(),
        keys,
        "a handler has read a key of its session and then set it, and another request's change of that key is overwritten: compute the new \
         value with update() or modify(), which run again on what the other request stored, or refuse such requests with \
         ServerSide.on_conflict"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "overwritten").increment(keys as u64);
}

/// Changes of a session were lost, because of what its program did.
#[cfg_attr(
    not(any(feature = "tracing", feature = "metrics")),
    expect(unused_variables, reason = "no one is told")
)]
pub(super) fn note_lost(event: Event, changes: u32) {
    #[cfg(feature = "tracing")]
    {
        let why = match event {
            Event::ChangedAfterDestroy => {
                "after destroy() nothing is stored: call log_out() in its place, and then flash() or log_in()"
            }
            _ => {
                "nothing saves them after the response was sent: call SessionManager::save_now, which works for sessions in a store"
            }
        };
        tracing::warn!(target: "dewar::session", event = event.name(), changes, "changes of a session are lost; {why}");
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event.name()).increment(changes.into());
}

/// What a session tells at its end.
pub(super) fn note_lost_after_response(changes: u32) {
    note_lost(Event::ChangedAfterResponse, changes);
}
