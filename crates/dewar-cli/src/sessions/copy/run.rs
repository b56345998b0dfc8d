//! A run of a copy.

use std::error::Error;
use std::fmt;

use dewar::admin::{Copier, EntryKind};
use serde_json::json;

use super::super::place::{self, Missing, Opened};
use super::super::totals::count;
use super::super::trouble::Trouble;
use super::super::walk::Walk;
use super::ended::remove_ended;
use super::marks::Marks;
use super::work::Work;
use crate::args::Copy;
use crate::cmd::Finding;
use crate::output;

pub(in crate::sessions) async fn run(args: &Copy) -> Result<Finding, Trouble> {
    let [from, to] = urls(args)?;
    let from = place::open_url(&from, &args.program, Missing::Refuse).await?;
    let to = place::open_url(&to, &args.program, Missing::Create).await?;
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), args.moves)?;
    let removes_ended = !args.moves && !args.dry_run && to.admin.can_list();
    let marks = if removes_ended { Some(marks(args)?) } else { None };
    let mut work = Work::new(copier, marks, args.dry_run, usize::from(args.parallel));
    let entries = Walk::new(&from, None)?;
    let walked = walk(&mut work, entries, &to).await;
    work.progress.clear();
    tell(args, &work);
    walked.map_err(interrupted)?;
    Ok(if work.figures.failed == 0 { Finding::Good } else { Finding::Bad })
}

async fn walk(work: &mut Work, mut entries: Walk<'_>, to: &Opened) -> Result<(), Trouble> {
    while let Some(page) = entries.next().await? {
        for entry in page.into_iter().filter(|entry| entry.kind != EntryKind::Tombstone) {
            work.add(entry).await?;
            let figures = &work.figures;
            work.progress.show(|| format!("{}, {} failed", count(figures.copied, "session"), figures.failed));
        }
    }
    work.finish().await?;
    remove_ended(work, to).await
}

/// Adds what to do.
fn interrupted(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Store(cause) => Trouble::store(Interrupted(cause)),
        other => other,
    }
}

/// A store stopped answering for longer than a copy waits.
#[derive(Debug)]
struct Interrupted(Box<dyn Error + Send + Sync>);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the copy stopped; run the same command again, what was copied stays where it is")
    }
}

impl Error for Interrupted {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

fn urls(args: &Copy) -> Result<[String; 2], Trouble> {
    let mut given = args.urls.iter().map(String::as_str);
    let from = place::url(given.next(), "DEWAR_STORE")?;
    let to = place::url(given.next(), "DEWAR_STORE_TO")?;
    if from == to {
        return Err(Trouble::arguments("the source and the target are the same store"));
    }
    Ok([from, to])
}

fn marks(args: &Copy) -> Result<Marks, Trouble> {
    let opened = match &args.state {
        Some(path) => Marks::open(path)
            .map_err(|error| format!("the state file {} cannot be used: {error}", path.display())),
        None => Marks::temporary()
            .map_err(|error| format!("no temporary file can be made, name one with --state: {error}")),
    };
    opened.map_err(Trouble::arguments)
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
