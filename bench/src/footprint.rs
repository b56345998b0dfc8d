//! How many bytes a session takes in each engine: indexes, copies and gaps included.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar_bench_meter::runtime;
use dewar_servers::{MariaDb, Memcached, MemcachedProgram, MongoDb, Postgres, Redis};
use mongodb::bson::doc;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::store_peers;

const SESSIONS: u64 = 100_000;
/// What the account of the other tables takes as a record.
const PAYLOAD: usize = 240;
const AT_ONCE: u64 = 64;

/// One line an engine.
pub(crate) fn measure() -> Result<(), String> {
    let folder = store_peers::folder()?;
    println!(
        "\n{:<12} {:>16} {:>14}   {SESSIONS} sessions of {PAYLOAD} bytes, each with an owner",
        "engine", "bytes a session", "creates/s"
    );
    let runtime = runtime();
    let path = |name: &str| folder.path().join(name);
    line(&runtime, "files", &format!("file://{}", path("files").display()), || Ok(on_disk(&path("files"))))?;
    let sqlite = path("sqlite/s.db");
    fs::create_dir(path("sqlite")).map_err(|error| error.to_string())?;
    line(&runtime, "SQLite", &format!("sqlite://{}", sqlite.display()), || Ok(on_disk(&path("sqlite"))))?;
    let redis = Redis::start()?;
    line(&runtime, "Redis", &redis.url(), || number(&redis.command(&["INFO", "memory"])?, "used_memory:"))?;
    let postgres = Postgres::start()?;
    let size = || {
        postgres.sql("CHECKPOINT")?;
        number(
            &postgres.sql("SELECT coalesce(pg_total_relation_size(to_regclass('dewar_sessions')), 0)")?,
            "",
        )
    };
    line(&runtime, "PostgreSQL", &format!("{}?create_table=true", postgres.url()), size)?;
    let mariadb = MariaDb::start()?;
    let size = || {
        let size = "SELECT coalesce(sum(file_size), 0) FROM information_schema.innodb_sys_tablespaces WHERE name = 'test/dewar_sessions'";
        number(&mariadb.sql(size)?, "")
    };
    line(&runtime, "MariaDB", &format!("{}?create_table=true", mariadb.url()), size)?;
    in_mongodb(&runtime)?;
    let memcached: Memcached =
        Memcached::start_with(MemcachedProgram { megabytes: 1024, ..MemcachedProgram::default() })?;
    line(&runtime, "Memcached", &memcached.url(), || number(&memcached.command("stats")?, "STAT bytes "))
}

fn in_mongodb(runtime: &Runtime) -> Result<(), String> {
    let server = MongoDb::start()?;
    let client =
        runtime.block_on(mongodb::Client::with_uri_str(server.url())).map_err(|error| error.to_string())?;
    let size = || {
        let stats = doc! { "dbStats": 1 };
        let stats = runtime.block_on(async { client.database("dewar").run_command(stats).await });
        let stats = stats.map_err(|error| error.to_string())?;
        Ok(stats.get_f64("totalSize").map_or(0, |size| size as u64))
    };
    // What a checkpoint has not written yet is not counted.
    let checkpoint = || {
        let fsync =
            runtime.block_on(async { client.database("admin").run_command(doc! { "fsync": 1 }).await });
        fsync.map_err(|error| error.to_string()).map(drop)
    };
    line(runtime, "MongoDB", &server.url(), || checkpoint().and_then(|()| size()))
}

/// Creates the sessions and asks before and after.
fn line(
    runtime: &Runtime,
    engine: &str,
    url: &str,
    size: impl Fn() -> Result<u64, String>,
) -> Result<(), String> {
    let store = runtime.block_on(dewar_stores::open(url)).map_err(|error| error.to_string())?;
    let (before, start) = (size()?, Instant::now());
    runtime.block_on(create(&store))?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes = size()?.saturating_sub(before) / SESSIONS;
    println!("{engine:<12} {bytes:>16} {:>14.0}", SESSIONS as f64 / seconds);
    Ok(())
}

async fn create(store: &Arc<dyn Store>) -> Result<(), String> {
    let (mut tasks, now) = (JoinSet::new(), Clock::system().now());
    for first in 0..AT_ONCE {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            for number in (first..SESSIONS).step_by(AT_ONCE as usize) {
                create_one(&store, number, now).await?;
            }
            Ok::<(), String>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    Ok(())
}

async fn create_one(store: &Arc<dyn Store>, number: u64, now: UnixTime) -> Result<(), String> {
    // As keys of a program are: its name, and the hash of an id.
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let key = StoreKey::new(format!("shop:{{{:03x}}}:{spread:043}", spread >> 52));
    // Not to be compressed well.
    let payload: Vec<u8> =
        (0..PAYLOAD as u64).map(|at| (spread.rotate_left(at as u32 % 64) ^ at) as u8).collect();
    let expires = Some(now.plus(Duration::from_secs(30 * 86_400)));
    let entry = Entry { owner: Some(format!("shop:owner:user:{number}")), ..Entry::new(payload, expires) };
    match store.write(Write::create(&key, &entry), now).await {
        Ok(WriteOutcome::Saved(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// The number after a word, or at the start.
fn number(text: &str, word: &str) -> Result<u64, String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(word));
    line.and_then(|number| number.trim().parse().ok())
        .ok_or_else(|| format!("there is no number after {word:?}"))
}

/// The blocks of all files in a folder.
fn on_disk(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    let sizes = entries.filter_map(Result::ok).map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => on_disk(&entry.path()),
        Ok(data) => data.blocks() * 512,
        Err(_) => 0,
    });
    sizes.sum()
}
