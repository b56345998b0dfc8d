//! What a failure of Redis means. Nothing that the server says is repeated but its code: some of its words hold keys.

use std::fmt;

use ::redis::{ErrorKind, RedisError};
use dewar::store::StoreError;

/// The server's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: String,
}

/// The server's code for refusals, and what to do.
const ADVICE: &[(&str, &str)] = &[
    ("ERR", "is it Redis 6.2 or later, or Valkey?"),
    ("LOADING", "it still reads its files: wait"),
    ("MISCONF", "it cannot write to its disk: look at its log"),
    ("NOAUTH", "it asks for a password"),
    (
        "NOPERM",
        "its user may not do this: give it @read, @write, @scripting and @connection on the sessions' keys",
    ),
    ("OOM", "its memory is full: raise maxmemory"),
    ("READONLY", "it is a replica: use the primary's address"),
    ("WRONGPASS", "it does not accept this user and password"),
    ("WRONGTYPE", "another program keeps something else under the sessions' keys"),
];

/// An answer of the server that says no means that nothing was done; all else, that nothing is known.
pub(super) fn store_error(error: RedisError) -> StoreError {
    match refusal(&error) {
        Some(refusal) => StoreError::refused(refusal),
        None if error.is_io_error() => StoreError::no_answer(error),
        None => StoreError::no_answer(format!("Redis said what was not expected ({})", error.category())),
    }
}

/// What the server refused, if it did answer.
pub(super) fn refusal(error: &RedisError) -> Option<Refusal> {
    if error.kind() == ErrorKind::AuthenticationFailed {
        return Some(Refusal { code: "WRONGPASS".to_owned() });
    }
    let code = match error.clone().into_server_errors() {
        Some(errors) => errors.first()?.1.code().to_owned(),
        None => error.code()?.to_owned(),
    };
    Some(Refusal { code })
}

impl Refusal {
    pub(super) fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = ADVICE.iter().find(|(code, _)| *code == self.code).map(|(_, advice)| *advice);
        write!(f, "Redis refused ({}): {}", self.code, advice.unwrap_or("look at its log"))
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use ::redis::{ErrorKind, ServerErrorKind};
    use dewar::store::StoreErrorKind;
    use std::error::Error;
    use std::io;

    use super::*;

    #[test]
    fn an_answer_is_a_refusal_and_a_broken_connection_is_none() {
        let no =
            RedisError::from((ErrorKind::Server(ServerErrorKind::ReadOnly), "no", "session:abc".to_owned()));
        let error = store_error(no);
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        assert!(error.source().unwrap().to_string().contains("replica"));
        assert!(!format!("{error:?}").contains("session:abc"));
        let broken = RedisError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(store_error(broken).kind(), StoreErrorKind::NoAnswer);
    }

    #[test]
    fn an_answer_of_another_kind_is_no_answer_and_is_not_shown() {
        let odd = RedisError::from((ErrorKind::UnexpectedReturnType, "odd", "payload".to_owned()));
        let error = store_error(odd);
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        assert!(!format!("{error:?}").contains("payload"));
    }
}
