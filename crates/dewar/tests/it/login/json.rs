//! The example `json_login`, by the steps of the test that its original has.

use dewar::{CookiePolicy, ServerSide};
use dewar_servers::Redis;

use crate::browser::Browser;
use crate::examples::json_login;
use crate::server::Server;

async fn app(url: &str) -> axum::Router {
    let settings = ServerSide::new("counter", dewar_stores::open(url).await.unwrap());
    json_login::app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings }).unwrap()
}

#[test]
fn a_counter_comes_along_into_a_login_and_ends_with_it() {
    let Some(redis) = Redis::for_test() else { return };
    let url = redis.url();
    let server = Server::start_with(async move { app(&url).await });
    let mut browser = Browser::new(server.address);
    let status = |user: &str, counter: u32| format!(r#"{{"user_id":{user},"counter":{counter}}}"#);

    assert_eq!(browser.get("/").body, status("null", 0));
    assert_eq!(browser.cookie(), None, "nothing to store");
    assert_eq!(browser.post("/do_something", "").body, status("null", 1));
    assert_eq!(browser.post("/do_something", "").body, status("null", 2));

    let mut before = browser.clone();
    assert_eq!(browser.post("/login", "user_id=ferris").body, status("\"ferris\"", 2));
    assert_ne!(browser.cookie(), before.cookie(), "a new id");
    assert_eq!(browser.post("/do_something", "").body, status("\"ferris\"", 3));
    assert_eq!(before.get("/").body, status("null", 0), "the old id opens nothing");

    let mut copied = browser.clone();
    assert_eq!(browser.post("/logout", "").body, "Logged out: ferris");
    assert_eq!(browser.cookie(), None);
    assert_eq!(browser.post("/logout", "").body, "Could not log out anonymous user");
    assert_eq!(copied.get("/").body, status("null", 0), "a copied cookie opens nothing");
}
