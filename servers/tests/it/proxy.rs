//! A proxy that fails.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use dewar_servers::{Proxy, Trouble};

/// Sends back what it receives.
fn echo() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut buffer = [0; 100];
                while let Ok(length @ 1..) = stream.read(&mut buffer) {
                    _ = stream.write_all(buffer.get(..length).unwrap_or_default());
                }
            });
        }
    });
    port
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    stream
}

/// How many of a hundred words come back on one connection; `None`: it was closed.
fn talk(proxy: &Proxy) -> Option<usize> {
    let mut stream = connect(proxy);
    let mut answer = [0; 5];
    for number in 0..100 {
        stream.write_all(b"hello").ok()?;
        match stream.read_exact(&mut answer) {
            Ok(()) => assert_eq!(&answer, b"hello"),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Some(number),
            Err(_) => return None,
        }
    }
    Some(100)
}

fn trouble(seed: u64) -> Trouble {
    Trouble { seed, delayed: 50, delay: Duration::from_millis(1), cut: usize::MAX, swallowed: usize::MAX }
}

#[test]
fn what_is_delayed_arrives() {
    let proxy = Proxy::start(echo(), trouble(1)).unwrap();
    assert_eq!(talk(&proxy), Some(100));
    assert!(proxy.troubles().delayed > 0);
}

#[test]
fn what_is_cut_is_closed_and_what_is_swallowed_is_silent() {
    let proxy = Proxy::start(echo(), Trouble { cut: 10, ..trouble(2) }).unwrap();
    assert_eq!((talk(&proxy), proxy.troubles().cut), (None, 1));
    let proxy = Proxy::start(echo(), Trouble { swallowed: 10, ..trouble(3) }).unwrap();
    assert!(talk(&proxy).is_some_and(|words| words < 100));
    assert!(proxy.troubles().swallowed >= 1);
}

#[test]
fn the_same_seed_makes_the_same_failures() {
    let run = |seed| {
        let trouble = Trouble { swallowed: 40, ..trouble(seed) };
        let proxy = Proxy::start(echo(), trouble).unwrap();
        [(); 2].map(|()| talk(&proxy))
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn a_calm_proxy_passes_everything_on() {
    let proxy = Proxy::start(echo(), Trouble { cut: 1, ..trouble(4) }).unwrap();
    proxy.calm_down();
    assert_eq!(talk(&proxy), Some(100));
}

#[test]
fn a_silenced_client_is_served_on_a_new_connection() {
    let proxy = Proxy::start(echo(), Trouble::none()).unwrap();
    let mut stream = connect(&proxy);
    let mut answer = [0; 5];
    stream.write_all(b"hello").and_then(|()| stream.read_exact(&mut answer)).unwrap();
    proxy.silence();
    stream.write_all(b"hello").unwrap();
    assert_eq!(stream.read_exact(&mut answer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(talk(&proxy), Some(100));
}
