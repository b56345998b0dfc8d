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
        // The last is a table that another process has created just now.
        "23505" | "42P07" | "55P03" | "57014" | "40001" | "40P01" => StoreErrorKind::Busy,
        "40003" => StoreErrorKind::NoAnswer,
        // A cached plan, or a prepared statement that a pooler knows nothing of.
        "0A000" | "26000" | "42P05" => StoreErrorKind::Unavailable,
        // No such table, schema or column.
        "42P01" | "42703" | "3F000" => StoreErrorKind::Unavailable,
        "53100" | "53200" => StoreErrorKind::Refused,
        _ => of_class(sqlstate),
    }
}

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
            (StoreErrorKind::Busy, &["40001", "40P01", "55P03", "57014", "23505"]),
            (StoreErrorKind::Refused, &["42501", "23514", "54000", "22021", "53100", "P0001", ""]),
        ] {
            for sqlstate in states {
                assert_eq!(postgres_error_kind(sqlstate), kind, "{sqlstate}");
            }
        }
    }
}
