//! A target, and whether a run reaches it.

use dewar_bench_meter::{Role, Row};

/// A figure of Dewar that has a limit.
#[derive(Clone)]
pub(super) struct Goal {
    pub(super) work: String,
    pub(super) who: &'static str,
    pub(super) figure: Figure,
    pub(super) limit: Limit,
    /// Rows of the same run, by work and name, that any session library over the same parts needs together.
    pub(super) parts: Vec<(String, &'static str)>,
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
    /// The sum of its known parts, and their names.
    pub(super) parts: Option<(i64, String)>,
}

impl Outcome {
    pub(super) fn is_reached(&self) -> bool {
        self.today <= self.limit
    }

    /// Whether what is needed in any case is more than the limit. If it is more than the whole as well, the run was disturbed and shows nothing.
    pub(super) fn is_out_of_reach(&self) -> bool {
        let is_between = |sum: i64| self.limit < sum && sum <= self.today;
        self.parts.as_ref().is_some_and(|(sum, _)| is_between(*sum))
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
            Some(((theirs as f64 * factor) as i64, format!("{factor:.2} × {} ({theirs})", peer.who)))
        };
        let (limit, by) = match self.limit {
            Limit::Fixed(limit) => (limit, String::new()),
            Limit::Of(factor, who) => of_peer(factor, of_work.iter().find(|row| row.who == who)?)?,
            Limit::OfBest(factor) => {
                let peers = of_work.iter().filter(|row| is_peer(row));
                of_peer(factor, peers.min_by_key(|row| figure(row))?)?
            }
        };
        Some(Outcome { today, limit, by, parts: self.sum_of_parts(rows) })
    }

    /// `None` if no part is known, or the run lacks one of them.
    fn sum_of_parts(&self, rows: &[Row]) -> Option<(i64, String)> {
        let part = |(work, who): &(String, &'static str)| {
            let of_work = || rows.iter().filter(|row| row.work == *work);
            let bare = of_work().find(|row| row.role == Role::Bare);
            let part = self.figure.of_part(of_work().find(|row| row.who == *who)?, bare)?;
            Some((part, format!("{who} {part}")))
        };
        let parts = self.parts.iter().map(part).collect::<Option<Vec<_>>>()?;
        let sum = parts.iter().map(|(part, _)| part).sum();
        let names: Vec<String> = parts.into_iter().map(|(_, name)| name).collect();
        (!names.is_empty()).then(|| (sum, names.join(" + ")))
    }

    /// With these rows, by work and name, as parts beside those that it has.
    pub(super) fn with_parts<'w>(mut self, parts: impl IntoIterator<Item = (&'w str, &'static str)>) -> Self {
        self.parts.extend(parts.into_iter().map(|(work, who)| (work.to_owned(), who)));
        self
    }
}

fn is_peer(row: &Row) -> bool {
    !matches!(row.role, Role::Bare | Role::Part) && !row.who.starts_with("dewar")
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

    /// The same of a part, which may be no request, and so over nothing.
    fn of_part(self, row: &Row, bare: Option<&Row>) -> Option<i64> {
        match (self, bare) {
            (Self::NanosecondsOver, None) => Self::Nanoseconds.of(row, None),
            (figure, bare) => figure.of(row, bare),
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

#[cfg(test)]
mod tests {
    use dewar_bench_meter::Cost;

    use super::*;

    fn row(who: &str, role: Role, nanoseconds: u64) -> Row {
        let cost = Cost { nanoseconds, allocations: 0, bytes: 0 };
        Row { work: "read".to_owned(), who: who.to_owned(), role, cost, cookie: None, server: None }
    }

    fn rows() -> Vec<Row> {
        vec![
            row("bare", Role::Bare, 10),
            row("cipher", Role::Part, 12),
            row("dewar", Role::Other, 30),
            row("one", Role::Yardstick, 50),
            row("other", Role::Other, 40),
        ]
    }

    fn goal(figure: Figure, limit: Limit) -> Goal {
        Goal { work: "read".to_owned(), who: "dewar", figure, limit, parts: Vec::new() }
    }

    #[test]
    fn the_best_peer_is_neither_bare_nor_a_part_nor_ours() {
        let outcome = goal(Figure::Nanoseconds, Limit::OfBest(0.5)).outcome(&rows()).unwrap();
        assert_eq!((outcome.today, outcome.limit, outcome.by.as_str()), (30, 20, "0.50 × other (40)"));
        assert!(!outcome.is_reached() && outcome.parts.is_none());
    }

    #[test]
    fn over_the_bare_work_counts_for_both() {
        let outcome = goal(Figure::NanosecondsOver, Limit::Of(0.5, "one")).outcome(&rows()).unwrap();
        assert_eq!((outcome.today, outcome.limit), (20, 20));
        assert!(outcome.is_reached());
        let without_bare: Vec<Row> = rows().into_iter().filter(|row| row.role != Role::Bare).collect();
        assert_eq!(goal(Figure::NanosecondsOver, Limit::Fixed(1)).outcome(&without_bare), None);
    }

    #[test]
    fn parts_are_summed_if_all_are_there() {
        let parts = |parts| goal(Figure::Nanoseconds, Limit::Fixed(1)).with_parts(parts).outcome(&rows());
        let both = parts([("read", "bare"), ("read", "cipher")]).unwrap();
        assert_eq!(both.parts, Some((22, "bare 10 + cipher 12".to_owned())));
        assert_eq!(parts([("read", "bare"), ("made", "cipher")]).unwrap().parts, None);
    }

    /// `dewar` takes 30, and what is needed in any case 22.
    #[test]
    fn a_limit_below_what_is_needed_is_out_of_reach() {
        let with_limit = |limit, parts: &[(&str, &'static str)]| {
            let goal = goal(Figure::Nanoseconds, Limit::Fixed(limit)).with_parts(parts.iter().copied());
            goal.outcome(&rows()).unwrap().is_out_of_reach()
        };
        let needed = [("read", "bare"), ("read", "cipher")];
        assert!(with_limit(21, &needed));
        assert!(!with_limit(22, &needed) && !with_limit(30, &needed));
        assert!(!with_limit(21, &[]), "nothing is known");
        assert!(!with_limit(21, &[("read", "other")]), "more than the whole: 40");
    }

    #[test]
    fn a_part_is_over_the_bare_work_where_there_is_one() {
        let alone = Row { work: "decode".to_owned(), ..row("cipher", Role::Part, 7) };
        let goal = goal(Figure::NanosecondsOver, Limit::Fixed(1))
            .with_parts([("read", "cipher"), ("decode", "cipher")]);
        let outcome = goal.outcome(&[rows(), vec![alone]].concat()).unwrap();
        assert_eq!(outcome.parts, Some((9, "cipher 2 + cipher 7".to_owned())));
    }
}
