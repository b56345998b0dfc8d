//! Where secret keys come from: files and the environment, never the command line.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use dewar::SecretKeys;
use dewar::signing::WeakSecret;

use crate::args;

/// The environment variables to look for, in this order.
const VARIABLES: [&str; 2] = ["SECRET_KEY", "FLASK_SECRET_KEY"];

/// No secret and no cookie is longer, so that a wrong file is not read to its end.
const MAX_INPUT: u64 = 64 << 10;

/// Secret keys, newest first. They never print.
pub(crate) struct Secrets {
    newest_first: Vec<Vec<u8>>,
    keys: SecretKeys,
}

impl Secrets {
    /// The keys that the command line or the environment names; `None` if neither does.
    pub(crate) fn find(args: &args::Keys) -> Result<Option<Self>, InputError> {
        let newest = match &args.secret_file {
            Some(file) => Some(read_file(file)?),
            None => from_environment(),
        };
        let Some(newest) = newest else {
            return if args.fallback_file.is_empty() { Ok(None) } else { Err(InputError::NoSecret) };
        };
        let older = args.fallback_file.iter().map(|file| read_file(file)).collect::<Result<Vec<_>, _>>()?;
        Self::new(newest, older).map(Some)
    }

    /// These keys, however weak: the command has to read the cookies of programs that use them.
    pub(crate) fn new(newest: Vec<u8>, older: Vec<Vec<u8>>) -> Result<Self, InputError> {
        let keys = SecretKeys::accepting_weak(&newest).map_err(InputError::Secret)?;
        let keys = older.iter().try_fold(keys, SecretKeys::with_fallback).map_err(InputError::Secret)?;
        Ok(Self { newest_first: std::iter::once(newest).chain(older).collect(), keys })
    }

    pub(crate) fn keys(&self) -> &SecretKeys {
        &self.keys
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.newest_first.iter().map(Vec::as_slice)
    }
}

/// The secret in a file: its bytes without the line end that editors and `echo` put after them.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, InputError> {
    let unreadable = |error| InputError::File(path.to_owned(), error);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = read_limited(file).map_err(unreadable)?;
    Ok(without_line_end(bytes))
}

/// All of standard input, which is the same for a secret and a cookie.
pub(crate) fn read_stdin() -> Result<Vec<u8>, InputError> {
    read_limited(std::io::stdin().lock()).map(without_line_end).map_err(InputError::Stdin)
}

fn read_limited(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_INPUT {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "more than 64 KiB"));
    }
    Ok(bytes)
}

fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    for end in [b'\n', b'\r'] {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    bytes
}

fn from_environment() -> Option<Vec<u8>> {
    let variables = VARIABLES.iter().filter_map(std::env::var_os);
    variables.map(std::ffi::OsString::into_encoded_bytes).find(|value| !value.is_empty())
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} keys)", self.newest_first.len())
    }
}

/// What could not be read.
#[derive(Debug)]
pub(crate) enum InputError {
    File(PathBuf, std::io::Error),
    Stdin(std::io::Error),
    NoSecret,
    Secret(WeakSecret),
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "cannot read {}", path.display()),
            Self::Stdin(_) => f.write_str("cannot read standard input"),
            Self::NoSecret => f.write_str(
                "a secret key is needed: name a file with --secret-file, or set SECRET_KEY in the environment",
            ),
            Self::Secret(_) => f.write_str("a secret key cannot be used"),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(_, error) | Self::Stdin(error) => Some(error),
            Self::Secret(error) => Some(error),
            Self::NoSecret => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_not_part_of_a_secret() {
        for (written, secret) in
            [("abc\n", "abc"), ("abc\r\n", "abc"), ("abc\n\n", "abc\n"), ("abc", "abc"), ("\n", "")]
        {
            assert_eq!(without_line_end(written.into()), secret.as_bytes(), "{written:?}");
        }
    }

    #[test]
    fn a_wrong_file_is_not_read_to_its_end() {
        assert!(read_limited(std::io::repeat(b'x')).is_err());
    }

    #[test]
    fn secrets_do_not_print() {
        let secrets = Secrets::new(b"swordfish".to_vec(), vec![b"older".to_vec()]).unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets(2 keys)");
    }
}
