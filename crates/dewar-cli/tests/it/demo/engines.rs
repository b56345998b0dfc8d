//! The demo with its sessions in each engine.

use super::client::Client;
use super::server::Demo;
use crate::sessions::{memcached, places};

#[test]
fn every_engine_holds_the_sessions_of_the_demo() {
    for place in places().into_iter().chain(memcached()) {
        let demo = Demo::start(&["--store", &place.url]);
        let mut client = Client::new(&demo);
        let home = client.submit("/login", &[("username", "zoe")]);
        assert!(home.body.contains("Welcome, zoe!"), "{}: {}", place.url, home.body);
        for path in ["/", "/cart", "/sessions", "/inspector"] {
            let page = client.get(path);
            assert_eq!(page.status, 200, "{} {path}: {}", place.url, page.body);
        }
        let has_no_list = client.get("/sessions").body.contains("id=\"no-list\"");
        assert_eq!(has_no_list, place.url.starts_with("memcached:"), "{}", place.url);
        client.submit("/logout", &[]);
        assert!(!client.get("/").body.contains("Welcome, zoe!"), "{}", place.url);
    }
}
