//! The peers that cannot be built together with Dewar, since their driver of SQLite wants another SQLite, or that bring a web
//! framework of their own: a program apart, in `store-peers`, with the same instruments.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use tempfile::TempDir;

/// Builds it, with our target folder, before anything is measured.
pub(crate) fn build() -> Result<PathBuf, String> {
    let target = target()?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("store-peers/Cargo.toml");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--release", "--locked", "--manifest-path"]).arg(manifest);
    build.arg("--target-dir").arg(&target);
    let status = build.status().map_err(|error| format!("cargo: {error}"))?;
    let program = target.join("release/dewar-bench-store-peers");
    if status.success() { Ok(program) } else { Err("store-peers cannot be built".to_owned()) }
}

/// What it prints, line by line.
pub(crate) fn run<T: FromStr>(program: &Path, arguments: &[&str]) -> Result<Vec<T>, String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() {
        return Err(format!("store-peers failed ({})", output.status));
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    lines.lines().map(|line| line.parse().map_err(|_| format!("store-peers said {line:?}"))).collect()
}

/// A folder on the disk that holds the programs; it is removed with its value.
pub(crate) fn folder() -> Result<TempDir, String> {
    tempfile::tempdir_in(target()?).map_err(|error| error.to_string())
}

/// Where cargo has built this program.
fn target() -> Result<PathBuf, String> {
    let here = env::current_exe().map_err(|error| error.to_string())?;
    let target = here.ancestors().nth(2).filter(|target| target.file_name() != Some(OsStr::new("")));
    target.map(Path::to_path_buf).ok_or_else(|| "this program lies in no target folder".to_owned())
}
