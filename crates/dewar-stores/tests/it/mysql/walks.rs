//! Sweeping and listing in batches.

use dewar::store::{Entry, Store};
use dewar_servers::MariaDb as Server;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::{both, create, entry, from_now, now, stranger};

const ROWS: usize = 2500;

/// Rows that expired a minute ago, and as many that have an hour left.
async fn fill(conn: &mut Conn, is_native: bool) {
    let now = now().seconds();
    for (name, expires) in [("over", now - 60), ("there", now + 3600)] {
        let sql = if is_native {
            format!(
                "INSERT INTO dewar_sessions (`key`, payload, revision, expires) \
                 SELECT concat('shop:{name}:', seq), 'x', seq, {expires}000 FROM numbers"
            )
        } else {
            format!(
                "INSERT INTO sessions (session_id, data, expiry) \
                 SELECT concat('shop:{name}:', seq), 'x', '1970-01-01' + INTERVAL {expires} SECOND FROM numbers"
            )
        };
        conn.query_drop(sql).await.unwrap();
    }
}

#[tokio::test]
async fn many_rows_are_swept_and_listed_in_batches() {
    let Some(server) = Server::for_test() else { return };
    let mut conn = stranger(&server).await;
    conn.query_drop("CREATE TABLE numbers (seq INT AUTO_INCREMENT PRIMARY KEY)").await.unwrap();
    conn.query_drop(format!("INSERT INTO numbers VALUES {}", vec!["()"; ROWS].join(", "))).await.unwrap();
    for (number, store) in both(&server).await.into_iter().enumerate() {
        fill(&mut conn, number == 0).await;
        create(&*store, "bank:over", &Entry::new("x", Some(from_now(std::time::Duration::ZERO)))).await;
        create(&*store, "bank:there", &entry("x")).await;
        let sweeper = store.sweeper().unwrap();
        assert_eq!(sweeper.sweep("shop:", 1700, now()).await.unwrap(), 1700);
        assert_eq!(sweeper.sweep("shop:", usize::MAX, now()).await.unwrap(), ROWS - 1700);
        assert_eq!(sweeper.sweep("shop:", 9, now()).await.unwrap(), 0);
        assert_eq!(listed(&*store, "shop:").await, ROWS);
        assert_eq!(listed(&*store, "bank:").await, 1);
        assert_eq!(listed(&*store, "").await, ROWS + 1);
        assert_eq!(sweeper.sweep("", 9, now()).await.unwrap(), 1);
    }
}

async fn listed(store: &dyn Store, prefix: &str) -> usize {
    let (mut names, mut after) = (std::collections::BTreeSet::new(), None);
    loop {
        let page = store.lister().unwrap().list(prefix, after.as_ref(), 700, now()).await.unwrap();
        for (key, stored) in &page.entries {
            assert!(stored.expires.unwrap() > now());
            assert!(names.insert(key.as_str().to_owned()), "it is on two pages");
        }
        let Some(next) = page.next else { return names.len() };
        after = Some(next);
    }
}
