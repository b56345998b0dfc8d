//! A person in front of the demo, in Chromium.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures_util::FutureExt as _;
use thirtyfour::prelude::*;

use super::chromium::{Chromium, Screen};
use super::server::Demo;

const TIMEOUT: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(20);

/// A person in front of the demo.
pub(super) struct Person<'d> {
    pub(super) demo: &'d Demo,
    pub(super) page: WebDriver,
}

impl Person<'_> {
    pub(super) async fn visit(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.demo.url)).await.unwrap();
    }

    /// Presses a button, and waits until the next page is there.
    pub(super) async fn press(&self, css: &str) {
        self.leave(By::Css(css)).await;
    }

    pub(super) async fn follow(&self, link: &str) {
        self.leave(By::LinkText(link)).await;
    }

    async fn leave(&self, by: By) {
        let page = self.page.find(By::Css("html")).await.unwrap();
        self.page.find(by).await.unwrap().click().await.unwrap();
        page.wait_until().wait(TIMEOUT, INTERVAL).stale().await.unwrap();
    }

    pub(super) async fn choose(&self, css: &str) {
        self.page.find(By::Css(css)).await.unwrap().click().await.unwrap();
    }

    pub(super) async fn fill_in(&self, css: &str, text: &str) {
        self.page.find(By::Css(css)).await.unwrap().send_keys(text).await.unwrap();
    }

    pub(super) async fn sees(&self, css: &str, text: &str) {
        let found = self.page.query(By::Css(css)).first().await;
        let Ok(found) = found else {
            panic!("no {css}: {}", self.page.find(By::Css("main")).await.unwrap().text().await.unwrap());
        };
        let found = found.text().await.unwrap();
        assert!(found.contains(text), "{css} says {found:?}, not {text:?}");
    }

    pub(super) async fn sees_no(&self, css: &str) {
        assert!(self.page.find_all(By::Css(css)).await.unwrap().is_empty(), "{css} is there");
    }

    pub(super) async fn log_in(&self, name: &str) {
        self.visit("/login").await;
        self.fill_in("#username", name).await;
        self.press("main form button").await;
        self.sees("#welcome", &format!("Welcome, {name}!")).await;
    }

    /// Something on every page: an email, and a cart.
    pub(super) async fn fill(&self) {
        self.visit("/set_email").await;
        self.fill_in("#email", "zoe@example.org").await;
        self.press("main form button").await;
        self.visit("/cart").await;
        self.press("button[value='Green tea']").await;
    }

    pub(super) async fn cookie(&self) -> Option<Cookie> {
        let cookies = self.page.get_all_cookies().await.unwrap();
        assert!(cookies.len() <= 1, "{} cookies", cookies.len());
        cookies.into_iter().next()
    }
}

/// Plays a scene, if there is a browser.
pub(super) fn play(demo: &[&str], screen: Screen, scene: impl AsyncFnOnce(&Person<'_>)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(screen).await else { return };
        let demo = Demo::start(demo);
        let person = Person { demo: &demo, page: chromium.page.clone() };
        let played = AssertUnwindSafe(scene(&person)).catch_unwind().await;
        // Also after a failure: a browser that is only dropped holds up the test for minutes.
        chromium.quit().await;
        played.unwrap_or_else(|failure| resume_unwind(failure));
    });
}
