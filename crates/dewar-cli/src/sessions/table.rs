//! Sessions as lines of a table.

use dewar::admin::SessionEntry;
use dewar::clock::UnixTime;

use super::totals::size;
use crate::output::{Paint, Text};

/// The line above the sessions.
pub(super) fn heading(paint: Paint, knows_last_use: bool) -> Text {
    let used = if knows_last_use { "USED" } else { "WRITTEN" };
    paint.dim(&row(["HANDLE", "AGE", used, "EXPIRES", "SIZE"], "OWNER", "DEVICE"))
}

/// A session in a line.
pub(super) fn line(entry: &SessionEntry, knows_last_use: bool, now: UnixTime) -> Text {
    let ago = |time: Option<UnixTime>| time.map_or("-".to_owned(), |time| short(now.since(time).as_secs()));
    let used = if knows_last_use { entry.last_used } else { entry.written };
    let expires = entry.expires.map_or("never".to_owned(), |expires| short(expires.since(now).as_secs()));
    let owner = entry.owner.as_ref().map_or("-".into(), |owner| owner.to_str_lossy());
    let labels = [&entry.device.user_agent, &entry.device.address];
    let labels = labels.into_iter().filter(|label| !label.is_empty()).map(|label| label.to_str_lossy());
    let columns = [entry.handle.as_str(), &ago(entry.created), &ago(used), &expires, &size(entry.bytes)];
    row(columns, &owner, &labels.collect::<Vec<_>>().join(", ")).into()
}

fn row([handle, age, used, expires, size]: [&str; 5], owner: &str, device: &str) -> String {
    let row = format!("{handle:<16}  {age:>7}  {used:>7}  {expires:>7}  {size:>10}  {owner:<20}  {device}");
    row.trim_end().to_owned()
}

/// A length of time in one unit: `59s`, `59m`, `47h`, `99d`.
pub(super) fn short(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=7_199 => format!("{}m", seconds / 60),
        7_200..=172_799 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times() {
        for (seconds, text) in
            [(0, "0s"), (119, "119s"), (120, "2m"), (7_199, "119m"), (7_200, "2h"), (172_800, "2d")]
        {
            assert_eq!(short(seconds), text);
        }
    }
}
