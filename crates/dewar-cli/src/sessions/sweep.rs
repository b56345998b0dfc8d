//! `dewar sessions sweep`.

use serde_json::json;

use super::nothing::note_if_nothing;
use super::patience::patiently;
use super::place;
use super::totals::count;
use super::trouble::Trouble;
use crate::args::Sweep;
use crate::cmd::Finding;
use crate::output::{self, Progress};

/// Removes expired sessions batch by batch, with a pause in between, so that other calls are served.
pub(super) async fn run(args: &Sweep) -> Result<Finding, Trouble> {
    let opened = place::open(&args.place).await?;
    let limit = args.limit.unwrap_or(usize::MAX);
    let (mut removed, mut progress) = (0, Progress::new());
    while removed < limit {
        let at_most = (limit - removed).min(args.batch as usize);
        let Some(swept) = patiently(|| opened.admin.sweep(at_most)).await? else {
            progress.clear();
            tell_not_needed(args, opened.engine.name());
            return Ok(Finding::Good);
        };
        removed += swept;
        if swept < at_most {
            break;
        }
        progress.show(|| format!("{} removed", count(removed, "expired session")));
        tokio::time::sleep(args.pause.0).await;
    }
    progress.clear();
    if removed == 0 {
        note_if_nothing(&opened).await?;
    }
    output::line(if args.json {
        json!({ "removed": removed, "is_needed": true }).to_string()
    } else {
        format!("{} removed", count(removed, "expired session"))
    });
    Ok(Finding::Good)
}

fn tell_not_needed(args: &Sweep, engine: &str) {
    output::line(if args.json {
        json!({ "removed": 0, "is_needed": false }).to_string()
    } else {
        format!("{engine} removes expired sessions by itself: nothing to do")
    });
}
