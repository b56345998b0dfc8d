//! The question before sessions move.

use dewar::admin::EntryKind;

use super::super::place::Opened;
use super::super::totals::count;
use super::super::trouble::Trouble;
use super::super::walk::Walk;
use super::pair::Pair;
use crate::output::{Progress, confirm};

/// Asks whether the sessions should move. `true` if there is none.
pub(super) async fn is_confirmed(pair: &Pair, from: &Opened, to: &Opened) -> Result<bool, Trouble> {
    let here = number(from).await?;
    if here == 0 {
        return Ok(true);
    }
    let there = if to.admin.can_list() {
        format!("which has {}", number(to).await?)
    } else {
        "whose sessions cannot be counted".to_owned()
    };
    let what =
        format!("{} from {} to {}, {there}", count(here, "session"), pair.shown_from(), pair.shown_to());
    confirm(&format!("Move {what}?")).ok_or_else(|| {
        Trouble::arguments(format!(
            "this would move {what}: add --yes to move them without being asked, or --dry-run to only count them"
        ))
    })
}

async fn number(opened: &Opened) -> Result<usize, Trouble> {
    let (mut walk, mut number, mut progress) = (Walk::of_any(opened)?, 0, Progress::new());
    while let Some(page) = walk.next().await? {
        number += page.iter().filter(|entry| entry.kind == EntryKind::Session).count();
        progress.show(|| format!("{} counted", count(number, "session")));
    }
    Ok(number)
}
