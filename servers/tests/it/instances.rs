//! Each server is started, killed, and started again with its data.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use dewar_servers::{Instance, MariaDb, Memcached, MongoDb, PgBouncer, PgBouncerProgram, Postgres, Program};

fn comes_again_and_ends_with_its_handle<P: Program>(mut server: Instance<P>) {
    let (port, folder) = (server.port(), server.folder().to_owned());
    server.kill();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    server.restart().unwrap();
    TcpStream::connect(("127.0.0.1", port)).unwrap();
    let pid = server.pid();
    drop(server);
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    assert!(!folder.exists());
}

#[test]
fn postgres() {
    let Some(mut server) = Postgres::for_test() else { return };
    server.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (7)").unwrap();
    server.kill();
    server.restart().unwrap();
    assert_eq!(server.sql("SELECT a, 'x' FROM t"), Ok("7|x".to_owned()));
    comes_again_and_ends_with_its_handle(server);
}

#[test]
fn pgbouncer() {
    let Some(server) = Postgres::for_test() else { return };
    let program = PgBouncerProgram { database_port: server.port(), ..PgBouncerProgram::default() };
    comes_again_and_ends_with_its_handle(PgBouncer::start_with(program).unwrap());
}

#[test]
fn a_standby_of_postgres_is_read_and_promoted() {
    let Some(server) = Postgres::for_test() else { return };
    let standby = server.standby().unwrap();
    server.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (7)").unwrap();
    standby.catch_up(&server).unwrap();
    assert_eq!(standby.sql("SELECT a FROM t"), Ok("7".to_owned()));
    assert!(standby.sql("DELETE FROM t").is_err());
    standby.promote().unwrap();
    standby.sql("DELETE FROM t").unwrap();
}

#[test]
fn mariadb() {
    let Some(mut server) = MariaDb::for_test() else { return };
    server.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (7)").unwrap();
    server.kill();
    server.restart().unwrap();
    assert_eq!(server.sql("SELECT a, 'x' FROM t"), Ok("7\tx".to_owned()));
    comes_again_and_ends_with_its_handle(server);
}

#[test]
fn memcached() {
    let Some(server) = Memcached::for_test() else { return };
    assert!(server.command("mn").unwrap().starts_with("MN"));
    comes_again_and_ends_with_its_handle(server);
}

#[test]
fn mongodb() {
    let Some(server) = MongoDb::for_test() else { return };
    comes_again_and_ends_with_its_handle(server);
}

/// It has a process for each connection, which would go on answering.
#[test]
fn postgres_freezes_as_a_whole() {
    let Some(server) = Postgres::for_test() else { return };
    let is_frozen = |pid: &str| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        status.lines().any(|line| line.starts_with("State:\tT"))
    };
    let background =
        server.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").unwrap();
    server.stop().unwrap();
    let begun = Instant::now();
    while !is_frozen(&background) || !is_frozen(&server.pid().to_string()) {
        assert!(begun.elapsed() < Duration::from_secs(20), "it goes on");
    }
    server.cont().unwrap();
    assert_eq!(server.sql("SELECT 7"), Ok("7".to_owned()));
}
