//! `dewar sessions end`.

use dewar::admin::{EntryKind, SessionEntry};
use dewar::clock::Clock;
use serde_json::json;

use super::interrupted::run_again;
use super::patience::patiently;
use super::place::{self, Opened};
use super::same::Same;
use super::totals::count;
use super::trouble::Trouble;
use super::walk::Walk;
use super::which::Filter;
use crate::args::End;
use crate::cmd::Finding;
use crate::output::{self, Progress, confirm};

/// What to do if the store stops answering.
const NOT_ALL: &str = "not all of the sessions were ended; run the same command again";

pub(super) async fn run(args: &End) -> Result<Finding, Trouble> {
    let opened = place::open(&args.place).await?;
    let filter = Filter::new(&args.which, args.handle.as_deref(), &opened, Clock::system().now())?;
    if filter.is_empty() && !args.all {
        return Err(Trouble::arguments(
            "say which sessions to end: --handle, --owner or another filter, or --all for every session of the program",
        ));
    }
    if let Some(handle) = &args.handle {
        return end_one(args, handle, &opened, &filter).await;
    }
    let mut found = Visited::default();
    visit(args, &opened, &filter, Work::Count, &mut found).await?;
    if args.dry_run || found.sessions == 0 {
        tell(args, &found, 0, 0);
        // Nobody is missed among all.
        return Ok(if found.sessions > 0 || args.all { Finding::Good } else { Finding::Bad });
    }
    if found.sessions > 1 && !args.yes && !is_confirmed(found.sessions)? {
        tell(args, &found, 0, 0);
        return Ok(Finding::Bad);
    }
    let mut done = Visited::default();
    let visited = visit(args, &opened, &filter, Work::End, &mut done).await;
    tell(args, &found, done.ended, done.failed);
    visited?;
    Ok(if done.failed == 0 { Finding::Good } else { Finding::Bad })
}

/// Ends the session with this handle.
async fn end_one(args: &End, handle: &str, opened: &Opened, filter: &Filter<'_>) -> Result<Finding, Trouble> {
    let (mut same, mut read, mut progress) = (Same::default(), 0, Progress::new());
    let mut walk = Walk::new(opened, args.which.owner.as_deref())?;
    while let Some(page) = walk.next().await.map_err(run_again(NOT_ALL))? {
        read += page.len();
        page.into_iter().filter(|entry| filter.takes(entry)).for_each(|entry| same.add(entry));
        progress.show(|| format!("{} read", count(read, "session")));
    }
    progress.clear();
    let found = same.only(handle, "--owner, --device or --larger-than")?;
    let mut visited = Visited { sessions: usize::from(found.is_some()), ..Visited::default() };
    if let Some(entry) = found.as_ref().filter(|_| !args.dry_run) {
        end(opened, entry, &mut visited, &mut progress).await.map_err(run_again(NOT_ALL))?;
    }
    tell(args, &visited, visited.ended, visited.failed);
    Ok(if found.is_some() && visited.failed == 0 { Finding::Good } else { Finding::Bad })
}

fn is_confirmed(sessions: usize) -> Result<bool, Trouble> {
    let question = format!("End {}? Their users are logged out.", count(sessions, "session"));
    confirm(&question).ok_or_else(|| {
        Trouble::arguments(format!(
            "{} would end: add --yes to end more than one without being asked, or --dry-run to only count them",
            count(sessions, "session")
        ))
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Count,
    End,
}

/// What a walk came to.
#[derive(Debug, Default)]
struct Visited {
    sessions: usize,
    ended: usize,
    failed: usize,
}

async fn visit(
    args: &End,
    opened: &Opened,
    filter: &Filter<'_>,
    work: Work,
    visited: &mut Visited,
) -> Result<(), Trouble> {
    let walk = Walk::new(opened, args.which.owner.as_deref())?;
    visit_pages(walk, opened, filter, work, visited).await.map_err(run_again(NOT_ALL))
}

async fn visit_pages(
    mut walk: Walk<'_>,
    opened: &Opened,
    filter: &Filter<'_>,
    work: Work,
    visited: &mut Visited,
) -> Result<(), Trouble> {
    let (mut read, mut progress) = (0, Progress::new());
    while let Some(page) = walk.next().await? {
        for entry in page {
            read += usize::from(entry.kind == EntryKind::Session);
            if filter.takes(&entry) {
                visited.sessions += 1;
                if work == Work::End {
                    end(opened, &entry, visited, &mut progress).await?;
                }
            }
            progress.show(|| progress_text(visited, read));
        }
    }
    Ok(())
}

/// One session that cannot be ended does not keep the others alive.
async fn end(
    opened: &Opened,
    entry: &SessionEntry,
    visited: &mut Visited,
    progress: &mut Progress,
) -> Result<(), Trouble> {
    match patiently(|| opened.admin.end(entry)).await {
        Ok(was_there) => visited.ended += usize::from(was_there),
        Err(error) if super::patience::is_passing(&error) => return Err(error.into()),
        Err(error) => {
            visited.failed += 1;
            progress.clear();
            output::note(&format!("session {} was not ended: {error:?}", entry.handle));
        }
    }
    Ok(())
}

fn progress_text(visited: &Visited, read: usize) -> String {
    format!("{} ended, {} read", count(visited.ended, "session"), count(read, "session"))
}

fn tell(args: &End, found: &Visited, ended: usize, failed: usize) {
    let found = found.sessions;
    output::line(if args.json {
        json!({ "found": found, "ended": ended, "failed": failed, "dry_run": args.dry_run }).to_string()
    } else if args.dry_run {
        format!("{} would end", count(found, "session"))
    } else if found == 0 {
        "no such session".to_owned()
    } else {
        format!("{} ended", count(ended, "session"))
    });
}
