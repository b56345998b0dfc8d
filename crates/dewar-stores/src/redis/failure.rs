//! What an error of Redis means. Only the code of the server's message is repeated: the rest may contain keys.

use std::error::Error;
use std::fmt;

use ::redis::{ErrorKind, RedisError, ServerError};
use dewar_core::{StoreError, StoreErrorKind};

/// An error that the server answered: it did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: String,
}

/// The meaning of a server's error code, and what to do.
struct Meaning(&'static str, StoreErrorKind, &'static str);

use StoreErrorKind::{Refused, Unavailable};

const MEANINGS: &[Meaning] = &[
    Meaning("ASK", Unavailable, CLUSTER),
    Meaning("BUSY", Unavailable, "a script of another program does not end: stop it with SCRIPT KILL"),
    Meaning("CLUSTERDOWN", Unavailable, CLUSTER),
    Meaning("CROSSSLOT", Refused, CLUSTER),
    Meaning("ERR", Refused, "check that the server is Redis 6.2 or later, or Valkey"),
    Meaning("LOADING", Unavailable, "it is still loading its files: wait"),
    Meaning(
        "MASTERDOWN",
        Unavailable,
        "it is a replica that has lost its primary: use the primary's address",
    ),
    Meaning(MAXCLIENTS, Unavailable, "it has too many clients: raise maxclients, or close some"),
    Meaning("MISCONF", Refused, "it cannot write to its disk: see its log"),
    Meaning("MOVED", Unavailable, CLUSTER),
    Meaning("NOAUTH", Unavailable, "it requires a password"),
    Meaning("NOPERM", Refused, RIGHTS),
    Meaning("NOREPLICAS", Unavailable, "too few replicas are connected: check min-replicas-to-write"),
    Meaning("OOM", Refused, "its memory is full: raise maxmemory"),
    Meaning("READONLY", Unavailable, "it is a replica: use the address of the primary"),
    Meaning("TRYAGAIN", Unavailable, CLUSTER),
    Meaning("WRONGPASS", Unavailable, "it does not accept this user and password"),
    Meaning("WRONGTYPE", Refused, WRONGTYPE),
];

const CLUSTER: &str =
    "it is a node of a Redis Cluster, which is not supported: use a single server, with or without replicas";
/// The server sends the general code `ERR` for this.
const MAXCLIENTS: &str = "MAXCLIENTS";
const RIGHTS: &str = "its user may not do this: for a program named shop, ACL SETUSER it with `~shop:* +@read +@write \
                      +@scripting +@connection +time` (for Flask-Session's records with their key prefix, as in `~session:*`): \
                      the pattern must cover sessions, <key>:owner beside them, and shop:owner:*";
const WRONGTYPE: &str = "another program stores something else under one of the keys: sessions are strings, <key>:owner beside \
                         them hashes, and shop:owner:* (session:owner:*) sorted sets";

/// If the server answered with an error, nothing was done. After all other failures that is unknown.
pub(super) fn store_error(error: RedisError) -> StoreError {
    match refusal(&error) {
        Some(refusal) if refusal.is_unavailable() => StoreError::unavailable(refusal),
        Some(refusal) => StoreError::refused(refusal),
        None if error.is_io_error() => StoreError::no_answer(error),
        None => StoreError::no_answer(format!("Redis gave an unexpected answer ({})", error.category())),
    }
}

/// Whether the server did nothing since it does not know an option of the command.
pub(super) fn is_unknown_option(error: &StoreError) -> bool {
    let refusal = error.source().and_then(|source| source.downcast_ref::<Refusal>());
    refusal.is_some_and(|refusal| refusal.code == "ERR")
}

/// Whether a new connection may help: this one broke, or its server cannot serve now or is the wrong one.
pub(super) fn needs_new_connection(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || refusal(error).is_some_and(|refusal| refusal.is_unavailable())
}

/// Whether the server is a replica, which the address of the primary need not lead to any more.
pub(super) fn is_from_replica(error: &RedisError) -> bool {
    refusal(error).is_some_and(|refusal| matches!(refusal.code(), "READONLY" | "MASTERDOWN"))
}

/// The server's refusal, if it answered with an error.
pub(super) fn refusal(error: &RedisError) -> Option<Refusal> {
    if error.kind() == ErrorKind::AuthenticationFailed {
        return Some(Refusal { code: "WRONGPASS".to_owned() });
    }
    let code = match error.clone().into_server_errors() {
        Some(errors) => code(&errors.first()?.1),
        None => error.code()?.to_owned(),
    };
    Some(Refusal { code })
}

/// Up to Redis 6.2, `ERR` comes before the code of an error within a script.
fn code(error: &ServerError) -> String {
    let words = error.details().filter(|_| error.code() == "ERR").unwrap_or_default();
    if words.contains("max number of clients") {
        return MAXCLIENTS.to_owned();
    }
    let mut words = words.split_whitespace().map(|word| word.trim_start_matches('-'));
    let within = words.find(|word| *word != "ERR" && meaning(word).is_some());
    within.unwrap_or(error.code()).to_owned()
}

fn meaning(code: &str) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.0 == code)
}

impl Refusal {
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    fn is_unavailable(&self) -> bool {
        meaning(&self.code).is_some_and(|meaning| meaning.1 == Unavailable)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = meaning(&self.code).map_or("see its log", |meaning| meaning.2);
        write!(f, "Redis refused ({}): {advice}", self.code)
    }
}

impl Error for Refusal {}

#[cfg(test)]
mod tests {
    use ::redis::{ErrorKind, ServerErrorKind};
    use std::io;

    use super::*;

    /// An error of the server, as the driver parses it.
    fn said(line: &str) -> RedisError {
        let value = ::redis::parse_redis_value(format!("-{line}\r\n").as_bytes()).unwrap();
        value.extract_error().unwrap_err()
    }

    #[test]
    fn an_answer_is_a_refusal_and_a_broken_connection_is_none() {
        let no =
            RedisError::from((ErrorKind::Server(ServerErrorKind::NoPerm), "no", "session:abc".to_owned()));
        let error = store_error(no);
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        assert!(error.source().unwrap().to_string().contains("ACL SETUSER"));
        assert!(!format!("{error:?}").contains("session:abc"));
        let broken = RedisError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(store_error(broken).kind(), StoreErrorKind::NoAnswer);
    }

    #[test]
    fn a_server_that_cannot_serve_now_has_not_refused() {
        for line in [
            "READONLY You can't write against a read only replica.",
            "READONLY You can't write against a read only replica. script: 3f, on @user_script:1.",
            "ERR Error running script (call to f_3f): @user_script:1: @user_script: 1: -READONLY You can't write",
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            "LOADING Redis is loading the dataset in memory",
            "NOAUTH Authentication required.",
            "WRONGPASS invalid username-password pair or user is disabled.",
            "CLUSTERDOWN Hash slot not served",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "MOVED 866 127.0.0.1:7001",
            "ASK 866 127.0.0.1:7001",
            "NOREPLICAS Not enough good replicas to write.",
            "BUSY Redis is busy running a script.",
            "ERR max number of clients reached",
        ] {
            assert_eq!(store_error(said(line)).kind(), StoreErrorKind::Unavailable, "{line}");
            assert!(needs_new_connection(&said(line)), "{line}");
        }
    }

    #[test]
    fn an_answer_that_stays_the_same_is_a_refusal_and_the_connection_stays() {
        for line in [
            "OOM command not allowed when used memory > 'maxmemory'.",
            "NOPERM No permissions to access a key",
            "WRONGTYPE Operation against a key holding the wrong kind of value",
            "MISCONF Redis is configured to save RDB snapshots",
            "ERR unknown command 'GETEX'",
            "SOMETHING new",
        ] {
            assert_eq!(store_error(said(line)).kind(), StoreErrorKind::Refused, "{line}");
            assert!(!needs_new_connection(&said(line)), "{line}");
        }
    }

    #[test]
    fn an_answer_of_another_kind_is_no_answer_and_is_not_shown() {
        let odd = RedisError::from((ErrorKind::UnexpectedReturnType, "odd", "payload".to_owned()));
        let error = store_error(odd);
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        assert!(!format!("{error:?}").contains("payload"));
    }
}
