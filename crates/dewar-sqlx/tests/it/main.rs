//! Stores in pools of sqlx, on real engines. Where none is installed the tests are skipped, unless nothing may be skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]
#![cfg(all(feature = "flask", feature = "mysql", feature = "postgres", feature = "sqlite"))]

mod beside;
mod blocked;
mod concurrent;
mod dropping;
mod engines;
mod of_postgres;
mod opening;
mod outages;
mod pools;
mod rules;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};

/// A test for each engine.
macro_rules! on_each_engine {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::engines::SqliteFile::start()).await;
                }
            )*
        }

        $crate::on_each_server!($($test),*);
    };
}
pub(crate) use on_each_engine;

/// A test for each engine that is a server.
macro_rules! on_each_server {
    ($($test:ident),* $(,)?) => {
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let Some(server) = dewar_servers::Postgres::for_test() else { return };
                    super::$test(server).await;
                }
            )*
        }

        mod mariadb {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let Some(server) = dewar_servers::MariaDb::for_test() else { return };
                    super::$test(server).await;
                }
            )*
        }
    };
}
pub(crate) use on_each_server;

fn now() -> UnixTime {
    Clock::system().now()
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

/// An entry for an hour.
fn entry(payload: impl Into<Vec<u8>>) -> Entry {
    Entry::new(payload.into(), Some(now().plus(std::time::Duration::from_secs(3600))))
}

async fn create(store: &dyn Store, name: &str, entry: &Entry) -> Revision {
    match store.write(Write::create(&key(name), entry), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("{name}: {other:?}"),
    }
}

async fn payload(store: &dyn Store, name: &str) -> Option<Vec<u8>> {
    store.load(&key(name), None, now()).await.unwrap().map(|stored| stored.payload.to_vec())
}
