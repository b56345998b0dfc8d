//! The example `login`, clicked through: by an HTTP client, and by a browser.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Memory;
use dewar::{CookiePolicy, ServerSide};
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::chromium::{Chromium, Screen};
use crate::examples::login;
use crate::server::Server;

fn server() -> Server {
    let settings = ServerSide::new("login", Arc::new(Memory::new()));
    let settings = ServerSide { cookie: CookiePolicy::plain_http(), ..settings };
    Server::start_with(async { login::app(settings).unwrap() })
}

#[test]
fn a_user_logs_in_and_out() {
    let server = server();
    let mut browser = Browser::new(server.address);
    let sent = browser.get("/?tab=2");
    assert_eq!((sent.status, sent.all("location")), (303, vec!["/login?next=/%3Ftab%3D2"]));
    let login = sent.all("location")[0];
    assert!(browser.get(login).body.contains("name=\"password\""));

    for wrong in
        ["name=ferris&password=wrong", "name=nobody&password=hunter42", "name=' OR 1=1--&password=hunter42"]
    {
        let refused = browser.post(login, wrong);
        assert_eq!((refused.status, refused.all("location")), (303, vec![login]), "{wrong}");
        assert!(browser.get(login).body.contains("Invalid credentials"), "{wrong}");
        assert_eq!(browser.get("/").status, 303, "{wrong}");
    }
    assert_eq!(browser.post(login, "name=ferris").status, 422, "half a form");

    let _ = browser.post(login, "name=ferris&password=wrong");
    let before = browser.cookie().unwrap().to_owned();
    let welcome = browser.post(login, "name=ferris&password=hunter42");
    assert_eq!((welcome.status, welcome.all("location")), (303, vec!["/?tab=2"]));
    assert_ne!(browser.cookie().unwrap(), before, "a new id");
    let page = browser.get("/?tab=2");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Successfully logged in as ferris") && page.body.contains("Logged in as ferris")
    );
    assert!(!browser.get("/").body.contains("Successfully"), "shown once");

    let copied = browser.clone();
    assert_eq!(browser.get("/logout").status, 405, "a link or an image must not log anybody out");
    let goodbye = browser.post("/logout", "");
    assert_eq!((goodbye.status, goodbye.all("location"), browser.cookie()), (303, vec!["/login"], None));
    for mut browser in [browser, copied] {
        assert_eq!(browser.get("/").status, 303);
    }
}

#[test]
fn a_next_that_leads_elsewhere_is_the_root() {
    let server = server();
    for next in [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "%2F%2Fevil.example",
        "/%2509/evil.example",
    ] {
        let mut browser = Browser::new(server.address);
        let login = format!("/login?next={next}");
        let welcome = browser.post(&login, "name=ferris&password=hunter42");
        assert_eq!((welcome.status, welcome.all("location")), (303, vec!["/"]), "{next}");
    }
}

#[test]
fn a_person_logs_in_and_out_in_chromium() {
    let server = server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        let site = format!("http://{}", server.address);
        let page = &chromium.page;
        let text = async || page.find(By::Css("body")).await.unwrap().text().await.unwrap();
        let path =
            async || page.current_url().await.unwrap().as_str().strip_prefix(&site).unwrap().to_owned();
        // A page is loaded when its address is the one that is waited for.
        let click_and_arrive = async |at: &str| {
            page.find(By::Css("button")).await.unwrap().click().await.unwrap();
            for _ in 0..600 {
                if path().await == at {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            panic!("{} in place of {at}", path().await);
        };
        page.goto(format!("{site}/?tab=2")).await.unwrap();
        assert_eq!(path().await, "/login?next=/%3Ftab%3D2");
        click_and_arrive("/?tab=2").await;
        assert!(text().await.contains("Logged in as ferris"), "{}", text().await);
        click_and_arrive("/login").await;
        page.goto(format!("{site}/")).await.unwrap();
        assert_eq!(path().await, "/login?next=/");
        chromium.quit().await;
    });
}
