//! A run of a copy.

use dewar::admin::{Copier, EntryKind};
use serde_json::json;

use super::super::interrupted::run_again;
use super::super::patience::patiently;
use super::super::place::{self, Missing, Opened};
use super::super::totals::count;
use super::super::trouble::Trouble;
use super::super::walk::Walk;
use super::ended::remove_ended;
use super::marks::Marks;
use super::moving::is_confirmed;
use super::pair::{Pair, same_store};
use super::work::{STOPPED, Work};
use crate::args::Copy;
use crate::cmd::Finding;
use crate::output;

/// The target is opened last, because that may create it.
pub(in crate::sessions) async fn run(args: &Copy) -> Result<Finding, Trouble> {
    let pair = Pair::new(args)?;
    let from = place::open_url(&pair.from, &args.program, Missing::Refuse).await?;
    let entries = Walk::new(&from, None)?;
    let state = if args.dry_run { None } else { state(args, &pair)? };
    // That there is nothing any more is an error then.
    let has_copied = state.as_ref().map_or(Ok(false), |marks| marks.is_empty().map(|is_empty| !is_empty));
    let entries = if has_copied.map_err(Trouble::store)? { entries.silent() } else { entries };
    let to = target(args, &pair).await?;
    if args.state.is_some() && !to.admin.can_list() {
        return Err(Trouble::arguments(format!(
            "--state cannot be used with {} as the target, because what was copied there cannot be listed: stop the program and copy once",
            to.engine.name()
        )));
    }
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), args.moves)?;
    if !args.dry_run && patiently(|| copier.is_same_store()).await? {
        return Err(same_store());
    }
    let is_wanted = !args.moves || args.dry_run || args.yes || is_confirmed(&pair, &from, &to).await?;
    let mut work = Work::new(copier, marks(args, state, &to)?, args.dry_run, usize::from(args.parallel));
    if !is_wanted {
        tell(args, &work);
        return Ok(Finding::Bad);
    }
    let walked = walk(&mut work, entries, &to, args.yes).await;
    work.progress.clear();
    tell(args, &work);
    walked?;
    Ok(if work.figures.failed == 0 { Finding::Good } else { Finding::Bad })
}

/// A program that migrates has opened the target of a move before. A dry run creates nothing.
async fn target(args: &Copy, pair: &Pair) -> Result<Opened, Trouble> {
    let missing = if args.moves || args.dry_run { Missing::Refuse } else { Missing::Create };
    match place::open_url(&pair.to, &args.program, missing).await {
        Err(trouble) if args.dry_run && !args.moves && trouble.is_missing_store() => {
            output::note("the target does not exist yet: a copy creates it, or says how to");
            place::not_created(&pair.to, &args.program)
        }
        opened => opened,
    }
}

async fn walk(work: &mut Work, entries: Walk<'_>, to: &Opened, removes_most: bool) -> Result<(), Trouble> {
    copy_all(work, entries).await.map_err(run_again(STOPPED))?;
    remove_ended(work, to, removes_most).await
}

async fn copy_all(work: &mut Work, mut entries: Walk<'_>) -> Result<(), Trouble> {
    while let Some(page) = entries.next().await? {
        for entry in page.into_iter().filter(|entry| entry.kind != EntryKind::Tombstone) {
            work.add(entry).await?;
            let figures = &work.figures;
            work.progress.show(|| format!("{}, {} failed", count(figures.copied, "session"), figures.failed));
        }
    }
    work.finish().await
}

fn state(args: &Copy, pair: &Pair) -> Result<Option<Marks>, Trouble> {
    let Some(path) = &args.state else { return Ok(None) };
    let opened = Marks::open(path, pair.fingerprint());
    // It may be a URL in the wrong place.
    let shown = output::without_login(&path.display().to_string());
    let opened = opened.map_err(|error| format!("the state file {shown} cannot be used: {error}"));
    opened.map(Some).map_err(Trouble::arguments)
}

/// What is remembered of the copy, if anything can be removed again.
fn marks(args: &Copy, state: Option<Marks>, to: &Opened) -> Result<Option<Marks>, Trouble> {
    if args.moves || args.dry_run || state.is_some() || !to.admin.can_list() {
        return Ok(state);
    }
    let made = Marks::temporary()
        .map_err(|error| format!("no temporary file can be created, name one with --state: {error}"));
    made.map(Some).map_err(Trouble::arguments)
}

fn tell(args: &Copy, work: &Work) {
    output::line(if args.json {
        let mut shown = serde_json::to_value(&work.figures).unwrap_or_default();
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("dry_run".to_owned(), json!(args.dry_run));
        }
        shown.to_string()
    } else {
        work.figures.in_words(args.dry_run)
    });
}
