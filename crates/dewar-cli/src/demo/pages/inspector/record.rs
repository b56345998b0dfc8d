//! A session in a store: the cookie that names it, and the record.

use dewar::clock::{Clock, UnixTime};
use dewar::cookie::MAX_NAME_AND_VALUE;
use dewar::error::Error;
use dewar::inspect::{ParsedRecord, RecordKind};
use dewar::lifetime::Times;
use dewar::store::{StoreKey, Stored};
use dewar::{Lifetime, Session};
use minijinja::{Value, context};

use crate::demo::app::{App, tagged_json};
use crate::demo::settings::InStore;
use crate::demo::tamper;
use crate::diagnosis::{Moment, OwnLifetime};

/// How many characters of an id are shown: the rest is too long to be guessed.
const SHOWN: usize = 6;

/// The cookie, and whether the store has its session.
pub(super) async fn of_cookie(app: &App, session: &Session, value: &str) -> Result<Value, Error> {
    let is_valid = app.manager().store_key(session).is_some();
    let can_be_restored = match tamper::flip(value) {
        Some(restored) if !is_valid => is_known(app, &restored).await?,
        _ => false,
    };
    let shown: String = value.chars().take(SHOWN).collect();
    Ok(context! {
        shown,
        hidden => value.chars().count().saturating_sub(SHOWN),
        bytes => app.cookie().name().len() + value.len(),
        limit => MAX_NAME_AND_VALUE,
        is_valid,
        can_be_restored,
    })
}

async fn is_known(app: &App, value: &str) -> Result<bool, Error> {
    let header = format!("{}={value}", app.cookie().name());
    let session = app.manager().open([header.as_bytes()]).await?;
    Ok(app.manager().store_key(&session).is_some())
}

/// The record as it is in the store now, without the changes of this request. `None` if there is none.
pub(super) async fn of_store(
    app: &App,
    in_store: &InStore,
    session: &Session,
) -> Result<Option<Value>, Error> {
    let Some(key) = app.manager().store_key(session) else { return Ok(None) };
    let stored = in_store.place.store.load(&key, None, Clock::system().now()).await?;
    Ok(stored.and_then(|stored| view(&key, &stored, &in_store.settings.lifetime)))
}

fn view(key: &StoreKey, stored: &Stored, lifetime: &Lifetime) -> Option<Value> {
    let record = ParsedRecord::read(key, &stored.payload)?;
    let lifetime = lifetime.with(record.timeouts);
    // For a session with its own lifetime, the store may have a later expiry.
    let own_end = record
        .timeouts
        .and_then(|_| lifetime.expires_at(Times { created: record.created, refreshed: record.written }));
    let words = |moment: UnixTime| Moment::from(moment).in_words();
    Some(context! {
        key => key.as_str(),
        bytes => stored.payload.len(),
        // A store in memory needs none.
        revision => (record.write != 0).then(|| format!("{:016x}", record.write)),
        kind => match record.kind {
            RecordKind::Session => "a session in Dewar's own format",
            RecordKind::Tombstone => "a tombstone, stored for a minute: the session ended or got another id",
        },
        began => words(record.created),
        written => words(record.written),
        ends => own_end.or(stored.expires).map(words),
        own_lifetime => record.timeouts.map(|own| OwnLifetime::from(own).in_words()),
        at_the_latest => lifetime.absolute.map(|absolute| words(record.created.plus(absolute))),
        owner => record.owner.map(|owner| owner.to_string()),
        browser => record.device.user_agent.to_string(),
        address => record.device.address.to_string(),
        is_kept => record.is_permanent,
        json => tagged_json(&record.data),
    })
}
