//! Programs with their sessions in a store, beside the same programs under the real Flask and Flask-Session: each scene is played on
//! both, with a store of its own for each, and what comes back and what is then stored are compared. And both over one store: what
//! one writes the other reads.
//!
//! A Redis is needed as well, see `servers`.

mod answers;
mod browser_session;
mod from_settings;
mod key_prefix;
mod on_disk;
mod own_interface;
mod pickled;
mod records;
mod separate_stores;
mod shared_files;
mod shared_redis;
mod shared_store;
mod signed_ids;
mod testbed;
