//! The scenes as a person plays them: with clicks, in Chromium.

use thirtyfour::prelude::*;

use super::COOKIE;
use super::chromium::{Chromium, Screen};
use super::person::{Person, play};
use super::server::Demo;

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
        person.sees("#session-empty", "Your session is empty").await;
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
        person.sees("#kept", "kept when the browser closes").await;
        assert!(person.cookie().await.unwrap().expiry.is_some());
        person.choose("input[value=browser-session]").await;
        person.press("main form button").await;
        person.sees("#kept", "Ends when the browser closes").await;
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
            person.sees("#no-cookie", "sent no cookie").await;
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
        person.follow("Inspect the record").await;
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
        person.follow("Inspect the cookie").await;
        person.press("#tamper").await;
        person.sees("#verdict", "Not valid").await;
        person.press("#restore").await;
        person.press("#log-out").await;
        person.sees("#nobody", "Not logged in").await;
    });
}
