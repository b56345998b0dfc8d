//! `targets [PART]...`: measures a part after the other, and prints its targets.

use dewar_bench_meter::Row;

use super::goal::{Goal, Outcome};
use super::{list, redis_cpu};
use crate::{cores, machine, redis_server, requests, sizes, sqlite_file, tokens};

/// Targets whose rows are measured together.
struct Part {
    name: &'static str,
    goals: fn() -> Vec<Goal>,
    rows: fn() -> Result<Vec<Row>, String>,
}

const PARTS: [Part; 5] = [
    Part { name: "cookies", goals: list::cookies, rows: cookies },
    Part { name: "memory", goals: list::memory, rows: || Ok(requests::in_memory()) },
    Part { name: "redis", goals: list::redis, rows: redis },
    Part { name: "sqlite", goals: list::sqlite, rows: sqlite_file::rows },
    Part { name: "sizes", goals: list::sizes, rows: sizes_of_both_ends },
];

/// Those of these names, or all.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    if let Some(stranger) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        return Err(format!(
            "no targets of {stranger}: there are {}",
            PARTS.map(|part| part.name).join(", ")
        ));
    }
    machine::describe();
    println!("\n{:<78} {:>8} {:>8}  as a multiple of a peer's figure", "", "today", "at most");
    let (mut reached, mut out_of_reach, mut all) = (0, 0, 0);
    for part in PARTS.iter().filter(|part| names.is_empty() || names.contains(&part.name)) {
        cores::on_all()?;
        let rows = (part.rows)()?;
        println!("{}", part.name);
        for goal in (part.goals)() {
            let outcome = goal.outcome(&rows);
            all += 1;
            reached += usize::from(outcome.as_ref().is_some_and(Outcome::is_reached));
            out_of_reach += usize::from(outcome.as_ref().is_some_and(Outcome::is_out_of_reach));
            println!("{}", line(&goal, outcome));
        }
    }
    println!("\n{reached} of {all} reached; {out_of_reach} of the others out of reach");
    Ok(())
}

fn line(goal: &Goal, outcome: Option<Outcome>) -> String {
    let name = format!("{}: {} ({})", goal.who, goal.work, goal.figure.unit());
    let Some(outcome) = outcome else { return format!("  {name:<76} not measured") };
    let line = format!("  {name:<76} {:>8} {:>8}", outcome.today, outcome.limit);
    if outcome.is_reached() {
        return format!("{line}  {}", outcome.by);
    }
    let why = match &outcome.parts {
        None => String::new(),
        Some((sum, names)) if *sum > outcome.today => format!("\n      the run was disturbed: {names}"),
        Some((sum, names)) if *sum > outcome.limit => {
            format!("\n      at least {sum}, more than the limit: {names}")
        }
        Some((sum, names)) => format!("\n      at least {sum}: {names}"),
    };
    format!("{line}  NOT REACHED {}{why}", outcome.by)
}

fn cookies() -> Result<Vec<Row>, String> {
    Ok([tokens::measure(), requests::in_cookies()].concat())
}

fn redis() -> Result<Vec<Row>, String> {
    Ok([redis_server::rows()?, redis_cpu::rows()?].concat())
}

fn sizes_of_both_ends() -> Result<Vec<Row>, String> {
    Ok([1_000, 10_000_000].into_iter().flat_map(sizes::rows).collect())
}
