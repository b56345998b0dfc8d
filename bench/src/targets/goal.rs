//! A target, and whether a run reaches it.

use dewar_bench_meter::{Role, Row};

/// A figure of Dewar that has a limit.
#[derive(Clone)]
pub(super) struct Goal {
    pub(super) work: String,
    pub(super) who: &'static str,
    pub(super) figure: Figure,
    pub(super) limit: Limit,
}

/// What of a row is limited.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    Nanoseconds,
    /// Over the bare work.
    NanosecondsOver,
    /// Over the bare work.
    AllocationsOver,
    Bytes,
    /// Octets of the cookie's value.
    Cookie,
}

/// The most that the figure may be.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    Fixed(i64),
    /// As a multiple of this peer's figure.
    Of(f64, &'static str),
    /// As a multiple of the figure of the peer that has the least.
    OfBest(f64),
}

/// A figure beside its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) today: i64,
    pub(super) limit: i64,
    /// Where the limit comes from, if a peer sets it.
    pub(super) by: String,
}

impl Outcome {
    pub(super) fn is_reached(&self) -> bool {
        self.today <= self.limit
    }
}

impl Goal {
    /// `None` if the run has no such row, or not the peer that it is compared with.
    pub(super) fn outcome(&self, rows: &[Row]) -> Option<Outcome> {
        let of_work: Vec<&Row> = rows.iter().filter(|row| row.work == self.work).collect();
        let bare = of_work.iter().find(|row| row.role == Role::Bare);
        let figure = |row: &Row| self.figure.of(row, bare.copied());
        let today = figure(of_work.iter().find(|row| row.who == self.who)?)?;
        let of_peer = |factor: f64, peer: &Row| {
            let theirs = figure(peer)?;
            let by = format!("{factor:.2} × {} ({theirs})", peer.who);
            Some(Outcome { today, limit: (theirs as f64 * factor) as i64, by })
        };
        match self.limit {
            Limit::Fixed(limit) => Some(Outcome { today, limit, by: String::new() }),
            Limit::Of(factor, who) => of_peer(factor, of_work.iter().find(|row| row.who == who)?),
            Limit::OfBest(factor) => {
                let peers = of_work.iter().filter(|row| is_peer(row));
                of_peer(factor, peers.min_by_key(|row| figure(row))?)
            }
        }
    }
}

fn is_peer(row: &Row) -> bool {
    row.role != Role::Bare && !row.who.starts_with("dewar")
}

impl Figure {
    fn of(self, row: &Row, bare: Option<&Row>) -> Option<i64> {
        let number = |number: u64| i64::try_from(number).ok();
        match self {
            Self::Nanoseconds => number(row.cost.nanoseconds),
            Self::NanosecondsOver => Some(number(row.cost.nanoseconds)? - number(bare?.cost.nanoseconds)?),
            Self::AllocationsOver => Some(number(row.cost.allocations)? - number(bare?.cost.allocations)?),
            Self::Bytes => number(row.cost.bytes),
            Self::Cookie => row.cookie.and_then(|octets| i64::try_from(octets).ok()),
        }
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::NanosecondsOver => "ns over",
            Self::AllocationsOver => "allocs over",
            Self::Bytes => "bytes",
            Self::Cookie => "octets",
        }
    }
}
