//! Programs of the machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a program is: what the variable says, or else the first of these names that is in the `PATH`.
pub(crate) fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).or_else(|| in_path(names))
}

/// A program that lies beside another one, or else in the `PATH`.
pub(crate) fn beside(other: &Path, names: &[&str]) -> Option<PathBuf> {
    let neighbours = other.parent().into_iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    neighbours.into_iter().find(|place| place.is_file()).or_else(|| in_path(names))
}

fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|place| place.is_file())
}

/// Runs it to its end. Returns what it printed, without the last line break; what it printed as an error if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{program} failed: {}{}", text(&output.stdout), text(&output.stderr)))
    }
}
