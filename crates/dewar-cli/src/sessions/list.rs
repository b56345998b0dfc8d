//! `dewar sessions list`.

use dewar::admin::SessionEntry;
use dewar::clock::{Clock, UnixTime};
use serde_json::json;

use super::entry_json::EntryJson;
use super::interrupted::run_again;
use super::place;
use super::sorted::First;
use super::table;
use super::totals::{Totals, count};
use super::trouble::Trouble;
use super::walk::Walk;
use super::which::Filter;
use crate::args::List;
use crate::cmd::Finding;
use crate::output::{Lines, Paint, Progress, Text};

/// How many sessions are shown in an order, if no number is given.
const SORTED: usize = 100;

pub(super) async fn run(args: &List) -> Result<Finding, Trouble> {
    let opened = place::open(&args.place).await?;
    let now = Clock::system().now();
    let filter = Filter::new(&args.which, None, &opened, now)?;
    let walk = Walk::new(&opened, args.which.owner.as_deref())?;
    let mut listing = Listing::new(args, now);
    listing.head();
    let mut totals = Totals::default();
    let listed = match args.sort {
        None => stream(walk, &filter, &mut listing, &mut totals).await,
        Some(sort) => {
            let first = First::new(sort, args.limit.unwrap_or(SORTED));
            sorted(walk, &filter, first, &mut listing, &mut totals).await
        }
    };
    listing.end(&totals);
    listed.map_err(run_again("the list is not complete; run the same command again"))?;
    Ok(Finding::Good)
}

/// Shows each session as it is found, until nobody reads any more.
async fn stream(
    mut walk: Walk<'_>,
    filter: &Filter<'_>,
    listing: &mut Listing<'_>,
    totals: &mut Totals,
) -> Result<(), Trouble> {
    let limit = listing.args.limit.unwrap_or(usize::MAX);
    while let Some(page) = walk.next().await? {
        for entry in page {
            let is_meant = filter.takes(&entry);
            if is_meant && totals.sessions >= limit {
                return Ok(());
            }
            totals.add(&entry, is_meant);
            if is_meant {
                listing.show(&entry);
            }
        }
        if !listing.lines.send() {
            break;
        }
    }
    Ok(())
}

/// Reads all sessions, then shows the first in an order: of those that were read, if the store stopped answering.
async fn sorted(
    walk: Walk<'_>,
    filter: &Filter<'_>,
    mut first: First,
    listing: &mut Listing<'_>,
    totals: &mut Totals,
) -> Result<(), Trouble> {
    let read = read(walk, filter, &mut first, totals).await;
    first.into_entries().for_each(|entry| listing.show(&entry));
    read
}

async fn read(
    mut walk: Walk<'_>,
    filter: &Filter<'_>,
    first: &mut First,
    totals: &mut Totals,
) -> Result<(), Trouble> {
    let mut progress = Progress::new();
    while let Some(page) = walk.next().await? {
        for entry in page {
            let is_meant = filter.takes(&entry);
            totals.add(&entry, is_meant);
            if is_meant {
                first.add(entry);
            }
        }
        progress.show(|| format!("{} read", count(totals.sessions + totals.others, "session")));
    }
    Ok(())
}

/// What is shown, as a table or as JSON.
struct Listing<'a> {
    args: &'a List,
    lines: Lines,
    paint: Paint,
    now: UnixTime,
}

impl<'a> Listing<'a> {
    fn new(args: &'a List, now: UnixTime) -> Self {
        Self { args, lines: Lines::new(), paint: Paint::for_stdout(), now }
    }

    fn knows_last_use(&self) -> bool {
        self.args.place.program.idle_limit.is_some()
    }

    fn head(&mut self) {
        if !self.args.json {
            let heading = table::heading(self.paint, self.knows_last_use());
            self.lines.write(&heading);
        }
    }

    fn show(&mut self, entry: &SessionEntry) {
        let line = if self.args.json {
            Text::json(&serde_json::to_string(&EntryJson::from(entry)).unwrap_or_default())
        } else {
            table::line(entry, self.knows_last_use(), self.now)
        };
        self.lines.write(&line);
    }

    fn end(&mut self, totals: &Totals) {
        let last = if self.args.json {
            Text::json(&json!({ "totals": totals }).to_string())
        } else {
            self.paint.dim(&totals.in_words())
        };
        self.lines.write(&last);
        self.lines.send();
    }
}
