//! A certificate for `localhost` and 127.0.0.1, and the authority that signed it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::program;

const EXTENSIONS: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// Writes `ca.crt`, `server.crt` and `server.key`.
pub(crate) fn make(folder: &Path) -> Result<(), String> {
    fs::write(folder.join("extensions"), EXTENSIONS).map_err(|error| format!("extensions: {error}"))?;
    let authority = ["-days", "3650", "-subj", "/CN=Dewar tests", "-keyout", "ca.key", "-out", "ca.crt"];
    openssl(folder, &[&["req", "-x509"], &KEY[..], &authority].concat())?;
    let request = ["-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    openssl(folder, &[&["req"], &KEY[..], &request].concat())?;
    let signed =
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
    let leaf = ["-days", "3650", "-extfile", "extensions", "-out", "server.crt"];
    openssl(folder, &[&signed[..], &leaf].concat())
}

fn openssl(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    program::output(Command::new("openssl").current_dir(folder).args(arguments)).map(drop)
}
