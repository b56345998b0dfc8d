//! Memcached: a server for each, since it has no databases.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use dewar_servers::Memcached;

use super::engine::{Engine, Place, Stored};

/// The clients for Python that Flask-Session takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::twins::in_store) enum PythonClient {
    Pymemcache,
    Pylibmc,
    PythonMemcached,
}

pub(super) struct MemcachedServers {
    client: PythonClient,
    /// Theirs, ours, and the shared one.
    servers: [Memcached; 3],
}

impl MemcachedServers {
    pub(super) fn start(client: PythonClient) -> Option<Self> {
        let servers = [Memcached::for_test()?, Memcached::for_test()?, Memcached::for_test()?];
        Some(Self { client, servers })
    }

    fn server(&self, place: Place) -> &Memcached {
        &self.servers[place as usize]
    }

    fn connect(&self, place: Place) -> BufReader<TcpStream> {
        BufReader::new(TcpStream::connect(("127.0.0.1", self.server(place).port())).unwrap())
    }
}

impl Engine for MemcachedServers {
    fn url_for_flask(&self, place: Place) -> String {
        let client = match self.client {
            PythonClient::Pymemcache => "pymemcache",
            PythonClient::Pylibmc => "pylibmc",
            PythonClient::PythonMemcached => "memcache",
        };
        format!("{client}://127.0.0.1:{}", self.server(place).port())
    }

    fn settings(&self, place: Place) -> Vec<(&'static str, String)> {
        vec![("SESSION_TYPE", "memcached".to_owned()), ("SESSION_MEMCACHED", self.server(place).url())]
    }

    fn empty(&self, place: Place) {
        assert!(self.server(place).command("flush_all").unwrap().starts_with("OK"));
    }

    /// Those that are still alive: the list of keys has others as well.
    fn stored(&self, place: Place) -> Vec<Stored> {
        let mut connection = self.connect(place);
        keys(&mut connection).into_iter().filter_map(|key| record(&mut connection, key)).collect()
    }

    fn overwrite(&self, place: Place, key: &str, payload: &[u8]) {
        let mut connection = self.connect(place);
        let head = format!("ms {key} {} T1000\r\n", payload.len());
        connection.get_mut().write_all(&[head.as_bytes(), payload, b"\r\n"].concat()).unwrap();
        assert!(line(&mut connection).starts_with("HD"));
    }

    fn ends_records_itself(&self) -> bool {
        true
    }
}

/// They are percent-encoded in the list, which has `key=…` first.
fn keys(connection: &mut BufReader<TcpStream>) -> Vec<String> {
    connection.get_mut().write_all(b"lru_crawler metadump all\r\n").unwrap();
    let mut keys = Vec::new();
    loop {
        let line = line(connection);
        let Some(rest) = line.strip_prefix("key=") else {
            assert_eq!(line, "END");
            return keys;
        };
        keys.push(rest.split(' ').next().unwrap().replace("%3A", ":"));
    }
}

/// Its clock moves once a second, and an end is rounded up to the next second. Every client writes plain bytes, which have the flags 0.
fn record(connection: &mut BufReader<TcpStream>, key: String) -> Option<Stored> {
    connection.get_mut().write_all(format!("mg {key} v t f\r\n").as_bytes()).unwrap();
    let head = line(connection);
    let ["VA", length, left, "f0"] = head.split(' ').collect::<Vec<_>>()[..] else {
        assert_eq!(head, "EN", "{key}");
        return None;
    };
    let mut payload = vec![0; length.parse::<usize>().unwrap() + 2];
    connection.read_exact(&mut payload).unwrap();
    payload.truncate(payload.len() - 2);
    let left: i64 = left.strip_prefix('t').unwrap().parse().unwrap();
    Some(Stored { key, payload, left: left * 1000, precision: 2000 })
}

fn line(connection: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    connection.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
