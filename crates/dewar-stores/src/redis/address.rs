//! The address of a Redis server, from its URL.

use std::fmt;
use std::path::PathBuf;

use url::{Host, Url};

use crate::OpenError;

/// The contents of a URL. `Display` shows neither the user nor the password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) place: Place,
    pub(super) database: i64,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// A file with the CA certificates to trust.
    pub(super) ca_file: Option<PathBuf>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16, tls: bool },
    Socket(PathBuf),
}

impl Address {
    /// Parses `redis://user:password@host:port/database`, `rediss://` for TLS, `unix:///path` and `redis+unix:///path`. The parameters after a
    /// `?` are `db`, `user` or `username`, `pass` or `password`, and `ca`.
    pub(super) fn parse(text: &str) -> Result<Self, OpenError> {
        let url = Url::parse(text).map_err(|error| {
            OpenError::wrong_url(format!("{error}: the URL of Redis must be like {EXAMPLE}"))
        })?;
        let place = place(&url)?;
        let mut address = Self { place, database: 0, user: None, password: None, ca_file: None };
        address.user = decoded(url.username())?.filter(|user| !user.is_empty());
        address.password = decoded(url.password().unwrap_or_default())?.filter(|word| !word.is_empty());
        if matches!(address.place, Place::Tcp { .. }) {
            address.database = database(url.path().trim_matches('/'))?;
        }
        for (name, value) in url.query_pairs() {
            address.set(&name, value.into_owned())?;
        }
        Ok(address)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), OpenError> {
        match name {
            "db" => self.database = database(&value)?,
            "user" | "username" => self.user = Some(value),
            "pass" | "password" => self.password = Some(value),
            "ca" => self.ca_file = Some(value.into()),
            _ => {
                let known = "db, username, password and ca";
                return Err(OpenError::wrong_url(format!(
                    "the URL of Redis has an unknown parameter: the parameters after the ? are {known}"
                )));
            }
        }
        Ok(())
    }
}

const EXAMPLE: &str = "redis://:password@localhost:6379/0, or unix:///run/redis.sock";

fn place(url: &Url) -> Result<Place, OpenError> {
    match url.scheme() {
        "redis" | "valkey" => tcp(url, false),
        "rediss" | "valkeys" => tcp(url, true),
        "unix" | "redis+unix" | "valkey+unix" => socket(url),
        _ => Err(OpenError::wrong_url(format!(
            "the scheme of the URL is not one of Redis: the URL must be like {EXAMPLE}"
        ))),
    }
}

fn tcp(url: &Url, tls: bool) -> Result<Place, OpenError> {
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => {
            return Err(OpenError::wrong_url(format!(
                "the URL of Redis has no host: it must be like {EXAMPLE}"
            )));
        }
    };
    Ok(Place::Tcp { host, port: url.port().unwrap_or(6379), tls })
}

fn socket(url: &Url) -> Result<Place, OpenError> {
    let path = decoded(url.path())?.filter(|path| path.len() > 1);
    path.map(|path| Place::Socket(path.into())).ok_or_else(|| {
        OpenError::wrong_url(format!("the URL of Redis has no socket: it must be like {EXAMPLE}"))
    })
}

fn database(text: &str) -> Result<i64, OpenError> {
    let number = if text.is_empty() { Some(0) } else { text.parse::<u32>().ok() };
    number.map(i64::from).ok_or_else(|| {
        OpenError::wrong_url(
            "the path in the URL of Redis must be the number of a database, as in redis://localhost/0",
        )
    })
}

/// Percent-decodes a part of the URL. `None` if it is empty.
fn decoded(text: &str) -> Result<Option<String>, OpenError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    let text =
        String::from_utf8(bytes).map_err(|_| OpenError::wrong_url("the URL of Redis is not valid UTF-8"))?;
    Ok((!text.is_empty()).then_some(text))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { host, port, .. } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Place::Tcp { host, port, .. } => write!(f, "{host}:{port}"),
            Place::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn all_of_a_url_is_read() {
        let address = parse("rediss://me:p%40ss@cache.example:7000/3?ca=/etc/ca.pem");
        assert_eq!((address.user.as_deref(), address.password.as_deref()), (Some("me"), Some("p@ss")));
        assert_eq!((address.database, address.ca_file), (3, Some("/etc/ca.pem".into())));
        let place = Place::Tcp { host: "cache.example".to_owned(), port: 7000, tls: true };
        assert!(address.place == place);
    }

    #[test]
    fn a_socket_takes_the_rest_as_parameters() {
        for url in ["unix:///run/a%20b.sock?db=2&pass=x", "redis+unix:///run/a b.sock?password=x&db=2"] {
            let address = parse(url);
            assert!(address.place == Place::Socket("/run/a b.sock".into()));
            assert_eq!((address.database, address.password.as_deref()), (2, Some("x")));
        }
    }

    #[test]
    fn what_is_left_out_is_usual() {
        let address = parse("redis://localhost");
        assert!(address.place == Place::Tcp { host: "localhost".to_owned(), port: 6379, tls: false });
        assert_eq!((address.database, address.user, address.password), (0, None, None));
        assert_eq!(parse("redis://[::1]:7000/").to_string(), "[::1]:7000");
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        for (url, says) in [
            ("localhost:6379", "scheme"),
            ("", "like redis://"),
            ("http://:hunter2@localhost", "scheme"),
            ("redis://:hunter2@/0", "host"),
            ("redis:///0", "host"),
            ("unix://?password=hunter2", "socket"),
            ("redis://:hunter2@localhost/main", "number of a database"),
            ("redis://:hunter2@localhost/-1", "number of a database"),
            ("redis://localhost?pasword=hunter2", "unknown parameter"),
            ("redis://:hunter2%ff@localhost", "UTF-8"),
        ] {
            let Err(error) = Address::parse(url) else { panic!("{url}") };
            assert!(error.to_string().contains(says), "{url}: {error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{url}");
        }
    }
}
