//! A headless Chromium, driven over WebDriver.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::ChromeCapabilities;
use thirtyfour::prelude::*;

/// What a person sits in front of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Desk,
    Telephone,
    /// A desk, with dark colours preferred.
    Dark,
    /// Of somebody who has switched scripts off.
    Scriptless,
}

/// A browser with a fresh profile, and the driver that serves it.
pub(super) struct Chromium {
    pub(super) page: WebDriver,
    // Dropped in this order: the driver ends its browser, then the profile may go.
    _driver: Driver,
    _profile: Profile,
}

struct Driver(Child);

struct Profile(PathBuf);

impl Chromium {
    /// `None`, and a line that says so, where there is no Chromium; with `DEWAR_REQUIRE_ALL=1` that is a failure.
    pub(super) async fn start(screen: Screen) -> Option<Self> {
        let driver = std::env::var("DEWAR_CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".into());
        if !Path::new(&driver).exists() {
            assert_ne!(std::env::var("DEWAR_REQUIRE_ALL").as_deref(), Ok("1"), "no chromedriver at {driver}");
            println!("left out: no chromedriver at {driver} (DEWAR_CHROMEDRIVER)");
            return None;
        }
        let (driver, url) = Driver::start(&driver).await;
        let profile = Profile::new();
        let page = WebDriver::new(&url, capabilities(&profile, screen)).await.unwrap();
        Some(Self { page, _driver: driver, _profile: profile })
    }

    pub(super) async fn quit(self) {
        self.page.quit().await.unwrap();
    }
}

fn capabilities(profile: &Profile, screen: Screen) -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let fixed = [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A host that is neither `localhost` nor a loopback address to the browser.
        "--host-resolver-rules=MAP shop.test 127.0.0.1",
    ];
    for option in fixed {
        capabilities.add_arg(option).unwrap();
    }
    match screen {
        Screen::Desk => {}
        Screen::Dark => capabilities.add_arg("--force-dark-mode").unwrap(),
        Screen::Telephone => {
            let metrics = json!({ "deviceMetrics": { "width": 375, "height": 700, "pixelRatio": 1.0 } });
            capabilities.add_experimental_option("mobileEmulation", metrics).unwrap();
        }
        Screen::Scriptless => {
            let preferences = json!({ "profile.managed_default_content_settings.javascript": 2 });
            capabilities.add_experimental_option("prefs", preferences).unwrap();
        }
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.0.display())).unwrap();
    if let Ok(browser) = std::env::var("DEWAR_CHROMIUM") {
        capabilities.set_binary(&browser).unwrap();
    }
    capabilities
}

impl Driver {
    async fn start(path: &str) -> (Self, String) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(path);
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Self(command.spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(20);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < deadline, "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (driver, format!("http://127.0.0.1:{port}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Profile {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("dewar-chromium-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
