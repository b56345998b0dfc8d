//! Sessions beyond a limit of an engine: they stay as they were, and the next request is served.

use std::time::Duration;

use dewar::{CookiePolicy, ServerSide, SessionManager};
use dewar_servers::{MariaDb, MariaDbProgram, Memcached, MemcachedProgram, MongoDb};
use dewar_stores::guard::GuardOptions;
use dewar_testbed::{Framework, Server, Site};

use super::failing_stores::assert_unavailable;
use crate::browser::Browser;
use crate::events;

/// Without limits of Dewar's own.
async fn site(url: &str) -> Site {
    let deadline = Duration::from_secs(30);
    let patient =
        GuardOptions { deadline, long_deadline: deadline, breaker: None, ..GuardOptions::default() };
    let store = dewar_stores::open_with(url, patient).await.unwrap();
    // Without `Secure`: the test speaks plain HTTP.
    let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
    let settings = ServerSide { cookie, largest_record: usize::MAX, ..ServerSide::new("shop", store) };
    Site::new(SessionManager::server_side(settings).unwrap())
}

/// A value of this size is too large, and the error says these words. The two programs take turns, so that events can be counted.
fn is_refused(url: &str, size: usize, status: u16, words: &str) {
    events::listen();
    for framework in [Framework::Axum, Framework::ActixWeb] {
        let server = Server::start_with(framework, site(url));
        let mut zoe = Browser::new(server.address);
        assert_eq!(zoe.get("/login?u=zoe").body, "zoe");
        assert_eq!(zoe.get("/set?k=a&v=1").status, 200);
        let cookie = zoe.cookie().map(str::to_owned);
        let before = events::count(&["save_failed", words]);
        let refused = zoe.get(&format!("/fill?k=b&n={size}"));
        assert_eq!(refused.status, status, "{words}: {refused:?}");
        assert!(refused.body.contains(words), "{}", refused.body);
        assert!(refused.all("set-cookie").is_empty(), "{refused:?}");
        assert_eq!(events::count(&["save_failed", words]), before + 1, "one event that says {words:?}");
        assert_eq!(zoe.cookie(), cookie.as_deref());
        assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=a").body], ["zoe", "1"]);
        assert_eq!(zoe.get("/contains?k=b").body, "false");
        assert_eq!(zoe.get("/fill?k=b&n=1000").status, 200);
        assert_eq!(zoe.get("/contains?k=b").body, "true");
        assert_eq!(zoe.get("/logout").status, 200);
        assert_eq!(zoe.get("/whoami").body, "");
    }
}

/// No record is larger than a mebibyte, Dewar's own limit. Memcached's (`-I`) is as large, and it needs some of it for itself.
const LARGEST: usize = (1 << 20) - 200;

#[test]
fn memcached() {
    let Some(server) = Memcached::for_test() else { return };
    is_refused(&server.url(), LARGEST, 503, "larger than an item of Memcached");
}

#[test]
fn mariadb() {
    let options = vec!["--max-allowed-packet=512K".to_owned()];
    let Some(server) = MariaDb::for_test_with(MariaDbProgram { options, ..MariaDbProgram::default() }) else {
        return;
    };
    let url = format!("{}?create_table=true", server.url());
    is_refused(&url, 600 << 10, 503, "max_allowed_packet");
    is_refused(&url, LARGEST, 503, "max_allowed_packet");
}

/// The limits of MongoDB (16 MiB a document), Redis (512 MiB) and PostgreSQL (1 GiB) are out of reach.
#[test]
fn mongodb() {
    let Some(server) = MongoDb::for_test() else { return };
    for size in [1 << 20, 17 << 20] {
        is_refused(&server.url(), size, 500, "more than 1048576 bytes");
    }
}

/// `-M`: Memcached may not evict, and removes the session that it has no memory to replace. The visitor has to log in again; nobody else has.
#[test]
fn a_memcached_without_memory_ends_the_session_that_grows() {
    if Memcached::for_test().is_none() {
        return;
    }
    events::listen();
    for framework in [Framework::Axum, Framework::ActixWeb] {
        let options = vec!["-M".to_owned()];
        let memcached = Memcached::start_with(MemcachedProgram { megabytes: 2, options }).unwrap();
        let server = Server::start_with(framework, site(&memcached.url()));
        let [mut zoe, mut bob] = [(); 2].map(|()| Browser::new(server.address));
        assert_eq!([zoe.get("/login?u=zoe").body, bob.get("/login?u=bob").body], ["zoe", "bob"]);
        let is_stored = || Browser::new(server.address).get("/fill?k=a&n=50000").status == 200;
        while is_stored() {}
        let words = ["save_failed", "the memory of Memcached is full"];
        let before = events::count(&words);
        let refused = zoe.get("/fill?k=a&n=50000");
        assert_unavailable(&refused, "there is no memory");
        assert_eq!(events::count(&words), before + 1);
        assert_eq!([zoe.get("/whoami").body, bob.get("/whoami").body], ["", "bob"]);
        assert_eq!(bob.get("/logout").status, 200, "a logout needs no memory");
        assert_eq!(bob.get("/whoami").body, "");
    }
}
