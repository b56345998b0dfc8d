//! Sessions in the cookie itself.

use super::COOKIE;
use super::client::Client;
use super::server::Demo;
use crate::command::TempFile;

#[test]
fn a_permanent_cookie_says_when_it_ends() {
    let demo = Demo::start(COOKIE);
    let mut client = Client::new(&demo);
    let set = client.post("/login", &[("username", "zoe")]);
    assert!(!set.header("set-cookie").unwrap().contains("Expires"));
    let permanent = client.post("/lifetime", &[("keep", "permanent")]);
    assert!(permanent.header("set-cookie").unwrap().contains("; Expires="));
    assert!(
        client.get("/cart").header("set-cookie").unwrap().contains("; Expires="),
        "moved on each request"
    );
    assert!(client.get("/lifetime").body.contains("value=\"permanent\" checked"));
    let session = client.post("/lifetime", &[("keep", "browser-session")]);
    assert!(!session.header("set-cookie").unwrap().contains("Expires"));
    assert_eq!(client.post("/lifetime", &[("keep", "for ever")]).status, 422);
}

#[test]
fn too_much_for_a_cookie_changes_nothing() {
    let demo = Demo::start(COOKIE);
    let mut client = Client::new(&demo);
    client.submit("/cart/add", &[("name", "Green tea")]);
    let before = client.cookie.clone();
    let refused = client.post("/cart/fill", &[]);
    assert_eq!((refused.status, refused.header("set-cookie")), (500, None));
    assert!(
        refused.body.contains("That does not fit into a cookie")
            && refused.body.contains("nothing was changed")
    );
    assert!(refused.body.contains("<code>cart</code>") && refused.body.contains("Back to the cart"));
    assert_eq!(client.cookie, before);
    assert!(client.get("/cart").body.contains("Remove: Green tea"));
}

#[test]
fn the_inspector_sees_through_a_forged_cookie() {
    for format in ["flask", "sealed"] {
        let demo = Demo::start(&["--format", format]);
        let mut client = Client::new(&demo);
        assert!(client.get("/inspector").body.contains("Your browser has sent no cookie"));
        client.submit("/login", &[("username", "zoe")]);
        let honest = client.cookie.clone().unwrap();
        let page = client.get("/inspector").body;
        assert!(
            page.contains("<h2>Valid</h2>") && page.contains("of 4096 bytes") && page.contains("id=\"age\"")
        );
        assert!(page.contains("&quot;username&quot;: &quot;zoe&quot;"));

        let forged = client.submit("/inspector/tamper", &[]);
        assert!(
            forged.body.contains("<h2>Not valid</h2>") && forged.body.contains("Not logged in"),
            "{format}"
        );
        let differs =
            client.cookie.as_ref().unwrap().bytes().zip(honest.bytes()).filter(|(is, was)| is != was);
        assert_eq!(differs.count(), 1);
        assert!(client.get("/").body.contains("Not logged in"));

        let restored = client.submit("/inspector/tamper", &[]);
        assert!(
            restored.body.contains("<h2>Valid</h2>") && client.cookie.as_ref() == Some(&honest),
            "{format}"
        );
        client.submit("/inspector/tamper", &[]);
        assert!(client.submit("/inspector/clear", &[]).body.contains("Your browser has sent no cookie"));
        assert_eq!(client.cookie, None);
    }
}

#[test]
fn a_sealed_cookie_is_bound_to_its_host() {
    let demo = Demo::start(&["--format", "sealed"]);
    let line = Client::new(&demo).post("/login", &[("username", "zoe")]);
    let line = line.header("set-cookie").unwrap();
    assert!(line.starts_with("__Host-session=") && line.contains("; Secure; HttpOnly"), "{line}");
}

#[test]
fn a_secret_of_ones_own_keeps_people_logged_in_over_a_restart() {
    let file = TempFile::of("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5");
    let args = ["--secret-file", file.path()];
    let first = Demo::start(&args);
    let mut client = Client::new(&first);
    client.submit("/login", &[("username", "zoe")]);
    let cookie = client.cookie.clone();
    drop(first);
    let second = Demo::start(&args);
    let mut client = Client { cookie, ..Client::new(&second) };
    assert!(client.get("/").body.contains("Welcome, zoe!"));
    let third = Demo::start(COOKIE);
    let mut client = Client { cookie: client.cookie, ..Client::new(&third) };
    assert!(client.get("/").body.contains("Not logged in"), "another secret");
}
