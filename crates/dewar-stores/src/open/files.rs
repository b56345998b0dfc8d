//! Opens files: in Dewar's own format, or in cachelib's, which Flask-Session uses.

use std::sync::Arc;
#[cfg(all(feature = "flask", unix))]
use std::time::Duration;

use dewar_core::{Answer, Store};

#[cfg(unix)]
use super::engine::guarded;
#[cfg(unix)]
use super::path;
#[cfg(unix)]
use super::wanted::Place;
use super::wanted::Wanted;
use crate::OpenError;
use crate::guard::GuardOptions;

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    on_this_system(wanted, guard).into()
}

#[cfg(unix)]
fn on_this_system(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    // Less than the deadline, so that a call that does not get a lock can still report it.
    let lock_timeout = guard.deadline / 2;
    match wanted.place() {
        Place::Own(url) => {
            let folder = path::from_url(url, "file:///var/lib/app/sessions")?;
            let open = if wanted.create { crate::Filesystem::open } else { crate::Filesystem::open_existing };
            Ok(guarded(open(folder)?.lock_timeout(lock_timeout), guard))
        }
        #[cfg(feature = "flask")]
        Place::OfFlask => files_of_flask(wanted, lock_timeout, guard),
    }
}

#[cfg(all(feature = "flask", unix))]
fn files_of_flask(
    wanted: &Wanted,
    lock_timeout: Duration,
    guard: GuardOptions,
) -> Result<Arc<dyn Store>, OpenError> {
    use crate::cachelib::{Cachelib, CachelibOptions};

    let folder = wanted.text("SESSION_FILE_DIR").unwrap_or("flask_session");
    let options = CachelibOptions {
        threshold: wanted.number("SESSION_FILE_THRESHOLD").unwrap_or(500).into(),
        mode: wanted.number("SESSION_FILE_MODE").unwrap_or(0o600),
        lock_timeout,
        create: wanted.create,
        ..CachelibOptions::default()
    };
    Ok(guarded(Cachelib::open(folder, options)?, guard))
}

#[cfg(not(unix))]
fn on_this_system(_: &Wanted, _: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    Err(OpenError::new("sessions in files need a Unix system: use another engine"))
}
