//! A server that answers what was not asked: no call gets it, and the connection is replaced.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use dewar::store::{Store, StoreErrorKind};
use dewar_stores::Memcached;

use super::{key, now, patient};

/// A server whose first connection answers each request with these bytes, and all others that nothing is stored.
struct Strange {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Strange {
    fn start(answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("memcached://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let number = count.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || serve(client, (number == 0).then_some(answer)));
            }
        });
        Self { url, connections }
    }
}

/// Repeats the number of each request, unless there is another answer.
fn serve(client: TcpStream, answer: Option<&[u8]>) {
    let mut out = client.try_clone().unwrap();
    for line in BufReader::new(client).lines().map_while(Result::ok) {
        let written = match (line.as_str(), answer) {
            ("stats settings", _) => out.write_all(b"STAT item_size_max 1000\r\nEND\r\n"),
            ("mn", _) => out.write_all(b"MN\r\n"),
            (_, Some(answer)) => out.write_all(answer),
            (line, None) => {
                let number = line.rsplit(' ').next().unwrap_or_default();
                out.write_all(format!("EN {number}\r\n").as_bytes())
            }
        };
        if written.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_strange_answer_is_given_to_nobody() {
    let answers: [&[u8]; 9] = [
        b"VA 6 c1 t10 f0 O7\r\nothers\r\n",
        b"VA 6 c1 t10 f0\r\nothers\r\n",
        b"VA 6 c1 t10 f0 O1\r\nothersXX",
        b"VA 5000 c1 t10 f0 O1\r\n",
        b"VA 18446744073709551615 c1 t10 f0 O1\r\n",
        b"VALUE session:a 0 6\r\nothers\r\nEND\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"CLIENT_ERROR line format\r\n",
        b"SERVER_ERROR backend failure\r\n",
    ];
    for answer in answers {
        let server = Strange::start(answer);
        let store = Memcached::open(&server.url, patient()).await.unwrap();
        let error = store.load(&key("session:a"), None, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer, "{}", answer.escape_ascii());
        assert!(
            store.load(&key("session:a"), None, now()).await.unwrap().is_none(),
            "{}",
            answer.escape_ascii()
        );
        assert_eq!(server.connections.load(Ordering::SeqCst), 2);
    }
}

/// The second answer comes when nobody waits, or to the next call: it breaks the connection, and no call gets it.
#[tokio::test]
async fn a_doubled_answer_is_given_to_nobody() {
    let server = Strange::start(b"VA 4 c1 t10 f0 O1\r\nmine\r\nVA 6 c1 t10 f0 O1\r\nothers\r\n");
    let store = Memcached::open(&server.url, patient()).await.unwrap();
    let found = store.load(&key("session:a"), None, now()).await.unwrap().unwrap();
    assert_eq!(found.payload, "mine");
    for _ in 0..3 {
        match store.load(&key("session:b"), None, now()).await {
            Ok(found) => assert!(found.is_none()),
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::NoAnswer),
        }
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_runtime_that_ends_takes_its_connection_along() {
    let server = Strange::start(b"EN O1\r\n");
    let url = server.url.clone();
    let store = thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(Memcached::open(&url, patient())).unwrap()
    });
    let store = store.join().unwrap();
    assert!(store.load(&key("session:a"), None, now()).await.unwrap().is_none());
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
}
