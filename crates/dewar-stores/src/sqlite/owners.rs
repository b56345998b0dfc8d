//! The entries of an owner.

use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreKey, Stored, Surplus, async_trait};
use rusqlite::{Connection, Row, params};

use super::own_table::{Sqlite, keyed};

const OF: &str = "SELECT key, payload, revision, expires FROM dewar_sessions
    WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined, key";
const REMOVE_ALL: &str = "DELETE FROM dewar_sessions
    WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) AND key IS NOT ?3";

/// Passes over those that stay; the rest goes.
macro_rules! trim {
    ($order:literal) => {
        concat!(
            "DELETE FROM dewar_sessions WHERE key IN (SELECT key FROM dewar_sessions
                WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY ",
            $order,
            " LIMIT -1 OFFSET ?3) RETURNING key"
        )
    };
}
const TRIM_OLDEST: &str = trim!("joined DESC, key DESC");
const TRIM_NEWEST: &str = trim!("joined, key");

#[async_trait]
impl Owners for Sqlite {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let owner = owner.to_owned();
        let of = move |conn: &Connection| {
            let mut statement = conn.prepare_cached(OF)?;
            statement.query_map(params![owner, now.millis()], keyed)?.collect()
        };
        self.rows.engine.read(of).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let (owner, except) = (owner.to_owned(), except.cloned());
        let remove = move |conn: &Connection| {
            let except = except.as_ref().map(StoreKey::as_str);
            conn.prepare_cached(REMOVE_ALL)?.execute(params![owner, now.millis(), except])
        };
        self.rows.engine.write(remove).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let sql = match surplus {
            Surplus::Oldest => TRIM_OLDEST,
            Surplus::Newest => TRIM_NEWEST,
        };
        let owner = owner.to_owned();
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let trim = move |conn: &Connection| {
            let mut statement = conn.prepare_cached(sql)?;
            statement.query_map(params![owner, now.millis(), at_most], key)?.collect()
        };
        self.rows.engine.write(trim).await
    }
}

fn key(row: &Row<'_>) -> rusqlite::Result<StoreKey> {
    Ok(StoreKey::new(row.get_ref(0)?.as_str()?))
}
