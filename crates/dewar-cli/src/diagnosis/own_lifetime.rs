//! A lifetime of one session's own.

use dewar::lifetime::Timeouts;
use serde::Serialize;

use super::in_words;

/// Its limits; `None`: no limit of this kind.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct OwnLifetime {
    idle_seconds: Option<u64>,
    absolute_seconds: Option<u64>,
}

impl From<Timeouts> for OwnLifetime {
    fn from(Timeouts { idle, absolute }: Timeouts) -> Self {
        let seconds = |limit: std::time::Duration| limit.as_secs();
        Self { idle_seconds: idle.map(seconds), absolute_seconds: absolute.map(seconds) }
    }
}

impl OwnLifetime {
    /// `30 days after its last use, 365 days in all`.
    pub(crate) fn in_words(self) -> String {
        let idle = self.idle_seconds.map(|seconds| format!("{} after its last use", in_words(seconds)));
        let absolute = self.absolute_seconds.map(|seconds| format!("{} in all", in_words(seconds)));
        let limits: Vec<String> = idle.into_iter().chain(absolute).collect();
        if limits.is_empty() { "without end".to_owned() } else { limits.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_that_there_is_is_named() {
        let words = |timeouts: Timeouts| OwnLifetime::from(timeouts).in_words();
        let remembered = Timeouts::remember_me();
        assert_eq!(words(remembered), "30 days after its last use, 365 days in all");
        assert_eq!(words(Timeouts { absolute: None, ..remembered }), "30 days after its last use");
        assert_eq!(words(Timeouts { idle: None, absolute: None }), "without end");
    }
}
