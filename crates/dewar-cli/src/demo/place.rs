//! The store: the one that was asked for, or a file of the demo's own.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dewar::random::{Random, RandomError};
use dewar::store::Store;
use dewar_stores::Engine;
use dewar_stores::guard::GuardOptions;
use url::Url;

use crate::store_url::without_password;

/// A store, opened.
pub(super) struct Place {
    pub(super) store: Arc<dyn Store>,
    /// Its URL without what may be a password.
    pub(super) url: String,
    pub(super) engine: &'static Engine,
}

/// Opens the store of this URL; without one, an SQLite file in the user's folder for such things, or in a temporary one.
pub(super) async fn open(url: Option<&str>) -> Result<Place, Box<dyn Error>> {
    match url {
        Some(url) => at(url).await,
        None => at(&sqlite_url(&own_folder()?.join("demo.db"))?).await,
    }
}

async fn at(url: &str) -> Result<Place, Box<dyn Error>> {
    let store = dewar_stores::open_with(url, guard_options()).await?;
    let engine = Engine::from_url(url)?;
    Ok(Place { store, url: without_password(url, engine), engine })
}

/// A person in front of a demo waits for a slow disk rather than be told to come again.
fn guard_options() -> GuardOptions {
    GuardOptions {
        deadline: Duration::from_secs(2),
        long_deadline: Duration::from_secs(5),
        ..GuardOptions::default()
    }
}

/// A folder that other users cannot look into.
fn own_folder() -> Result<PathBuf, Box<dyn Error>> {
    let lasting = state_folder().map(|folder| folder.join("dewar"));
    match lasting.filter(|folder| make(folder, true).is_ok()) {
        Some(folder) => Ok(folder),
        None => temporary_folder(),
    }
}

/// Where programs of this user store what outlives a restart and is no document: `XDG_STATE_HOME` of the XDG Base Directory
/// Specification 0.8, or what Windows has for it.
fn state_folder() -> Option<PathBuf> {
    let folder =
        |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".local").join("state")))
}

fn temporary_folder() -> Result<PathBuf, Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("dewar-demo-{}", by_chance()?));
    make(&folder, false).map_err(|error| {
        format!(
            "no folder for the sessions can be made at {}: choose a store with --store ({error})",
            folder.display()
        )
    })?;
    Ok(folder)
}

/// A name that cannot have been taken before.
fn by_chance() -> Result<String, RandomError> {
    Ok(format!("{:016x}", u64::from_be_bytes(Random::system().bytes()?)))
}

fn make(folder: &Path, recursive: bool) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(recursive);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn sqlite_url(path: &Path) -> Result<String, String> {
    let url = Url::from_file_path(path).map_err(|()| format!("{} is no absolute path", path.display()))?;
    Ok(format!("sqlite://{}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_signs_in_a_path_stay_part_of_it() {
        let url = sqlite_url(Path::new("/home/zoe is?/#1/50%/demo.db"));
        assert_eq!(url.as_deref(), Ok("sqlite:///home/zoe%20is%3F/%231/50%25/demo.db"));
    }
}
