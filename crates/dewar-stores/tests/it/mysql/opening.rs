//! What is wrong with a URL, a password, a database or a table is said in one line, without the password.

use std::error::Error;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind, Write};
use dewar_servers::MariaDb as Server;
use dewar_stores::OpenError;
use dewar_stores::mysql::{MySql, MySqlOptions, SqlAlchemy};
use dewar_stores::sql::FlaskTable;

use super::{create, entry, flask, key, native, now, patient, payload};

fn words(error: &OpenError) -> String {
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2"), "{words}");
    assert!(!error.to_string().contains('\n'), "{error}");
    error.to_string()
}

async fn refusal(url: &str) -> String {
    words(&MySql::open(url, MySqlOptions::default()).await.unwrap_err())
}

async fn flask_refusal(url: &str, table: &str) -> String {
    words(&SqlAlchemy::open(url, table, patient()).await.unwrap_err())
}

#[tokio::test]
async fn a_user_a_password_and_a_database() {
    let Some(server) = Server::for_test() else { return };
    server.sql("CREATE USER web@'%' IDENTIFIED BY 'hunter2'").unwrap();
    let at = |user: &str, database: &str| format!("mysql://{user}@127.0.0.1:{}/{database}", server.port());
    let said = refusal(&at("web:wrong", "test")).await;
    assert!(said.contains("does not accept this user and password"), "{said}");
    let said = refusal(&at("nobody:hunter2", "test")).await;
    assert!(said.contains("does not accept this user and password"), "{said}");
    let said = refusal(&at("root", "shop")).await;
    assert!(said.contains("no database shop: create it"), "{said}");
    let said = refusal(&at("web:hunter2", "test")).await;
    assert!(said.contains("GRANT it the rights"), "{said}");
    server.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON test.* TO web@'%'").unwrap();
    let said = refusal(&at("web:hunter2", "test")).await;
    assert!(said.contains("no table dewar_sessions") && said.contains("?create_table=true"), "{said}");
    let said = refusal(&at("web:hunter2", "test?create_table=true")).await;
    assert!(
        said.contains("may not create the table dewar_sessions") && said.contains("administrator"),
        "{said}"
    );
    server.sql(&dewar_stores::schema(&server.url()).unwrap()).unwrap();
    let store = MySql::open(&at("web:hunter2", "test"), MySqlOptions::default()).await.unwrap();
    create(&store, "session:a", &entry("a")).await;
    assert!(!format!("{store:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_user_who_may_only_read_is_told_what_to_grant() {
    let Some(server) = Server::for_test() else { return };
    native(&server.url()).await;
    server.sql("CREATE USER web@'%'; GRANT SELECT ON test.* TO web@'%'").unwrap();
    let store = native(&format!("mysql://web@127.0.0.1:{}/test", server.port())).await;
    assert_eq!(payload(&store, "session:a").await, None);
    let error = store.write(Write::create(&key("session:a"), &entry("a")), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused);
    assert!(error.source().unwrap().to_string().contains("GRANT SELECT, INSERT, UPDATE, DELETE"));
}

#[tokio::test]
async fn a_table_of_another_shape_is_named() {
    let Some(server) = Server::for_test() else { return };
    let rest = "payload LONGBLOB NOT NULL, revision BIGINT NOT NULL, expires BIGINT, owner VARBINARY(512)";
    for (columns, says) in [
        ("id INT".to_owned(), "no column key"),
        (format!("`key` VARBINARY(512) PRIMARY KEY, {rest}"), "no column joined"),
        (format!("`key` VARCHAR(512) PRIMARY KEY, {rest}, joined BIGINT"), "column key is \"VARCHAR(512)\""),
        (format!("`key` VARBINARY(512), {rest}, joined BIGINT"), "column key is not unique"),
        (
            format!("`key` VARBINARY(512), {rest}, joined BIGINT, UNIQUE (`key`(9))"),
            "column key is not unique",
        ),
        (
            format!("`key` VARBINARY(512) PRIMARY KEY, {rest}, joined BIGINT, n INT NOT NULL"),
            "column n requires a value",
        ),
        (
            format!("`key` VARBINARY(512) PRIMARY KEY, {rest}, joined BIGINT) ENGINE = MyISAM -- "),
            "MyISAM has no transactions",
        ),
    ] {
        server
            .sql(&format!("CREATE OR REPLACE TABLE dewar_sessions ({columns}\n)").replace("-- \n)", ""))
            .unwrap_or_else(|_| {
                server
                    .sql(
                        &format!(
                            "DROP TABLE IF EXISTS dewar_sessions; CREATE TABLE dewar_sessions ({columns}\n)"
                        )
                        .replace("-- \n)", ""),
                    )
                    .unwrap()
            });
        let said = refusal(&server.url()).await;
        assert!(said.contains(says), "{said}");
    }
    server
        .sql(
            "CREATE TABLE sessions (id INT PRIMARY KEY, session_id VARCHAR(255), data TEXT, expiry DATETIME)",
        )
        .unwrap();
    let said = flask_refusal(&server.url(), "sessions").await;
    assert!(said.contains("column data is \"TEXT\" and not BLOB"), "{said}");
    let said = flask_refusal(&server.url(), "sessions; --").await;
    assert!(said.contains("use up to 64 letters"), "{said}");
}

#[tokio::test]
async fn the_table_may_have_another_name_and_more_columns() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url().replace("mysql://", "mysql+pymysql://") + "?charset=utf8mb4";
    for name in ["Sessions2", "order", "1", "_"] {
        let store = SqlAlchemy::open(&url, name, patient()).await.unwrap();
        create(&store, "a", &entry(name)).await;
        assert_eq!(payload(&store, "a").await.unwrap(), name.as_bytes());
    }
    server.sql("CREATE DATABASE auth").unwrap();
    let elsewhere = FlaskTable { name: "web", schema: Some("auth"), sequence: None };
    create(&SqlAlchemy::open(&url, elsewhere, patient()).await.unwrap(), "a", &entry("a")).await;
    assert_eq!(server.sql("SELECT data FROM auth.web").as_deref(), Ok("a"));
    flask(&server.url()).await;
    server
        .sql("ALTER TABLE sessions ADD note TEXT, ADD counted INT NOT NULL DEFAULT 7, MODIFY data MEDIUMBLOB")
        .unwrap();
    create(&flask(&server.url()).await, "b", &entry("b")).await;
}

#[tokio::test]
async fn a_missing_server_is_reported_at_once_and_a_frozen_one_in_time() {
    let Some(mut server) = Server::for_test() else { return };
    let socket =
        format!("mysql://root@localhost/test?create_table=1&unix_socket={}", server.socket().display());
    assert_eq!(payload(&MySql::open(&socket, MySqlOptions::default()).await.unwrap(), "none").await, None);
    let url = server.url().replace("root@", "root:hunter2@");
    server.stop().unwrap();
    let start = Instant::now();
    let said = refusal(&url).await;
    assert!(said.contains("in time"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(8));
    server.kill();
    for url in [url.as_str(), &socket, "mysql://root:hunter2@nowhere.invalid/test"] {
        let said = refusal(url).await;
        assert!(said.starts_with("no MySQL server answers at "), "{said}");
    }
}

#[cfg(feature = "mysql-tls")]
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    if Server::for_test().is_none() {
        return;
    }
    let program = dewar_servers::MariaDbProgram { tls: true, ..Default::default() };
    let server = Server::start_with(program).unwrap();
    server
        .sql("CREATE USER web@'%' IDENTIFIED BY 'hunter2' REQUIRE SSL; GRANT ALL ON test.* TO web@'%'")
        .unwrap();
    let url = |options: &str| {
        format!("mysql://web:hunter2@localhost:{}/test?create_table=true{options}", server.port())
    };
    let authority = server.authority().display().to_string();
    for options in [format!("&ssl_ca={authority}"), "&ssl_mode=required".to_owned()] {
        let store = native(&url(&options)).await;
        assert_eq!(payload(&store, "none").await, None);
    }
    let said = refusal(&url("&ssl_mode=verify_identity")).await;
    assert!(said.contains("no trusted certificate"), "{said}");
    let said = refusal(&url("&ssl_ca=/nowhere/ca.pem")).await;
    assert!(said.contains("/nowhere/ca.pem"), "{said}");
    let said = refusal(&url("")).await;
    assert!(said.contains("does not accept this user"), "{said}");
}
