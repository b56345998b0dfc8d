//! Chromium and its driver.

use std::env;
use std::path::PathBuf;

use crate::shell::Result;
use crate::system;

/// A browser that tests can drive.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The browser of this machine, or else Debian's, installed.
pub(crate) fn prepare() -> Result<Browser> {
    match found() {
        Some(browser) => Ok(browser),
        None => {
            system::install(&["chromium", "chromium-driver"])?;
            found().ok_or_else(|| "chromium is installed, but cannot be found".to_owned())
        }
    }
}

fn found() -> Option<Browser> {
    let named = |variable| env::var_os(variable).map(PathBuf::from);
    let chromium = named("DEWAR_CHROMIUM")
        .or_else(|| system::find(&["chromium", "chromium-browser", "google-chrome"]))?;
    let driver = named("DEWAR_CHROMEDRIVER").or_else(|| system::find(&["chromedriver"]))?;
    Some(Browser { chromium, driver })
}
