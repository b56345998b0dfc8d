//! A wrong URL, password, database or table is reported in one line that says what to do, without the password.

use std::error::Error;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind, Write};
use dewar_servers::Postgres as Server;
use dewar_stores::postgres::{Postgres, PostgresOptions, SqlAlchemy};
use dewar_stores::sql::FlaskTable;
use dewar_stores::{OpenError, schema};

use super::{created, entry, key, native, now, payload};

fn words(error: &OpenError) -> String {
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2"), "{words}");
    assert!(!error.to_string().contains('\n'));
    error.to_string()
}

async fn refusal(url: &str, options: PostgresOptions) -> String {
    words(&Postgres::open(url, options).await.unwrap_err())
}

fn creating() -> PostgresOptions {
    PostgresOptions { create_table: Some(true), ..PostgresOptions::default() }
}

#[tokio::test]
async fn a_missing_table_is_created_when_asked() {
    let Some(server) = Server::for_test() else { return };
    let said = refusal(&server.url(), PostgresOptions::default()).await;
    assert!(said.contains("no table dewar_sessions") && said.contains("dewar sessions schema"), "{said}");
    let by_url = format!("{}?create_table=true", server.url());
    let (one, two) = tokio::join!(
        Postgres::open(&by_url, PostgresOptions::default()),
        Postgres::open(&by_url, PostgresOptions::default())
    );
    drop((one.unwrap(), two.unwrap()));
    drop(Postgres::open(&server.url(), PostgresOptions::default()).await.unwrap());
    server.sql("DROP TABLE dewar_sessions").unwrap();
    server.sql(&schema(&server.url()).unwrap()).unwrap();
    drop(Postgres::open(&server.url(), PostgresOptions::default()).await.unwrap());
}

#[tokio::test]
async fn a_wrong_place_is_told() {
    let Some(mut server) = Server::for_test() else { return };
    let said = refusal(
        &server.url().replace("/postgres", "/nowhere").replace("/nowhere@", "/postgres@"),
        creating(),
    )
    .await;
    assert!(said.contains("no such database"), "{said}");
    let port = server.port();
    server.sql("CREATE ROLE web LOGIN PASSWORD 'sesame'").unwrap();
    let file = server.folder().join("data/pg_hba.conf");
    std::fs::write(&file, "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n").unwrap();
    server.sql("SELECT pg_reload_conf()").unwrap();
    for (login, says) in [
        ("web:hunter2", "does not accept"),
        ("hunter:hunter2", "does not accept"),
        ("web", "requires a password"),
    ] {
        let mut said = String::new();
        // The server reads its file a moment later.
        for _ in 0..100 {
            said =
                match Postgres::open(&format!("postgresql://{login}@127.0.0.1:{port}/postgres"), creating())
                    .await
                {
                    Err(error) => words(&error),
                    Ok(_) => String::new(),
                };
            if said.contains(says) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(said.contains(says), "{login}: {said}");
    }
    server.kill();
    let start = Instant::now();
    let said = refusal(&format!("postgresql://web:hunter2@127.0.0.1:{port}/postgres"), creating()).await;
    assert!(said.starts_with("no PostgreSQL server answers at 127.0.0.1"), "{said}");
    assert!(start.elapsed() < Duration::from_millis(900));
    let said = refusal("postgresql://web:hunter2@nowhere.invalid/app", creating()).await;
    assert!(said.contains("nowhere.invalid"), "{said}");
}

#[tokio::test]
async fn opening_a_frozen_server_times_out() {
    let Some(server) = Server::for_test() else { return };
    server.stop().unwrap();
    let start = Instant::now();
    let said = refusal(&server.url(), creating()).await;
    assert!(said.contains("in time"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_table_of_another_shape_is_refused() {
    let Some(server) = Server::for_test() else { return };
    for (ddl, says) in [
        ("CREATE TABLE dewar_sessions (key TEXT PRIMARY KEY)", "no column payload"),
        (
            "CREATE TABLE dewar_sessions (key TEXT COLLATE \"C\" PRIMARY KEY, payload TEXT, revision BIGINT, expires BIGINT, owner TEXT, joined BIGINT)",
            "payload",
        ),
        (
            "CREATE TABLE dewar_sessions (key TEXT COLLATE \"C\", payload BYTEA, revision BIGINT, expires BIGINT, owner TEXT, joined BIGINT)",
            "key is not unique",
        ),
        (
            "CREATE TABLE dewar_sessions (key TEXT PRIMARY KEY, payload BYTEA, revision BIGINT, expires BIGINT, owner TEXT, joined BIGINT)",
            "does not sort by bytes",
        ),
        (
            "CREATE TABLE dewar_sessions (key TEXT COLLATE \"C\" PRIMARY KEY, payload BYTEA, revision BIGINT, expires BIGINT, owner TEXT, joined BIGINT, tenant INT NOT NULL)",
            "tenant requires a value",
        ),
    ] {
        server.sql(&format!("DROP TABLE IF EXISTS dewar_sessions; {ddl}")).unwrap();
        let said = refusal(&server.url(), creating()).await;
        assert!(said.contains(says), "{said}");
    }
    server.sql("CREATE TABLE sessions (id SERIAL PRIMARY KEY, session_id VARCHAR(255) UNIQUE, data TEXT, expiry TIMESTAMP)").unwrap();
    let error = SqlAlchemy::open(&server.url(), "sessions", PostgresOptions::default()).await.unwrap_err();
    assert!(words(&error).contains("data"), "{error}");
}

#[tokio::test]
async fn a_user_without_rights_is_told_which() {
    let Some(server) = Server::for_test() else { return };
    server.sql("CREATE ROLE web LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC").unwrap();
    let url = server.url().replace("postgres@", "web@");
    let said = refusal(&url, creating()).await;
    assert!(said.contains("may not create the table"), "{said}");
    let owner = native(&server.url()).await;
    let seen = created(&owner, &key("a"), &entry("a")).await;
    server.sql("GRANT SELECT, UPDATE, DELETE ON dewar_sessions TO web").unwrap();
    let said = refusal(&url, creating()).await;
    assert!(said.contains("GRANT INSERT ON"), "{said}");
    server.sql("GRANT INSERT ON dewar_sessions TO web").unwrap();
    let store = native(&url).await;
    assert_eq!(payload(&store, &key("a")).await.unwrap(), b"a");
    server.sql("REVOKE INSERT, UPDATE ON dewar_sessions FROM web").unwrap();
    for write in [Write::create(&key("b"), &entry("b")), Write::swap(&key("a"), &seen, &entry("b"))] {
        let error = store.write(write, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}");
        assert!(format!("{error:?}").contains("GRANT"), "{error:?}");
    }
    server.sql("DROP TABLE dewar_sessions").unwrap();
    let error = store.load(&key("a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "no session has ended: {error:?}");
    server.sql(&schema(&server.url()).unwrap()).unwrap();
    server.sql("GRANT ALL ON dewar_sessions TO web").unwrap();
    assert_eq!(payload(&store, &key("a")).await, None, "the table is found again");
}

#[tokio::test]
async fn a_table_in_another_schema_with_a_sequence() {
    let Some(server) = Server::for_test() else { return };
    let table = FlaskTable { name: "Web", schema: Some("auth"), sequence: Some("web_ids") };
    let error = SqlAlchemy::open(&server.url(), table, super::patient()).await.unwrap_err();
    assert!(words(&error).contains("no such schema"), "{error}");
    server.sql("CREATE SCHEMA auth").unwrap();
    let store = SqlAlchemy::open(&server.url(), table, super::patient()).await.unwrap();
    let seen = created(&store, &key("a"), &entry("a")).await;
    let (a, b, c) = (key("a"), key("b"), entry("c"));
    let renamed = store.write(Write::rename(&a, &b, &seen, &c, Some(&entry("gone"))), now()).await.unwrap();
    assert!(matches!(renamed, dewar::store::WriteOutcome::Saved(_)));
    let rows = server.sql("SELECT id, session_id FROM auth.\"Web\" ORDER BY id").unwrap();
    assert_eq!(rows, "1|b\n2|a");
    for name in ["", "a b", "a\"b", "sessions; --"] {
        let error = SqlAlchemy::open(&server.url(), name, super::patient()).await.unwrap_err();
        assert!(words(&error).contains("use up to 64 letters"), "{error}");
    }
}

#[cfg(feature = "postgres-tls")]
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    use dewar_servers::PostgresProgram;

    let Some(plain) = Server::for_test() else { return };
    let said = refusal(&format!("{}?sslmode=verify-full", plain.url()), creating()).await;
    assert!(said.contains("does not support TLS"), "{said}");
    let server = Server::start_with(PostgresProgram { tls: true, ..PostgresProgram::default() }).unwrap();
    let file = server.folder().join("data/pg_hba.conf");
    std::fs::write(&file, "local all all trust\nhostssl all all 127.0.0.1/32 trust\n").unwrap();
    server.sql("SELECT pg_reload_conf()").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let said = refusal(&server.url(), creating()).await;
    assert!(said.contains("sslmode=verify-full"), "{said}");
    let authority = server.authority();
    let secure = format!("{}?sslmode=verify-full", server.url());
    let said = refusal(&secure, creating()).await;
    assert!(said.contains("no trusted certificate"), "{said}");
    let said = refusal(&format!("{secure}&sslrootcert=/nowhere/ca.pem"), creating()).await;
    assert!(said.contains("/nowhere/ca.pem"), "{said}");
    let by_url = native(&format!("{secure}&sslrootcert={}", authority.display())).await;
    created(&by_url, &key("a"), &entry("secret")).await;
    let options = PostgresOptions { ca_file: Some(authority), ..creating() };
    let by_options = Postgres::open(&secure, options).await.unwrap();
    assert_eq!(payload(&by_options, &key("a")).await.unwrap(), b"secret");
    let prepared = server.sql(
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'dewar'",
    );
    assert!(prepared.unwrap().lines().all(|ssl| ssl == "t"));
}
