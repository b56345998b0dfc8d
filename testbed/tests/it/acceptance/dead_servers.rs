//! A server that is dead, and back again: what visitors see is the same for every engine.

use std::time::{Duration, Instant};

use dewar::{CookiePolicy, ServerSide, SessionManager};
use dewar_testbed::{Framework, Server, Site};

use super::failing_stores::assert_unavailable;
use crate::browser::Browser;
use crate::engine::{Durability, Engine};
use crate::frameworks::on_each_framework;

async fn site(url: &str) -> Site {
    let store = dewar_stores::open(url).await.unwrap();
    // Without `Secure`: the test speaks plain HTTP.
    let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
    Site::new(SessionManager::server_side(ServerSide { cookie, ..ServerSide::new("shop", store) }).unwrap())
}

/// Asks until the server has time for it: the machine may be busy.
fn insist(browser: &mut Browser, path: &str) -> String {
    let start = Instant::now();
    loop {
        let answer = browser.get(path);
        if answer.status == 200 {
            return answer.body;
        }
        assert_unavailable(&answer, path);
        assert!(start.elapsed() < Duration::from_secs(30), "{path}");
    }
}

fn visitors_stay_logged_in(engine: Engine, framework: Framework) {
    let Some(mut server) = engine.server(Durability::Durable) else { return };
    let ours = Server::start_with(framework, site(&server.url()));
    let [mut zoe, mut visitor] = [(); 2].map(|()| Browser::new(ours.address));
    insist(&mut zoe, "/login?u=zoe");
    let cookie = zoe.cookie().map(str::to_owned);
    server.kill();
    for path in ["/whoami", "/set?k=a&v=1", "/typed", "/regenerate", "/logout"] {
        let answer = zoe.get(path);
        assert_unavailable(&answer, path);
        assert!(answer.all("set-cookie").is_empty(), "{path}: {answer:?}");
    }
    assert_eq!(zoe.get("/touchless").status, 200, "it asks for no session");
    assert_eq!(visitor.get("/whoami").status, 200, "who has no cookie asks the store nothing");
    server.restart().unwrap();
    let expected = if engine.survives_a_kill() { "zoe" } else { "" };
    assert_eq!(insist(&mut zoe, "/whoami"), expected);
    assert_eq!((insist(&mut zoe, "/get?k=a"), zoe.cookie()), (String::new(), cookie.as_deref()));
}

fn redis(framework: Framework) {
    visitors_stay_logged_in(Engine::Redis, framework);
}

fn postgres(framework: Framework) {
    visitors_stay_logged_in(Engine::Postgres, framework);
}

fn mariadb(framework: Framework) {
    visitors_stay_logged_in(Engine::MariaDb, framework);
}

fn mongodb(framework: Framework) {
    visitors_stay_logged_in(Engine::MongoDb, framework);
}

/// It has lost all sessions, and everybody is logged out.
fn memcached(framework: Framework) {
    visitors_stay_logged_in(Engine::Memcached, framework);
}

on_each_framework!(redis, postgres, mariadb, mongodb, memcached);
