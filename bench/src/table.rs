//! The tables.

use dewar_bench_meter::{Cost, Role, Row, SCENES, Turns};

/// Each piece of work under its heading: what it costs, what it costs over the bare one, and its time as a multiple of the
/// yardstick's.
pub(crate) fn print(rows: &[Row]) {
    for (index, row) in rows.iter().enumerate() {
        let is_first =
            index.checked_sub(1).and_then(|last| rows.get(last)).is_none_or(|last| last.work != row.work);
        if is_first {
            heading(&row.work);
        }
        let of = |role| rows.iter().find(|other| other.work == row.work && other.role == role);
        line(row, of(Role::Bare), of(Role::Yardstick));
    }
}

fn heading(work: &str) {
    println!(
        "\n{work:<44} {:>7} {:>7} {:>7} {:>9} {:>8} {:>7} {:>7} {:>9}",
        "ns", "allocs", "bytes", "ns over", "allocs", "cookie", "ratio", "server ns"
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
    let server = row.server.map(|nanoseconds| nanoseconds.to_string()).unwrap_or_default();
    let ratio = yardstick.map(|yardstick| nanoseconds as f64 / yardstick.cost.nanoseconds as f64);
    let ratio = ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
    println!(
        "  {:<42} {nanoseconds:>7} {allocations:>7} {bytes:>7} {time_over:>9} {allocations_over:>8} {cookie:>7} {ratio:>7} {server:>9}",
        row.who
    );
}

/// The rows of one work beside each other, as they came.
pub(crate) fn by_work(rows: Vec<Row>) -> Vec<Row> {
    let mut works: Vec<String> = Vec::new();
    for row in &rows {
        if !works.contains(&row.work) {
            works.push(row.work.clone());
        }
    }
    works.iter().flat_map(|work| rows.iter().filter(move |row| row.work == *work)).cloned().collect()
}

/// Turns per request: a line for each, a column for each scene.
pub(crate) fn print_turns(all: &[Turns]) {
    print!("\n{:<44}", "turns at the wire per request");
    SCENES.iter().for_each(|(_, scene)| print!(" {scene:>10}"));
    println!();
    for Turns { who, each } in all {
        print!("  {who:<42}");
        each.iter().for_each(|turns| print!(" {turns:>10}"));
        println!();
    }
}
