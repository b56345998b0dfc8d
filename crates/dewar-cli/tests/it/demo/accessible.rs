//! Every page on a telephone, at a desk and in dark colours: axe-core finds nothing, and nothing has to be scrolled sideways.

use super::axe::{Axe, widths};
use super::chromium::Screen;
use super::person::{Person, play};
use super::{COOKIE, PAGES};

const SEALED: &[&str] = &["--format", "sealed"];

#[test]
fn pages_of_sessions_in_a_store() {
    play(&[], Screen::Telephone, every_page);
    play(&[], Screen::Desk, every_page);
    play(&[], Screen::Dark, every_dark_page);
}

#[test]
fn pages_of_sessions_in_cookies() {
    play(COOKIE, Screen::Telephone, every_page);
    play(COOKIE, Screen::Dark, every_dark_page);
    play(SEALED, Screen::Telephone, every_page);
    play(SEALED, Screen::Desk, every_page);
}

#[test]
fn a_missing_label_and_faint_text_are_found() {
    play(&[], Screen::Desk, async |person| {
        let Some(axe) = Axe::load() else { return };
        person.visit("/login").await;
        assert_eq!(axe.violations(&person.page).await, [""; 0]);
        let spoil =
            "document.querySelector('label').remove(); document.querySelector('p').style.color = '#ddd'";
        person.page.execute(spoil, vec![]).await.unwrap();
        let found = axe.violations(&person.page).await;
        let has = |rule: &str| found.iter().any(|line| line.starts_with(rule));
        assert!(has("label: <input id=\"username\"") && has("color-contrast: <p "), "{found:#?}");
    });
}

#[test]
fn a_page_that_is_too_wide_is_found() {
    play(&[], Screen::Telephone, async |person| {
        person.visit("/").await;
        person.page.execute("document.querySelector('main').style.width = '376px'", vec![]).await.unwrap();
        let [wide, window] = widths(&person.page).await;
        assert!(window == 375 && wide > window, "{wide} {window}");
    });
}

async fn every_dark_page(person: &Person<'_>) {
    let is_dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
    assert!(person.page.execute(is_dark, vec![]).await.unwrap().convert::<bool>().unwrap());
    every_page(person).await;
}

async fn every_page(person: &Person<'_>) {
    let axe = Axe::load();
    let check = async |page: &str| {
        if let Some(axe) = &axe {
            let found = axe.violations(&person.page).await;
            assert!(found.is_empty(), "{page}: {found:#?}");
        }
        let [wide, window] = widths(&person.page).await;
        assert!(wide <= window, "{page} is {wide} wide on {window}");
    };
    for path in PAGES {
        person.visit(path).await;
        check(path).await;
    }
    person.log_in("Zoe").await;
    person.fill().await;
    for path in PAGES.into_iter().chain(["/nowhere"]) {
        person.visit(path).await;
        check(path).await;
    }
    person.visit("/flash").await;
    for category in ["info", "success", "warning", "error"] {
        person.fill_in("#message", "The kettle is on.").await;
        person.choose(&format!("input[value={category}]")).await;
        person.press("main form button").await;
        check(category).await;
    }
    person.visit("/race").await;
    person.press("#run").await;
    check("the race, run").await;
    person.visit("/cart").await;
    person.press("#fill").await;
    check("a full cart").await;
    person.visit("/inspector").await;
    person.press("#tamper").await;
    check("a forged cookie").await;
}
