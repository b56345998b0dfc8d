//! What an error of MySQL or MariaDB means, whichever driver got it.

use dewar_core::StoreErrorKind;

use StoreErrorKind::{Busy, NoAnswer, Refused, Unavailable};

/// What is known about a statement that failed with this [error number](https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html).
///
/// * `Busy`: another transaction held a row for too long, or this one gave way to it (a deadlock). Nothing was done.
/// * `Refused`: the value, the rights, the disk or a constraint. Nothing was done.
/// * `Unavailable`: the server cannot serve now, or is the wrong one: a replica, one that stops, or that has no such table. Nothing was done.
/// * `NoAnswer`: the outcome is unknown.
#[must_use]
pub fn mysql_error_kind(code: u16) -> StoreErrorKind {
    meaning(code).map_or(Refused, |meaning| meaning.1)
}

/// What to do after this error, for a message.
#[must_use]
pub fn mysql_error_advice(code: u16) -> &'static str {
    meaning(code).map_or("see its log", |meaning| meaning.2)
}

/// Whether this error is about the server, and not about one connection or statement: it is the wrong one (read-only, like a replica), is shutting
/// down, or is a node of a cluster that is not ready. Other connections to it are of no use, either.
#[must_use]
pub fn mysql_cannot_serve(code: u16) -> bool {
    [1290, 1792, 1836, 3100, 1053, 1079, 1047].contains(&code)
}

/// Whether the server rolled the transaction back so that others could go on: transactions waited for each other, or (1020, MariaDB) a row changed
/// after it was read. Then it can be run again at once.
#[must_use]
pub fn mysql_gave_way(code: u16) -> bool {
    [1213, 1020, 3101].contains(&code)
}

fn meaning(code: u16) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.0.contains(&code))
}

/// The numbers of errors with one meaning, and what to do.
struct Meaning(&'static [u16], StoreErrorKind, &'static str);

const MEANINGS: &[Meaning] = &[
    Meaning(
        &[1040],
        Unavailable,
        "it has too many connections: raise max_connections, or open fewer per process",
    ),
    Meaning(&[1203, 1226], Unavailable, "its user has too many connections: raise the limit of the user"),
    Meaning(&[1045, 1698, 3118, 3955], Unavailable, "it does not accept this user and password"),
    Meaning(&[1820, 1862], Unavailable, "the password has expired: set a new one"),
    Meaning(&[1044], Unavailable, "its user may not use this database: GRANT it the rights"),
    Meaning(&[1049], Unavailable, "it has no database of this name: create it, or correct the URL"),
    Meaning(&[1129, 1130], Unavailable, "it accepts no connections from this host: see its log"),
    Meaning(
        &[1290, 1792, 1836, 3100],
        Unavailable,
        "it is read-only, like a replica: use the address of the primary",
    ),
    Meaning(
        &[1053, 1079, 1927, 3169, 3159],
        Unavailable,
        "it is shutting down, or has closed the connection",
    ),
    Meaning(&[1047], Unavailable, "this node of the cluster is not ready: wait, or use another node"),
    Meaning(&[1152, 1158, 1159, 1184, 4031], Unavailable, "the connection has failed"),
    // It could not write its answer.
    Meaning(&[1160, 1161], NoAnswer, "the connection has failed"),
    Meaning(&[1317, 1615], Unavailable, "the statement was stopped: try again"),
    Meaning(&[9001], Unavailable, "its proxy found no server in time"),
    Meaning(&[1205], Busy, "another transaction keeps the row locked: end it"),
    Meaning(&[1213, 1020, 3101], Busy, "too many transactions write the same rows"),
    // Of statements that write, MariaDB ends in this way those that wait for a row.
    Meaning(&[1969, 3572], Busy, "the statement took longer than the server allows"),
    // MySQL ends in this way only statements that read.
    Meaning(&[3024], Unavailable, "the statement took longer than the server allows"),
    Meaning(&[1180, 1105], NoAnswer, "it failed while it finished the statement: see its log"),
    Meaning(&[1142, 1143, 1227, 1370], Refused, RIGHTS),
    Meaning(
        &[1146, 1054],
        Unavailable,
        "the table is missing or has other columns: restart the program to see what is wrong",
    ),
    Meaning(
        &[1406],
        Refused,
        "the session is too large for the column (64 KiB for Flask-Session's BLOB): store less, or ALTER the column to LONGBLOB",
    ),
    Meaning(
        &[1153],
        Refused,
        "the session is larger than the server's max_allowed_packet: store less, or raise it",
    ),
    Meaning(&[1021, 1114, 1030, 3675], Refused, "its disk or tablespace is full: free some space"),
    Meaning(&[1598, 1665], Refused, "its binlog_format is STATEMENT: set it to ROW or MIXED"),
];

const RIGHTS: &str = "its user may not do this: GRANT SELECT, INSERT, UPDATE, DELETE on the table";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_server_or_about_others_is_so_for_every_call() {
        let all = || 1000..4100;
        assert!(
            all().filter(|code| mysql_cannot_serve(*code)).all(|code| mysql_error_kind(code) == Unavailable)
        );
        assert!(all().filter(|code| mysql_gave_way(*code)).all(|code| mysql_error_kind(code) == Busy));
        // Ended by an administrator; a deadlock in a cluster.
        assert!(!mysql_cannot_serve(1927) && !mysql_cannot_serve(3101));
    }

    #[test]
    fn errors_mean_facts() {
        for (kind, codes) in [
            // Connections; password; database; shut down; host; read-only; cluster; idle; table.
            (
                Unavailable,
                &[1040, 1203, 1045, 1049, 1053, 1129, 1290, 1792, 1836, 1047, 1927, 4031, 1146][..],
            ),
            (Busy, &[1205, 1213, 1969, 3101]),
            (Refused, &[1142, 1153, 1406, 1114, 1062, 1064, 0]),
            (NoAnswer, &[1160, 1161, 1180]),
        ] {
            for code in codes {
                assert_eq!(mysql_error_kind(*code), kind, "{code}");
            }
        }
    }
}
