//! A Redis is started, frozen, killed and started again.

use std::net::TcpStream;
use std::path::Path;
use std::thread;

use dewar_servers::{Redis, RedisCluster};

#[test]
fn it_answers_and_ends_with_its_handle() {
    let Some(redis) = Redis::for_test() else { return };
    assert_eq!(redis.command(&["SET", "a", "1"]), Ok("OK".to_owned()));
    assert_eq!(redis.url(), format!("redis://127.0.0.1:{}/0", redis.port()));
    let (port, pid, folder) = (redis.port(), redis.pid(), redis.authority());
    drop(redis);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    assert!(!folder.parent().unwrap().exists());
}

#[test]
fn it_runs_on_when_the_thread_that_started_it_ends() {
    let Some(redis) = thread::spawn(Redis::for_test).join().unwrap() else { return };
    assert_eq!(redis.command(&["PING"]), Ok("PONG".to_owned()));
}

#[test]
fn a_durable_server_keeps_its_data_and_its_port() {
    if Redis::for_test().is_none() {
        return;
    }
    let mut redis = Redis::settings().durable().password("secret").start().unwrap();
    let port = redis.port();
    redis.command(&["SET", "a", "1"]).unwrap();
    redis.kill();
    assert!(redis.command(&["GET", "a"]).is_err());
    redis.restart().unwrap();
    assert_eq!((redis.command(&["GET", "a"]), redis.port()), (Ok("1".to_owned()), port));
}

#[test]
fn a_frozen_server_answers_again_when_thawed() {
    let Some(redis) = Redis::for_test() else { return };
    redis.stop().unwrap();
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", redis.pid())).unwrap();
    while !state().contains(" T ") {
        thread::yield_now();
    }
    redis.cont().unwrap();
    assert_eq!(redis.command(&["PING"]), Ok("PONG".to_owned()));
}

#[test]
fn tls_listens_on_a_port_of_its_own() {
    if Redis::for_test().is_none() {
        return;
    }
    let redis = Redis::settings().tls().start().unwrap();
    let url = redis.tls_url().unwrap();
    let port: u16 = url.rsplit([':', '/']).nth(1).unwrap().parse().unwrap();
    assert_ne!(port, redis.port());
    assert!(redis.authority().is_file() && TcpStream::connect(("127.0.0.1", port)).is_ok());
}

#[test]
fn a_replica_follows_and_takes_over() {
    let Some(primary) = Redis::for_test() else { return };
    let replica = Redis::start().unwrap();
    primary.command(&["SET", "a", "1"]).unwrap();
    replica.follow(&primary).unwrap();
    assert_eq!(replica.command(&["GET", "a"]), Ok("1".to_owned()));
    assert!(replica.command(&["SET", "a", "2"]).unwrap_err().contains("READONLY"));
    replica.lead().unwrap();
    assert_eq!(replica.command(&["SET", "a", "2"]), Ok("OK".to_owned()));
}

#[test]
fn a_cluster_serves_every_slot() {
    let Some(cluster) = RedisCluster::for_test() else { return };
    assert_eq!(cluster.nodes().len(), 3);
    for name in ["a", "b", "c", "d"] {
        let slot = cluster.nodes()[0].command(&["CLUSTER", "KEYSLOT", name]).unwrap().parse().unwrap();
        assert_eq!(cluster.node_of(slot).unwrap().command(&["SET", name, "1"]), Ok("OK".to_owned()));
    }
}
