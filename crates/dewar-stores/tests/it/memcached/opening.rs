//! A wrong URL, or a server that cannot store sessions, is reported in one line.

use std::error::Error;
use std::fs::Permissions;
use std::io::{Read, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use dewar_servers::{Instance, Memcached as Server, MemcachedProgram, Process, Program};
use dewar_stores::{Memcached, MemcachedOptions};

use super::{created, entry, key, open, payload};

async fn refusal(url: &str) -> String {
    let error = Memcached::open(url, MemcachedOptions::default()).await.unwrap_err();
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2") && !error.to_string().contains('\n'), "{words}");
    error.to_string()
}

#[tokio::test]
async fn nobody_answers() {
    let start = Instant::now();
    let said = refusal("memcached://127.0.0.1:1").await;
    assert!(said.contains("127.0.0.1:1: no server answers: start it"), "{said}");
    assert!(refusal("memcached:///nowhere/m.sock").await.contains("/nowhere/m.sock"));
    assert!(refusal("memcached://me:hunter2@127.0.0.1").await.contains("password"));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_does_not_compare_is_refused() {
    if Server::for_test().is_none() {
        return;
    }
    let without_cas = Server::start_with_options(&["-C"]).unwrap();
    let said = refusal(&without_cas.url()).await;
    assert!(said.contains("start it without -C"), "{said}");
    let good = Server::start().unwrap();
    let both = format!("{},127.0.0.1:{}", good.url(), without_cas.port());
    assert!(refusal(&both).await.contains("start it without -C"));
}

#[tokio::test]
async fn a_server_that_asks_for_a_password_is_refused() {
    if Server::for_test().is_none() {
        return;
    }
    // Memcached runs as another user.
    let passwords = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(passwords.path(), "zoe:hunter2\n").unwrap();
    std::fs::set_permissions(passwords.path(), Permissions::from_mode(0o644)).unwrap();
    let server = Server::start_with_options(&["-Y", passwords.path().to_str().unwrap()]).unwrap();
    let said = refusal(&server.url()).await;
    assert!(said.contains("start it without -Y"), "{said}");
}

/// Answers every line like a server of another kind.
fn pretender(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("memcached://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut buffer = [0; 100];
            while let Ok(1..) = client.read(&mut buffer) {
                if client.write_all(answer).is_err() {
                    break;
                }
            }
        }
    });
    url
}

#[tokio::test]
async fn another_server_is_refused() {
    for (answer, says) in [
        (&b"END\r\nERROR\r\n"[..], "1.6 or later"),
        (b"-ERR unknown command 'stats'\r\n-ERR unknown command 'mn'\r\n", "1.6 or later"),
        (b"CLIENT_ERROR unauthenticated\r\n", "without -Y"),
        (b"", "did not answer in time"),
    ] {
        let said = refusal(&pretender(answer)).await;
        assert!(said.contains(says), "{said}");
    }
}

/// One server of two is down: the program starts, and serves the sessions of the other.
#[tokio::test]
async fn a_server_that_is_down_does_not_keep_the_program_from_starting() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&format!("{},127.0.0.1:1", server.url())).await;
    let mut served = 0;
    for number in 0..20 {
        served += usize::from(
            dewar::store::Store::load(&store, &key(&number.to_string()), None, super::now()).await.is_ok(),
        );
    }
    assert!((1..20).contains(&served), "{served}");
}

#[tokio::test]
async fn a_unix_socket() {
    let Ok(program) = MemcachedProgram::path() else { return };
    if !Instance::<MemcachedProgram>::is_available() {
        return;
    }
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let socket = folder.path().join("m.sock");
    let _server = Process::start(&program, |command| {
        command.arg("-s").arg(&socket).args(["-u", "root"]);
    })
    .unwrap();
    wait_for(&socket).await;
    let store = open(&format!("memcached://{}", socket.display())).await;
    created(&store, &key("session:a"), &entry("x")).await;
    assert_eq!(payload(&store, &key("session:a")).await.unwrap(), b"x");
}

async fn wait_for(socket: &Path) {
    for _ in 0..1000 {
        if std::os::unix::net::UnixStream::connect(socket).is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("there is no socket");
}
