//! A route without a session layer, whose handler asks for a session.

use std::fmt;

use super::response::explained;

/// Logs and counts the missing layer, and returns the text for developers.
pub(super) fn no_layer(why: &impl fmt::Display) -> String {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "dewar::session", event = "no_layer", error = %why);
    #[cfg(feature = "metrics")]
    metrics::counter!("dewar_session_events_total", "event" => "no_layer").increment(1);
    explained(&why.to_string())
}
