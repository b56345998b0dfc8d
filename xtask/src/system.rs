//! Programs of the machine, and Debian's packages for those that are missing.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::shell::{self, Result};

/// Where a program is: the first of these names that is in the `PATH`.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|place| place.is_file())
}

/// Installs Debian packages: as root, or by `sudo` if that asks for no password.
pub(crate) fn install(packages: &[&str]) -> Result {
    find(&["apt-get"]).ok_or("this is no Debian (no apt-get): install it by hand")?;
    println!("installing {}", packages.join(", "));
    updated()?;
    let arguments = [&["install", "-y", "-qq", "--no-install-recommends"], packages].concat();
    shell::output(&mut apt_get(&arguments)?).map(drop)
}

/// Has the lists of packages fetched, once.
fn updated() -> Result {
    static UPDATED: OnceLock<Result> = OnceLock::new();
    UPDATED.get_or_init(|| shell::output(&mut apt_get(&["update", "-qq"])?).map(drop)).clone()
}

/// As root, or by a `sudo` that asks nothing; it waits for another apt-get to end.
fn apt_get(arguments: &[&str]) -> Result<Command> {
    let who = shell::output(shell::command("id").arg("-u"))?;
    let mut command = if who.trim() == "0" { shell::command("apt-get") } else { shell::command("sudo") };
    if who.trim() != "0" {
        command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).args(["-o", "DPkg::Lock::Timeout=300"]);
    Ok(command)
}
