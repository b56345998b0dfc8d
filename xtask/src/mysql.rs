//! `cargo xtask mysql`: the tests for MariaDB, run on MySQL. CI runs them on MariaDB alone, since Debian stable has no MySQL.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result};
use crate::{python, servers, system};

/// The store's own tests, and the comparisons with the real Flask-Session.
const RUNS: [&[&str]; 2] = [
    &["test", "-p", "dewar-stores", "--all-features", "--test", "it", "--", "mysql::"],
    &["test", "-p", "dewar-testbed", "--test", "it", "--", "mariadb"],
];

/// Runs the tests on the MySQL that `DEWAR_MYSQLD` names, or on Debian's newest, which is installed into the target folder (as root).
pub(crate) fn run() -> Result {
    let mysqld = match env::var_os("DEWAR_MYSQLD") {
        Some(mysqld) => PathBuf::from(mysqld),
        None => installed()?,
    };
    println!("{}", shell::output(shell::command(&mysqld).args(["--no-defaults", "--version"]))?.trim());
    let mut variables = servers::prepare()?;
    variables.push(("DEWAR_PYTHON", python::prepare()?.interpreter));
    for run in RUNS {
        let mut cargo = shell::cargo(run.iter().copied());
        cargo.envs(variables.iter().map(|(name, value)| (*name, value)));
        shell::run(cargo.env("DEWAR_MYSQLD", &mysqld).env("DEWAR_REQUIRE_ALL", "1"))?;
    }
    Ok(())
}

fn installed() -> Result<PathBuf> {
    let folder = shell::target().join("mysql");
    let (root, script) = (folder.join("root"), folder.join("mysqld"));
    if script.is_file() {
        return Ok(script);
    }
    if system::find(&["debootstrap"]).is_none() {
        system::install(&["debootstrap"])?;
    }
    println!("installing Debian sid with its mysql-server into {}", root.display());
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(said)?;
    let bootstrap = ["--variant=minbase", "--include=ca-certificates", "sid"];
    shell::output(shell::command("debootstrap").args(bootstrap).arg(&root))?;
    let install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "mysql-server"];
    shell::output(shell::command("chroot").arg(&root).args(install))?;
    fs::write(&script, starter(&root)).map_err(said)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).map_err(said)?;
    Ok(script)
}

/// Starts the program outside of its root, with its own libraries: so it needs no rights, and can use any folder.
fn starter(root: &Path) -> String {
    let root = root.display();
    format!(
        "#!/bin/sh\nR='{root}'\n\
         exec \"$R/lib64/ld-linux-x86-64.so.2\" --library-path \"$R/usr/lib/x86_64-linux-gnu:$R/usr/lib/mysql/private\" \
         \"$R/usr/sbin/mysqld\" \"$@\" --lc-messages-dir=\"$R/usr/share/mysql\" \
         --character-sets-dir=\"$R/usr/share/mysql/charsets\" --plugin-dir=\"$R/usr/lib/mysql/plugin\" --secure-file-priv=NULL\n"
    )
}
