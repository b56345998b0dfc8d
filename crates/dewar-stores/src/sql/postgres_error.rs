//! What an error of PostgreSQL means, whichever driver got it.

use dewar_core::StoreErrorKind;

/// What is known about a statement that failed with this [SQLSTATE](https://www.postgresql.org/docs/current/errcodes-appendix.html).
///
/// * `Busy`: another transaction held a row for too long, or this one gave way to it. Nothing was done.
/// * `Refused`: the value, the rights, the disk or a constraint that the program did not create. Nothing was done.
/// * `Unavailable`: the server cannot serve now, or is the wrong one: a standby, one that starts or stops, or that has no such table. Nothing was
///   done.
/// * `NoAnswer`: a pooler lost the server, or the outcome is unknown.
#[must_use]
pub fn postgres_error_kind(sqlstate: &str) -> StoreErrorKind {
    match sqlstate {
        // The second of two inserts of one key, which at once found it free.
        // 42P07 and 42710: a table, or its type, that another process has created just now.
        "23505" | "42P07" | "42710" | "55P03" | "57014" | "40001" | "40P01" => StoreErrorKind::Busy,
        "40003" => StoreErrorKind::NoAnswer,
        // A cached plan, or a prepared statement that a pooler knows nothing of.
        "0A000" | "26000" | "42P05" => StoreErrorKind::Unavailable,
        // No such table, schema or column.
        "42P01" | "42703" | "3F000" => StoreErrorKind::Unavailable,
        "53100" | "53200" => StoreErrorKind::Refused,
        _ => of_class(sqlstate),
    }
}

/// What to do after this error, for a message.
#[must_use]
pub fn postgres_error_advice(sqlstate: &str) -> &'static str {
    let advice = ADVICE.iter().find(|(start, _)| sqlstate.starts_with(start));
    advice.map_or("see its log", |(_, advice)| advice)
}

/// What to do after errors with an SQLSTATE, or a class of them. The first that fits counts.
const ADVICE: &[(&str, &str)] = &[
    ("08", "the connection was lost, or the pooler has no server: see their logs"),
    ("0A000", "the table was changed: the next call looks at it again"),
    (
        "25006",
        "it is a standby, which cannot write: use the address of the primary, or name both hosts in the URL",
    ),
    ("25P02", "the connection was left in a transaction that had failed, and is closed: try again"),
    ("26", POOLER),
    ("42P05", POOLER),
    (
        "28",
        "it does not accept this user and password, or this host (pg_hba.conf); if it requires TLS, add sslmode=verify-full to the URL",
    ),
    ("3D000", "it has no such database: create it, or correct the URL"),
    ("40", "transactions of several programs were in each other's way"),
    (
        "42501",
        "its user may not do this: GRANT SELECT, INSERT, UPDATE, DELETE on the table of sessions (and USAGE on the sequence of its ids)",
    ),
    ("42", "the table of sessions is missing, or is another one now: see `dewar sessions schema`"),
    ("53100", "its disk is full: free some space"),
    (
        "53300",
        "it has too many clients: raise max_connections, lower PostgresOptions::connections, or use a pooler",
    ),
    ("53", "it lacks memory or another resource: see its log"),
    ("55P03", "another transaction keeps the session locked: see pg_locks, and end that transaction"),
    ("57014", "the call was cancelled, or took longer than statement_timeout"),
    ("57", "it is starting, stopping, or was told to end the connection"),
    ("58", "its machine has a fault: see its log"),
];

const POOLER: &str = "the pooler gave the connection to another server: connect to the server itself, or set the pooler to transaction mode";

fn of_class(sqlstate: &str) -> StoreErrorKind {
    match sqlstate.get(..2) {
        Some("08") => StoreErrorKind::NoAnswer,
        Some("25" | "28" | "3D" | "53" | "55" | "57" | "58" | "XX") => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_cannot_serve_has_not_refused() {
        // Read-only; shut down; starting; password; too many connections; database; table; disk.
        for sqlstate in
            ["25006", "57P01", "57P02", "57P03", "28P01", "28000", "53300", "3D000", "42P01", "58030"]
        {
            assert_eq!(postgres_error_kind(sqlstate), StoreErrorKind::Unavailable, "{sqlstate}");
        }
    }

    #[test]
    fn a_lost_server_is_no_answer_a_lock_is_busy_and_the_rest_is_refused() {
        for (kind, states) in [
            (StoreErrorKind::NoAnswer, &["08006", "08P01", "40003"][..]),
            (StoreErrorKind::Busy, &["40001", "40P01", "55P03", "57014", "23505", "42P07", "42710"]),
            (StoreErrorKind::Refused, &["42501", "23514", "54000", "22021", "53100", "P0001", ""]),
        ] {
            for sqlstate in states {
                assert_eq!(postgres_error_kind(sqlstate), kind, "{sqlstate}");
            }
        }
    }
}
