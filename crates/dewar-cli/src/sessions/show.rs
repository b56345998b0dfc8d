//! `dewar sessions show`.

use dewar::admin::SessionEntry;
use dewar::clock::{Clock, UnixTime};
use dewar::codec::{Codec as _, TaggedJson};
use dewar::value::{Text as Label, Value};
use serde_json::{Map, json};

use super::entry_json::EntryJson;
use super::interrupted::run_again;
use super::not_shown::without_secrets;
use super::place::{self, Opened};
use super::same::Same;
use super::totals::{count, size};
use super::trouble::Trouble;
use super::value_type::type_of;
use super::walk::Walk;
use crate::args::Show;
use crate::cmd::Finding;
use crate::diagnosis::{Moment, in_words};
use crate::output::{self, Paint, Progress, Text};

pub(super) async fn run(args: &Show) -> Result<Finding, Trouble> {
    let opened = place::open(&args.place).await?;
    let found = find(args, &opened).await?;
    let Some(entry) = found else {
        return Err(Trouble::store(format!(
            "there is no session with the handle {}: it may have ended, or belong to a program with another name",
            args.handle
        )));
    };
    output::line(if args.json { as_json(args, &opened, &entry) } else { as_text(args, &opened, &entry) });
    Ok(Finding::Good)
}

async fn find(args: &Show, opened: &Opened) -> Result<Option<SessionEntry>, Trouble> {
    let mut walk = Walk::new(opened, args.owner.as_deref())?;
    let (mut found, mut read, mut progress) = (Same::default(), 0, Progress::new());
    let not_all = run_again("not all sessions were read; run the same command again");
    while let Some(page) = walk.next().await.map_err(&not_all)? {
        read += page.len();
        let is_it = |entry: &SessionEntry| {
            entry.handle == args.handle && args.owner.as_ref().is_none_or(|owner| entry.is_of(owner))
        };
        page.into_iter().filter(is_it).for_each(|entry| found.add(entry));
        progress.show(|| format!("{} read", count(read, "session")));
    }
    progress.clear();
    found.only(&args.handle, "--owner")
}

fn as_text(args: &Show, opened: &Opened, entry: &SessionEntry) -> Text {
    let paint = Paint::for_stdout();
    let mut text = paint.bold(&format!("Session {}", entry.handle));
    for (name, value) in facts(opened, entry, Clock::system().now()) {
        text = text.and(&Text::lines("\n  ")).and(&paint.dim(&format!("{name:<9} "))).and(&value.into());
    }
    for (key, value) in entry.data.iter() {
        let described = format!("{}, {}", type_of(value), size(encoded_len(value)));
        text = text.and(&Text::lines("\n    ")).and(&paint.bold(&key.to_str_lossy()));
        text = text.and(&format!(": {described}").into());
        if let Some(shown) = shown(args, key, value) {
            text = text.and(&format!(" = {shown}").into());
        }
    }
    text
}

fn facts(opened: &Opened, entry: &SessionEntry, now: UnixTime) -> Vec<(&'static str, String)> {
    let ago = |time: UnixTime| {
        format!("{} ({} ago)", Moment::from(time).in_words(), in_words(now.since(time).as_secs()))
    };
    let left = |time: UnixTime| {
        format!("{} (in {})", Moment::from(time).in_words(), in_words(time.since(now).as_secs()))
    };
    let label = |label: &Label| Some(label.to_string()).filter(|label| !label.is_empty());
    let format = if opened.is_flask { "Flask-Session's record" } else { "Dewar's own record" };
    let kept = if entry.is_permanent { "until it expires" } else { "until the browser is closed" };
    let all = [
        ("owner", entry.owner.as_ref().map(ToString::to_string)),
        ("device", label(&entry.device.user_agent)),
        ("address", label(&entry.device.address)),
        ("created", entry.created.map(ago)),
        ("written", entry.written.map(ago)),
        ("last used", entry.last_used.map(ago)),
        ("expires", Some(entry.expires.map_or("never".to_owned(), left))),
        ("kept", Some(kept.to_owned())),
        ("format", Some(format!("{format}, {}", size(entry.bytes)))),
        ("data", Some(count(entry.data.len(), "key"))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn as_json(args: &Show, opened: &Opened, entry: &SessionEntry) -> Text {
    let data = entry.data.iter().map(|(key, value)| {
        let mut described = json!({ "type": type_of(value), "bytes": encoded_len(value) });
        if let (Some(shown), Some(fields)) = (shown(args, key, value), described.as_object_mut()) {
            fields.insert("value".to_owned(), serde_json::from_str(&shown).unwrap_or(json!(shown)));
        }
        (key.to_string(), described)
    });
    let data: Map<_, _> = data.collect();
    let mut shown = serde_json::to_value(EntryJson::from(entry)).unwrap_or_default();
    if let Some(fields) = shown.as_object_mut() {
        let format = if opened.is_flask { "flask" } else { "dewar" };
        fields.insert("format".to_owned(), json!(format));
        fields.insert("data".to_owned(), data.into());
    }
    Text::json(&serde_json::to_string(&shown).unwrap_or_default())
}

/// The size of a value as Flask's tagged JSON.
fn encoded_len(value: &Value) -> usize {
    TaggedJson::default().encode_value(value).map_or(0, |bytes| bytes.len())
}

/// The value in Flask's tagged JSON, without secrets, if it is to be shown.
fn shown(args: &Show, key: &Label, value: &Value) -> Option<String> {
    if !args.values {
        return None;
    }
    let json = TaggedJson::default().encode_value(&without_secrets(key, value)).ok()?;
    String::from_utf8(json).ok()
}
