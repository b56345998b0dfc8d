//! Keys are on the server where the clients for Python look for them.

use std::process::Command;

use dewar_servers::{Memcached as Server, python};
use dewar_stores::{Memcached, MemcachedOptions, Placement};

use super::{created, entry, key, open, patient, payload, servers, url_of};

const KEYS: usize = 60;

/// Runs `clients.py`; `None` where there is no Python.
pub(super) fn clients(arguments: &[&str]) -> Option<serde_json::Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/memcached/clients.py");
    let output = Command::new(python()?).arg(script).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "has DEWAR_PYTHON all of requirements.txt? {said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn places(servers: &[Server]) -> String {
    let places: Vec<_> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port())).collect();
    places.join(",")
}

async fn both_ways(placement: Option<Placement>, client: &str) {
    let Some(servers) = servers(3) else { return };
    let store =
        Memcached::open(&url_of(&servers), MemcachedOptions { placement, ..patient() }).await.unwrap();
    if clients(&["set", client, &places(&servers), &KEYS.to_string()]).is_none() {
        return;
    }
    for number in 0..KEYS {
        let found = payload(&store, &key(&format!("session:theirs-{number}"))).await;
        assert_eq!(found.unwrap(), number.to_string().into_bytes(), "{client}");
        created(&store, &key(&format!("session:ours-{number}")), &entry(number.to_string())).await;
    }
    let found = clients(&["get", client, &places(&servers), &KEYS.to_string()]).unwrap();
    let expected: Vec<_> = (0..KEYS).map(|number| number.to_string()).collect();
    assert_eq!(found, serde_json::json!(expected), "{client}");
    for server in &servers {
        let stats = server.command("stats").unwrap();
        let count = stats.lines().find_map(|line| line.strip_prefix("STAT curr_items ")).unwrap();
        assert!((20..=70).contains(&count.parse::<usize>().unwrap()), "{client}: {count} of {}", 2 * KEYS);
    }
}

#[tokio::test]
async fn as_pymemcache_by_default() {
    both_ways(None, "pymemcache").await;
    both_ways(Some(Placement::Pymemcache), "pymemcache").await;
}

#[tokio::test]
async fn as_pylibmc() {
    both_ways(Some(Placement::Pylibmc), "pylibmc").await;
}

#[tokio::test]
async fn as_python_memcached() {
    both_ways(Some(Placement::PythonMemcached), "python-memcached").await;
}

#[tokio::test]
async fn the_url_says_how() {
    let Some(servers) = servers(3) else { return };
    let url = format!("{}?placement=pylibmc", url_of(&servers));
    let (by_url, by_default) = (open(&url).await, open(&url_of(&servers)).await);
    let mut same = 0;
    for number in 0..KEYS {
        let key = key(&number.to_string());
        created(&by_url, &key, &entry("x")).await;
        same += usize::from(payload(&by_default, &key).await.is_some());
    }
    assert!((1..KEYS - 10).contains(&same), "{same}");
}
