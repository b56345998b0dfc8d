//! `dewar secret`.

use std::error::Error;

use dewar::random::Random;
use dewar::signing::{base64_encode, secret};
use serde_json::json;

use super::Finding;
use crate::args::{CheckSecret, New, Secret};
use crate::output::{self, Paint};
use crate::secrets;

pub(crate) fn run(command: Secret) -> Result<Finding, Box<dyn Error>> {
    match command {
        Secret::New(args) => new(&args),
        Secret::Check(args) => check(&args),
    }
}

/// 256 bits as text that needs no quoting anywhere: letters, digits, `-` and `_`.
pub(crate) fn random_secret() -> Result<String, dewar::random::RandomError> {
    Ok(base64_encode(&Random::system().bytes::<32>()?))
}

fn new(args: &New) -> Result<Finding, Box<dyn Error>> {
    let secret = random_secret()?;
    output::line(match args {
        New { toml: true, .. } => format!("SECRET_KEY = \"{secret}\""),
        New { env: true, .. } => format!("SECRET_KEY={secret}"),
        New { .. } => secret,
    });
    Ok(Finding::Good)
}

fn check(args: &CheckSecret) -> Result<Finding, Box<dyn Error>> {
    let secret = match &args.file {
        Some(file) => secrets::read_file(file)?,
        None => secrets::read_stdin()?,
    };
    let verdict = secret::check(&secret);
    let paint = Paint::for_stdout();
    output::line(match &verdict {
        _ if args.json => {
            json!({ "good": verdict.is_ok(), "reason": verdict.err().map(|weak| weak.to_string()) })
                .to_string()
                .into()
        }
        Ok(()) => paint.good("the secret is good"),
        Err(weak) => paint.bad(&weak.to_string()),
    });
    Ok(if verdict.is_ok() { Finding::Good } else { Finding::Bad })
}
