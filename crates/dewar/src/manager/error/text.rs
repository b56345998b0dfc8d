//! The message of an error, for developers and operators.

use std::fmt;

use super::{Error, ErrorKind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::TooLarge { size, limit, largest_keys } => write!(
                f,
                "the session takes {} bytes, the limit is {}; largest keys: {}. {}",
                Thousands(*size),
                Thousands(*limit),
                largest_keys.join(", "),
                self.advice
            ),
            ErrorKind::NotStorable { key: Some(key) } => {
                write!(
                    f,
                    "the value of the session key {key:?} cannot be represented in the session's format: {}",
                    self.advice
                )
            }
            ErrorKind::NotStorable { key: None } => {
                write!(
                    f,
                    "the session contains a value that cannot be represented in its format: {}",
                    self.advice
                )
            }
            ErrorKind::Conflict { keys } => write!(
                f,
                "a concurrent write changed session keys that this request had read and set: {}; {}",
                keys.join(", "),
                self.advice
            ),
            ErrorKind::NotConverted { .. } | ErrorKind::TimeoutsRefused => {
                self.source.iter().try_for_each(|source| source.fmt(f))
            }
            _ => f.write_str(self.advice),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&WithCauses(self), f)
    }
}

/// An error with its causes, in one line.
pub(super) struct WithCauses<'e>(pub(super) &'e dyn std::error::Error);

impl fmt::Display for WithCauses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        for cause in std::iter::successors(self.0.source(), |cause| cause.source()) {
            let cause = cause.to_string();
            // Some drivers' errors both display their cause and return it as their source.
            if !said.ends_with(&cause) {
                write!(f, ": {cause}")?;
                said = cause;
            }
        }
        Ok(())
    }
}

/// Formats a number with separators, such as 13,681.
struct Thousands(usize);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::CookieTooLarge;
    use crate::store::StoreError;
    use crate::value::Map;

    #[test]
    fn a_large_number_is_written_in_groups_of_three() {
        let written = [0, 999, 1_000, 13_681, 1_048_576].map(|number| Thousands(number).to_string());
        assert_eq!(written, ["0", "999", "1,000", "13,681", "1,048,576"]);
    }

    #[test]
    fn a_size_is_told_with_the_limit_the_keys_and_the_remedy() {
        let data = Map::from([("b", "x".repeat(10)), ("cart", "x".repeat(100))]);
        let in_cookie = Error::cookie_too_large(CookieTooLarge { size: 13_681, limit: 4096 }, &data);
        assert_eq!(
            in_cookie.to_string(),
            "the session takes 13,681 bytes, the limit is 4,096; largest keys: cart, b. Store less, or store sessions on the server (ServerSide)"
        );
        let in_store = Error::record_too_large(13_681, 4096, &data).to_string();
        assert!(in_store.ends_with("or raise ServerSide.largest_record"), "{in_store}");
    }

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        let refused = || std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let wrapped = StoreError::no_answer(std::io::Error::other(refused()));
        let error = WithCauses(&wrapped).to_string();
        assert_eq!(error.matches(&refused().to_string()).count(), 1, "{error}");
    }

    /// A `main` that returns an error prints its `Debug` form.
    #[test]
    fn debug_says_what_display_says_and_each_cause() {
        let error = Error::from(StoreError::no_answer("connection refused"));
        assert_eq!(
            format!("{error:?}"),
            format!("{error}: the session store did not answer: connection refused")
        );
    }
}
