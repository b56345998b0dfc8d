//! What an operator must be able to see, for `tracing` and for `metrics`: a feature each, and nothing without them.
//!
//! Ids never appear; where one session must be followed through a log, the first 8 hexadecimal digits of its key's hash do.

use super::error::Error;
use crate::codec::DecodeError;
use crate::store::StoreKey;

/// What happened to a session.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// Another request was faster, and both requests' changes were joined.
    Merged,
    /// It was ended meanwhile: what a late request did to it was not kept.
    RevivalRefused,
    /// A request came with an id that no session has.
    UnknownId,
    /// A request came with an id that had ended, or been replaced, a moment before.
    CameTooLate,
    /// A record that was written for another session: an engine or a client library mixes up its answers.
    MixedUp,
    /// A record that cannot be read.
    Corrupt,
    /// Too many others were faster, one after the other.
    GaveUp,
    /// It was changed after it had been destroyed: nothing of that is kept.
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
            Self::CameTooLate => "came_too_late",
            Self::MixedUp => "mixed_up",
            Self::Corrupt => "corrupt",
            Self::GaveUp => "gave_up",
            Self::ChangedAfterDestroy => "changed_after_destroy",
            Self::ChangedAfterResponse => "changed_after_response",
        }
    }

    /// Whether somebody should have a look.
    #[cfg(feature = "tracing")]
    fn is_alarming(self) -> bool {
        matches!(self, Self::MixedUp | Self::Corrupt | Self::GaveUp)
    }
}

#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "nobody looks"))]
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

/// A record that Flask-Session, or somebody else, wrote and that cannot be read. It is left alone; a logout ends it.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "nobody looks"))]
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

/// A refresh or a re-encoding failed and was left for another time. Counted each time; a warning only if the log is to be told.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "nobody looks"))]
pub(super) fn note_skipped(why: &Error, is_to_be_told: bool) {
    #[cfg(feature = "tracing")]
    {
        let cause = std::error::Error::source(why).map(tracing::field::display);
        if is_to_be_told {
            tracing::warn!(
                target: "dewar::session",
                event = "courtesy_skipped",
                error = %why,
                cause,
                "a session that its request did not change could not be refreshed or written anew; it stays as it is. \
                 Told once an hour at most; each one is counted"
            );
        } else {
            tracing::debug!(target: "dewar::session", event = "courtesy_skipped", error = %why, cause);
        }
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "courtesy_skipped").increment(1);
}

/// So many changes of a session were lost, by what its program did.
#[cfg_attr(
    not(any(feature = "tracing", feature = "metrics")),
    expect(unused_variables, reason = "nobody looks")
)]
pub(super) fn note_lost(event: Event, changes: u32) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "dewar::session",
        event = event.name(),
        changes,
        "changes of a session are lost: after destroy() nothing is kept (for a message after a logout: clear(), regenerate_id(), flash()), \
         and after the response has left only what SessionManager::save keeps in a store"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => event.name()).increment(changes.into());
}

/// What a session tells at its end.
pub(super) fn note_lost_after_response(changes: u32) {
    note_lost(Event::ChangedAfterResponse, changes);
}
