//! A person in front of a browser.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures_util::FutureExt as _;
use thirtyfour::prelude::*;

use crate::axe::{Axe, widths};
use crate::chromium::{Chromium, Screen};

const TIMEOUT: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(20);

pub struct Person {
    url: String,
    pub page: WebDriver,
}

/// Plays a scene at this address, if there is a browser.
pub fn play(url: &str, scene: impl AsyncFnOnce(&Person)) {
    run(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        let person = Person::at(url, &chromium);
        let played = AssertUnwindSafe(scene(&person)).catch_unwind().await;
        // Also after a failure: a browser that is only dropped holds up the test for minutes.
        chromium.quit().await;
        played.unwrap_or_else(|failure| resume_unwind(failure));
    });
}

/// Plays a scene with two browsers: one at a desk, and a telephone.
pub fn play_two(url: &str, scene: impl AsyncFnOnce(&Person, &Person)) {
    run(async {
        let Some(desk) = Chromium::start(Screen::Desk).await else { return };
        let Some(telephone) = Chromium::start(Screen::Telephone).await else { return };
        let people = [&desk, &telephone].map(|chromium| Person::at(url, chromium));
        let played = AssertUnwindSafe(scene(&people[0], &people[1])).catch_unwind().await;
        desk.quit().await;
        telephone.quit().await;
        played.unwrap_or_else(|failure| resume_unwind(failure));
    });
}

fn run(scene: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(scene);
}

impl Person {
    fn at(url: &str, chromium: &Chromium) -> Self {
        Self { url: url.to_owned(), page: chromium.page.clone() }
    }

    pub async fn visit(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.url)).await.unwrap();
    }

    /// Presses a button, and waits until the next page is there.
    pub async fn press(&self, css: &str) {
        self.leave(By::Css(css)).await;
    }

    pub async fn follow(&self, link: &str) {
        self.leave(By::LinkText(link)).await;
    }

    async fn leave(&self, by: By) {
        let page = self.page.find(By::Css("html")).await.unwrap();
        self.find(by).await.click().await.unwrap();
        page.wait_until().wait(TIMEOUT, INTERVAL).stale().await.unwrap();
    }

    pub async fn choose(&self, css: &str) {
        self.find(By::Css(css)).await.click().await.unwrap();
    }

    pub async fn fill_in(&self, css: &str, text: &str) {
        self.find(By::Css(css)).await.send_keys(text).await.unwrap();
    }

    pub async fn sees(&self, css: &str, text: &str) {
        let found = self.find(By::Css(css)).await.text().await.unwrap();
        assert!(found.contains(text), "{css} says {found:?}, not {text:?}");
    }

    pub async fn sees_no(&self, css: &str) {
        assert!(self.page.find_all(By::Css(css)).await.unwrap().is_empty(), "{css} is there");
    }

    pub async fn count(&self, css: &str) -> usize {
        self.page.find_all(By::Css(css)).await.unwrap().len()
    }

    /// Waits for what a script changes.
    pub async fn waits_for(&self, xpath: &str) {
        self.page.query(By::XPath(xpath)).wait(TIMEOUT, INTERVAL).first().await.unwrap();
    }

    /// The path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.page.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.url).unwrap_or(url.as_str()).to_owned()
    }

    pub async fn cookie(&self) -> Cookie {
        let cookies = self.page.get_all_cookies().await.unwrap();
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        cookies.into_iter().next().unwrap()
    }

    /// axe-core finds nothing wrong with the page, and nothing has to be scrolled sideways.
    pub async fn is_accessible(&self) {
        if let Some(axe) = Axe::load() {
            let found = axe.violations(&self.page).await;
            assert!(found.is_empty(), "{}: {found:#?}", self.path().await);
        }
        let [wide, window] = widths(&self.page).await;
        assert!(wide <= window, "{} is {wide} wide on {window}", self.path().await);
    }

    async fn find(&self, by: By) -> WebElement {
        let found = self.page.query(by.clone()).wait(Duration::from_secs(5), INTERVAL).first().await;
        match found {
            Ok(element) => element,
            Err(_) => {
                let text = self.page.find(By::Css("body")).await.unwrap().text().await.unwrap();
                panic!("no {by:?} at {}: {text}", self.path().await)
            }
        }
    }
}
