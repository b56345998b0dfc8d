//! Programs of the machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

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

/// Whether this process may do everything. Some servers refuse to.
pub(crate) fn are_we_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0"))
}

/// A command for a program that this user runs if we are root.
pub(crate) fn command_as(user: &str, program: &Path) -> Command {
    if !are_we_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(become_user(user)).arg(program);
    command
}

/// The arguments of `setpriv` to be this user, in the user's own group alone.
pub(crate) fn become_user(user: &str) -> [String; 3] {
    let group = output(Command::new("id").args(["-g", user])).unwrap_or_else(|_| user.to_owned());
    [format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]
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
