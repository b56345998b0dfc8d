//! The cookie names the session, a store keeps it.
//!
//! | | store calls, one round trip each |
//! |---|---|
//! | a session nobody touched | 0 |
//! | a session that was read | 1: load, the new end riding on it |
//! | made | 1: create |
//! | changed, or given a new id | 2: load, swap or rename; once more for each request that was faster |
//! | ended | 2: load, then remove it if it is what was seen; more if somebody was faster |
//! | begun with an id that is no more | 2: load, create; with an owner one more for each newer id, and one to look again |
//! | begun where there is a [limit](ServerSide::at_most) of sessions | 1 more to list, 1 for each that it ends; where the newest is refused 1 more before |
//!
//! A request with two different ids looks up both. An engine may need one round trip more to move an end (Redis), when that is due.
//!
//! What is saved are the changes, applied to what the store holds *now*: if somebody was faster, theirs are read and ours done to
//! them. What is gone is never made anew: a session that was ended stays so, whatever is still in flight. Who ends a session ends it
//! under whatever id it has by then, and who logs in always begins one: for a minute it is known under an old id what became of it. (Records
//! of Flask-Session leave nothing under an old id: there a logout that comes after the new id was given finds nothing to end.)

mod begin;
mod commit;
mod end;
mod ids;
mod keeper;
mod limit;
mod open;
mod owned;
mod record_flask;
mod record_native;
mod records;
mod save;
mod settings;
mod taken_over;

pub(super) use self::keeper::ServerSideKeeper;
pub use self::owned::SessionInfo;
pub use self::record_native::{NativeRecord, RecordKind};
pub use self::settings::{
    AtMost, FlaskEncoding, FlaskRecords, NativeRecords, RecordFormat, ServerSide, WhenEnded,
};
