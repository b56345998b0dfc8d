//! `dewar sessions sweep`.

use serde_json::json;

use super::interrupted::run_again;
use super::nothing::note_if_nothing;
use super::patience::patiently;
use super::place::{self, Opened};
use super::totals::count;
use super::trouble::Trouble;
use crate::args::Sweep;
use crate::cmd::Finding;
use crate::output::{self, Progress};

pub(super) async fn run(args: &Sweep) -> Result<Finding, Trouble> {
    let opened = place::open(&args.place).await?;
    let mut removed = 0;
    let swept = sweep(args, &opened, &mut removed).await;
    if let Ok(false) = swept {
        tell_not_needed(args, opened.engine.name());
        return Ok(Finding::Good);
    }
    if removed == 0 && swept.is_ok() {
        note_if_nothing(&opened).await?;
    }
    output::line(if args.json {
        json!({ "removed": removed, "is_needed": true }).to_string()
    } else {
        format!("{} removed", count(removed, "expired session"))
    });
    swept.map_err(run_again("not all expired sessions were removed; run the same command again"))?;
    Ok(Finding::Good)
}

/// Removes expired sessions batch by batch, with a pause in between, so that other calls are served. Returns whether the engine needs it.
async fn sweep(args: &Sweep, opened: &Opened, removed: &mut usize) -> Result<bool, Trouble> {
    let (limit, mut progress) = (args.limit.unwrap_or(usize::MAX), Progress::new());
    while *removed < limit {
        let at_most = (limit - *removed).min(args.batch as usize);
        let Some(swept) = patiently(|| opened.admin.sweep(at_most)).await? else { return Ok(false) };
        *removed += swept;
        if swept < at_most {
            break;
        }
        progress.show(|| format!("{} removed", count(*removed, "expired session")));
        tokio::time::sleep(args.pause.0).await;
    }
    Ok(true)
}

fn tell_not_needed(args: &Sweep, engine: &str) {
    output::line(if args.json {
        json!({ "removed": 0, "is_needed": false }).to_string()
    } else {
        format!("{engine} removes expired sessions by itself: nothing to do")
    });
}
