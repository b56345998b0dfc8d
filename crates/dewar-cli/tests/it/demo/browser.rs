//! The scenes as a person plays them: with clicks, in Chromium.

use std::time::Duration;

use thirtyfour::prelude::*;

use super::chromium::{Chromium, Screen};
use super::server::Demo;
use super::{ANYWHERE, COOKIE, PAGES};

const TIMEOUT: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(20);

/// A person in front of the demo.
struct Person<'d> {
    demo: &'d Demo,
    page: WebDriver,
}

impl Person<'_> {
    async fn visit(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.demo.url)).await.unwrap();
    }

    /// Presses a button, and waits until the next page is there.
    async fn press(&self, css: &str) {
        self.leave(By::Css(css)).await;
    }

    async fn follow(&self, link: &str) {
        self.leave(By::LinkText(link)).await;
    }

    async fn leave(&self, by: By) {
        let page = self.page.find(By::Css("html")).await.unwrap();
        self.page.find(by).await.unwrap().click().await.unwrap();
        page.wait_until().wait(TIMEOUT, INTERVAL).stale().await.unwrap();
    }

    async fn choose(&self, css: &str) {
        self.page.find(By::Css(css)).await.unwrap().click().await.unwrap();
    }

    async fn fill_in(&self, css: &str, text: &str) {
        self.page.find(By::Css(css)).await.unwrap().send_keys(text).await.unwrap();
    }

    async fn sees(&self, css: &str, text: &str) {
        let found = self.page.query(By::Css(css)).first().await;
        let Ok(found) = found else {
            panic!("no {css}: {}", self.page.find(By::Css("main")).await.unwrap().text().await.unwrap());
        };
        let found = found.text().await.unwrap();
        assert!(found.contains(text), "{css} says {found:?}, not {text:?}");
    }

    async fn sees_no(&self, css: &str) {
        assert!(self.page.find_all(By::Css(css)).await.unwrap().is_empty(), "{css} is there");
    }

    async fn log_in(&self, name: &str) {
        self.visit("/login").await;
        self.fill_in("#username", name).await;
        self.press("main form button").await;
        self.sees("#welcome", &format!("Welcome, {name}!")).await;
    }

    async fn cookie(&self) -> Option<Cookie> {
        let cookies = self.page.get_all_cookies().await.unwrap();
        assert!(cookies.len() <= 1, "{} cookies", cookies.len());
        cookies.into_iter().next()
    }
}

/// Plays a scene, if there is a browser.
fn play(demo: &[&str], screen: Screen, scene: impl AsyncFnOnce(&Person<'_>)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(screen).await else { return };
        let demo = Demo::start(demo);
        scene(&Person { demo: &demo, page: chromium.page.clone() }).await;
        chromium.quit().await;
    });
}

#[test]
fn log_in_and_stay_logged_in() {
    play(&[], Screen::Desk, async |person| {
        person.visit("/").await;
        person.sees("#nobody", "Not logged in").await;
        person.follow("Log in with any name").await;
        person.log_in("Zoe").await;

        person.page.new_tab().await.unwrap();
        let windows = person.page.windows().await.unwrap();
        person.page.switch_to_window(windows[1].clone()).await.unwrap();
        person.visit("/cart").await;
        person.sees("#user", "Zoe").await;

        person.press("#log-out").await;
        person.sees(".flash", "You are logged out").await;
        person.page.switch_to_window(windows[0].clone()).await.unwrap();
        person.page.refresh().await.unwrap();
        person.sees("#nobody", "Not logged in").await;
        person.sees("#session-empty", "Nothing is remembered").await;
    });
}

#[test]
fn an_email_is_set_got_and_deleted() {
    play(&[], Screen::Desk, async |person| {
        person.visit("/get_email").await;
        person.follow("enter your email").await;
        person.fill_in("#email", "zoe@example.org").await;
        person.press("main form button").await;
        person.sees("h1", "Welcome zoe@example.org!").await;
        person.follow("Delete").await;
        person.press("main form button").await;
        person.sees("h1", "Please enter your email").await;
        assert!(person.cookie().await.is_none(), "nothing is left to keep");
    });
}

#[test]
fn a_browser_session_or_a_permanent_one() {
    play(&[], Screen::Desk, async |person| {
        person.log_in("Zoe").await;
        assert_eq!(person.cookie().await.unwrap().expiry, None);
        person.follow("Lifetime").await;
        person.choose("input[value=permanent]").await;
        person.press("main form button").await;
        person.sees("#kept", "outlives the browser").await;
        assert!(person.cookie().await.unwrap().expiry.is_some());
        person.choose("input[value=browser-session]").await;
        person.press("main form button").await;
        person.sees("#kept", "Ends with the browser").await;
        assert_eq!(person.cookie().await.unwrap().expiry, None);
    });
}

#[test]
fn a_cart_is_filled_until_it_is_too_much() {
    play(COOKIE, Screen::Desk, async |person| {
        person.visit("/cart").await;
        person.press("button[value='Green tea']").await;
        person.press("button[value='Two cups']").await;
        person.press("button[aria-label='One more: Green tea']").await;
        person.sees("#cart li:first-child .quantity", "× 2").await;
        person.press("button[aria-label='Remove: Two cups']").await;
        person.sees_no("button[aria-label='Remove: Two cups']").await;
        person.press("#fill").await;
        person.sees("h1", "That does not fit into a cookie").await;
        person.follow("Back to the cart").await;
        person.sees("#cart li:first-child .quantity", "× 2").await;
    });
}

#[test]
fn a_message_is_shown_once() {
    play(&[], Screen::Desk, async |person| {
        person.visit("/flash").await;
        person.fill_in("#message", "The kettle is on.").await;
        person.choose("input[value=success]").await;
        person.press("main form button").await;
        person.sees(".flash-success", "The kettle is on.").await;
        person.page.refresh().await.unwrap();
        person.sees_no(".flash").await;
    });
}

#[test]
fn whoever_tampers_is_logged_out() {
    for format in ["flask", "sealed"] {
        play(&["--format", format], Screen::Desk, async |person| {
            person.log_in("Zoe").await;
            person.follow("Inspector").await;
            person.sees("#verdict", "Valid").await;
            person.sees("#decoded", "Zoe").await;
            let cookie = person.cookie().await.unwrap();
            assert_eq!(cookie.name, if format == "sealed" { "__Host-session" } else { "session" });
            assert_eq!(cookie.same_site, Some(SameSite::Lax));
            person.sees("#raw", &cookie.value).await;

            person.press("#tamper").await;
            person.sees("#verdict", "Not valid").await;
            person.sees("#nobody", "Not logged in").await;
            assert_ne!(person.cookie().await.unwrap().value, cookie.value);
            person.press("#restore").await;
            person.sees("#user", "Zoe").await;
            person.press("#tamper").await;
            person.press("#clear").await;
            person.sees("#no-cookie", "sent none").await;
            assert!(person.cookie().await.is_none());
        });
    }
}

/// Two browsers, each with a profile of its own.
#[test]
fn a_person_ends_their_session_in_another_browser() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(here) = Chromium::start(Screen::Desk).await else { return };
        let Some(there) = Chromium::start(Screen::Telephone).await else { return };
        let demo = Demo::start(&[]);
        let [desk, phone] =
            [&here, &there].map(|chromium| Person { demo: &demo, page: chromium.page.clone() });
        desk.log_in("Zoe").await;
        phone.log_in("Zoe").await;
        desk.follow("Devices").await;
        desk.sees(".badge", "This one").await;
        assert_eq!(desk.page.find_all(By::Css("#devices li")).await.unwrap().len(), 2);

        desk.press("#devices li form button").await;
        desk.sees(".flash-success", "That session is ended").await;
        desk.sees("#alone", "There is no other").await;
        phone.follow("Cart").await;
        phone.sees("#nobody", "Not logged in").await;
        phone.log_in("Zoe").await;
        desk.page.refresh().await.unwrap();
        desk.press("#end-others").await;
        desk.sees(".flash-success", "One other session is ended").await;
        desk.sees("#user", "Zoe").await;
        phone.visit("/sessions").await;
        phone.sees("#nobodys", "Nobody is logged in here").await;
        here.quit().await;
        there.quit().await;
    });
}

#[test]
fn the_record_is_inspected_and_its_name_forged() {
    play(&[], Screen::Desk, async |person| {
        person.log_in("Zoe").await;
        person.follow("See its record").await;
        person.sees("#verdict", "Valid").await;
        person.sees("#owner", "user:Zoe").await;
        person.sees("#decoded", "Zoe").await;
        let cookie = person.cookie().await.unwrap();
        assert_eq!((cookie.name.as_str(), cookie.value.len(), cookie.http_only), ("session", 45, Some(true)));
        assert!(!person.page.source().await.unwrap().contains(&cookie.value));
        person.press("#tamper").await;
        person.sees("#verdict", "Not valid").await;
        person.sees("#nobody", "Not logged in").await;
        person.press("#restore").await;
        person.sees("#user", "Zoe").await;
        person.press("#clear").await;
        person.sees("#no-cookie", "sent no cookie").await;
        assert!(person.cookie().await.is_none());
    });
}

#[test]
fn three_requests_race() {
    for (args, outcome, basket, requests) in [
        (&[][..], "Nothing is lost", "bread, cheese, apples", "3"),
        (COOKIE, "Two of three are lost", "apples", "1"),
    ] {
        play(args, Screen::Desk, async |person| {
            person.log_in("Zoe").await;
            person.follow("Race").await;
            person.press("#run").await;
            person.sees("#outcome", outcome).await;
            person.sees("#basket", basket).await;
            person.sees("#requests", requests).await;
            person.sees("#user", "Zoe").await;
        });
    }
}

#[test]
fn no_page_needs_a_script() {
    play(COOKIE, Screen::Scriptless, async |person| {
        let scripted = "data:text/html,<title>off</title><script>document.title='on'</script>";
        person.page.goto(scripted).await.unwrap();
        assert_eq!(person.page.title().await.unwrap(), "off", "the browser runs scripts");
        person.log_in("Zoe").await;
        person.follow("Cart").await;
        person.press("button[value='Coffee beans']").await;
        person.sees("#cart", "Coffee beans").await;
        person.follow("See it as a cookie").await;
        person.press("#tamper").await;
        person.sees("#verdict", "Not valid").await;
        person.press("#restore").await;
        person.press("#log-out").await;
        person.sees("#nobody", "Not logged in").await;
    });
}

/// Nothing has to be scrolled sideways.
#[test]
fn pages_fit_a_telephone() {
    for store in [ANYWHERE[0], COOKIE] {
        play(store, Screen::Telephone, pages_fit);
    }
}

async fn pages_fit(person: &Person<'_>) {
    person.log_in("Zoe").await;
    for path in PAGES.into_iter().chain(["/nowhere"]) {
        person.visit(path).await;
        fits(person, path).await;
    }
    person.visit("/race").await;
    person.press("#run").await;
    person.sees("#basket", "apples").await;
    fits(person, "/race/run").await;
}

async fn fits(person: &Person<'_>, path: &str) {
    let measured =
        person.page.execute("return [document.documentElement.scrollWidth, window.innerWidth]", vec![]);
    let [wide, window]: [u32; 2] = measured.await.unwrap().convert().unwrap();
    assert_eq!(window, 375);
    assert!(wide <= window, "{path} is {wide} wide on {window}");
}
