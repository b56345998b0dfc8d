//! Records in a store, of whatever origin.

use std::sync::Arc;

use dewar::clock::Clock;
use dewar::inspect::ParsedRecord;
use dewar::lifetime::Timeouts;
use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::{Entry, Memory, Store, StoreKey, Write, WriteOutcome};
use dewar::{ServerSide, SessionManager};

use crate::input::Input;
use crate::program::{NOW, now};

const ID: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Any record opens as a session or as none, never as an error; and what opened can be used and saved. A
/// damaged native record opens as none.
pub fn record(data: &[u8]) {
    let mut input = Input::new(data);
    let encoding = match input.byte() % 4 {
        0 => return native(input),
        1 => FlaskEncoding::MsgPack,
        2 => FlaskEncoding::Json,
        _ => FlaskEncoding::Pickle,
    };
    let store = Arc::new(Memory::new());
    let entry = Entry::new(input.rest().to_vec(), None);
    let created =
        now(store.write(Write::create(&StoreKey::new(format!("session:{ID}")), &entry), NOW)).unwrap();
    assert!(matches!(created, WriteOutcome::Saved(_)));
    let records = RecordFormat::Flask(FlaskRecords { encoding, ..FlaskRecords::default() });
    let settings = ServerSide { records, clock: Clock::fixed(NOW), ..ServerSide::flask(store) };
    let manager = SessionManager::server_side(settings).unwrap();
    let session = now(manager.open([format!("session={ID}").as_bytes()])).unwrap();
    session.insert_value("n", 1);
    // MessagePack cannot hold everything that a pickle holds; that is an error, and nothing is stored.
    drop(now(manager.save(&session)));
}

fn native(mut input: Input<'_>) {
    let key = StoreKey::new("shop:{tg}:fuzz");
    let record = written(&mut input);
    let (key_of_it, payload) = &record;
    assert!(ParsedRecord::read(key_of_it, payload).is_some());
    assert!(ParsedRecord::read(&key, payload).is_none(), "read under another key");
    drop(ParsedRecord::read(&key, &input.text().into_bytes()));
    let damaged = input.damaged(payload);
    assert_eq!(ParsedRecord::read(key_of_it, &damaged).is_some(), damaged == *payload);
}

/// A real one, with a text of the input's.
fn written(input: &mut Input<'_>) -> (StoreKey, Vec<u8>) {
    let store = Arc::new(Memory::new());
    let settings = ServerSide { clock: Clock::fixed(NOW), ..ServerSide::new("shop", store.clone()) };
    let manager = SessionManager::server_side(settings).unwrap();
    let session = now(manager.open([])).unwrap();
    session.insert_value("text", input.text().as_str());
    session.set_owner("user:42");
    session.set_timeouts(Timeouts::remember_me()).unwrap();
    let _ = now(manager.save(&session)).unwrap();
    let key = manager.store_key(&session).unwrap();
    let stored = now(store.load(&key, None, NOW)).unwrap().unwrap();
    (key, stored.payload.to_vec())
}
