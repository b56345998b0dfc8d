//! A line of a table.

use std::fmt;
use std::str::FromStr;

use crate::Cost;

/// What a work costs a peer.
#[derive(Debug, Clone)]
pub struct Row {
    /// The work.
    pub work: String,
    /// The peer that did it.
    pub who: String,
    /// What the others are measured against.
    pub role: Role,
    /// What it cost.
    pub cost: Cost,
    /// Octets of the cookie's value.
    pub cookie: Option<usize>,
    /// Nanoseconds that the database's server spent on it.
    pub server: Option<u64>,
}

/// What the others are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The least that the work could cost.
    Bare,
    /// The peer whose time is 1.
    Yardstick,
    /// A part of what Dewar does, as others do it; no peer.
    Part,
    /// None of these.
    Other,
}

/// As a program prints it for another one.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { work, who, role, cost: Cost { nanoseconds, allocations, bytes }, cookie, server } = self;
        let (cookie, server) = (cookie.unwrap_or_default(), server.unwrap_or_default());
        write!(f, "row\t{work}\t{who}\t{role:?}\t{nanoseconds}\t{allocations}\t{bytes}\t{cookie}\t{server}")
    }
}

impl FromStr for Row {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let words: Vec<&str> = line.split('\t').collect();
        let &["row", work, who, role, nanoseconds, allocations, bytes, cookie, server] = words.as_slice()
        else {
            return Err(());
        };
        let number = |word: &str| word.parse::<u64>().map_err(drop);
        let role =
            [Role::Bare, Role::Yardstick, Role::Part].into_iter().find(|known| format!("{known:?}") == role);
        Ok(Self {
            work: work.to_owned(),
            who: who.to_owned(),
            role: role.unwrap_or(Role::Other),
            cost: Cost {
                nanoseconds: number(nanoseconds)?,
                allocations: number(allocations)?,
                bytes: number(bytes)?,
            },
            cookie: usize::try_from(number(cookie)?).ok().filter(|octets| *octets > 0),
            server: Some(number(server)?).filter(|nanoseconds| *nanoseconds > 0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_printed() {
        let cost = Cost { nanoseconds: 7, allocations: 2, bytes: 300 };
        for (role, cookie, server) in [(Role::Part, None, None), (Role::Other, Some(45), Some(1_100))] {
            let row = Row { work: "read".to_owned(), who: "dewar".to_owned(), role, cost, cookie, server };
            let read: Row = row.to_string().parse().unwrap();
            assert_eq!(format!("{read:?}"), format!("{row:?}"));
        }
        assert!("row\tread\tdewar\tOther\t7\t2\t300\t45".parse::<Row>().is_err(), "a column is missing");
    }
}
