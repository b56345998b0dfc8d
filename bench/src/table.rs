//! The one table.

use crate::measure::Cost;

/// A line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) cost: Cost,
    /// Octets of the cookie's value.
    pub(crate) cookie: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The same work without any session.
    Bare,
    /// The peer whose time is 1.
    Yardstick,
    Other,
}

/// Each piece of work under its heading: what it costs, what it costs over the bare one, and its time as a multiple of the
/// yardstick's.
pub(crate) fn print(rows: &[Row]) {
    for (index, row) in rows.iter().enumerate() {
        let is_first =
            index.checked_sub(1).and_then(|last| rows.get(last)).is_none_or(|last| last.work != row.work);
        if is_first {
            heading(row.work);
        }
        let of = |role| rows.iter().find(|other| other.work == row.work && other.role == role);
        line(row, of(Role::Bare), of(Role::Yardstick));
    }
}

fn heading(work: &str) {
    println!(
        "\n{work:<44} {:>7} {:>7} {:>7} {:>9} {:>8} {:>7} {:>7}",
        "ns", "allocs", "bytes", "ns over", "allocs", "cookie", "ratio"
    );
}

fn line(row: &Row, bare: Option<&Row>, yardstick: Option<&Row>) {
    let Cost { nanoseconds, allocations, bytes } = row.cost;
    let over = bare.filter(|_| row.role != Role::Bare).map(|bare| {
        let signed = |number: u64, less: u64| format!("{:+}", number as i64 - less as i64);
        (signed(nanoseconds, bare.cost.nanoseconds), signed(allocations, bare.cost.allocations))
    });
    let (time_over, allocations_over) = over.unwrap_or_default();
    let cookie = row.cookie.map(|octets| octets.to_string()).unwrap_or_default();
    let ratio = yardstick.map(|yardstick| nanoseconds as f64 / yardstick.cost.nanoseconds as f64);
    let ratio = ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
    println!(
        "  {:<42} {nanoseconds:>7} {allocations:>7} {bytes:>7} {time_over:>9} {allocations_over:>8} {cookie:>7} {ratio:>7}",
        row.who
    );
}
