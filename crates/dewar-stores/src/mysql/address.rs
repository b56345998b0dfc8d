//! The address of a MySQL or MariaDB server, from its URL.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::OpenError;

/// The contents of a URL. `Display` shows neither the user nor the password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) place: Place,
    pub(super) database: String,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) tls: Tls,
    /// A file with the CA certificates to trust.
    pub(super) ca_file: Option<PathBuf>,
    /// Whether a missing table is made.
    pub(super) create_table: Option<bool>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

/// Whether the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    Disabled,
    /// Encrypted, to whatever server answers.
    Required,
    /// Encrypted, to a server with a trusted certificate for this host.
    VerifyIdentity,
}

impl Address {
    /// Parses `mysql://user:password@host:port/database`; `mariadb://` is the same, and so is a URL of SQLAlchemy that names a driver for Python
    /// (`mysql+pymysql://`). The parameters after a `?` are those of [`OPTIONS`].
    pub(super) fn parse(text: &str) -> Result<Self, OpenError> {
        let url = Url::parse(&with_host(text)).map_err(|error| refused(&error.to_string()))?;
        let engine = url.scheme().split('+').next().unwrap_or_default();
        if !["mysql", "mariadb"].contains(&engine) {
            return Err(refused("the scheme of the URL is not mysql or mariadb"));
        }
        let database = decoded(url.path().trim_start_matches('/'))?;
        let database = database.ok_or_else(|| refused("the URL of MySQL names no database"))?;
        let mut address = Self {
            place: place(&url)?,
            database,
            user: decoded(url.username())?,
            password: decoded(url.password().unwrap_or_default())?,
            tls: Tls::Disabled,
            ca_file: None,
            create_table: None,
        };
        let mut mode = None;
        for (name, value) in url.query_pairs() {
            match name.replace('-', "_").as_str() {
                "ssl_mode" => mode = Some(tls(&value)?),
                _ => address.set(&name, &value)?,
            }
        }
        address.tls = of_mode(mode, address.ca_file.is_some())?;
        Ok(address)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), OpenError> {
        match name.replace('-', "_").as_str() {
            "charset" if value.eq_ignore_ascii_case("utf8mb4") => {}
            "charset" => return Err(refused("the charset in the URL of MySQL must be utf8mb4")),
            "create_table" => self.create_table = Some(yes_or_no(value)?),
            "ssl_ca" => self.ca_file = Some(value.into()),
            "unix_socket" => self.place = Place::Socket(value.into()),
            _ => return Err(unknown_option(name)),
        }
        Ok(())
    }
}

const EXAMPLE: &str = "mysql://user:password@localhost:3306/database";
const OPTIONS: &str = "charset, create_table, ssl_ca, ssl_mode and unix_socket";

/// For SQLAlchemy, a host may be missing after a user.
fn with_host(text: &str) -> String {
    match text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('/')?))) {
        Some((scheme, (user, rest))) if user.ends_with('@') => format!("{scheme}://{user}localhost/{rest}"),
        _ => text.to_owned(),
    }
}

fn refused(why: &str) -> OpenError {
    OpenError::wrong_url(format!("{why}: the URL must be like {EXAMPLE}"))
}

/// The name of an option is no secret, as long as it is one.
fn unknown_option(name: &str) -> OpenError {
    let is_name =
        name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let which = if is_name { format!(" {name}") } else { String::new() };
    OpenError::wrong_url(format!(
        "the URL of MySQL has an unknown option{which}: the options after the ? are {OPTIONS}"
    ))
}

fn place(url: &Url) -> Result<Place, OpenError> {
    // The host of a scheme that the parser does not know is not decoded.
    let host = match url.host() {
        Some(Host::Domain(name)) => decoded(name)?,
        Some(Host::Ipv4(address)) => Some(address.to_string()),
        Some(Host::Ipv6(address)) => Some(address.to_string()),
        None => None,
    };
    // As for SQLAlchemy, which then connects to this machine.
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    Ok(Place::Tcp { host, port: url.port().unwrap_or(3306) })
}

/// With the CA's certificate at hand, the server's is always checked.
fn of_mode(mode: Option<Tls>, has_ca_file: bool) -> Result<Tls, OpenError> {
    match mode {
        Some(Tls::Disabled) if has_ca_file => Err(refused("ssl_ca has no effect with ssl_mode=disabled")),
        _ if has_ca_file => Ok(Tls::VerifyIdentity),
        mode => Ok(mode.unwrap_or(Tls::Disabled)),
    }
}

fn tls(mode: &str) -> Result<Tls, OpenError> {
    match mode.to_ascii_lowercase().replace('-', "_").as_str() {
        "disabled" => Ok(Tls::Disabled),
        "required" => Ok(Tls::Required),
        "verify_identity" => Ok(Tls::VerifyIdentity),
        _ => Err(OpenError::wrong_url(
            "ssl_mode in the URL of MySQL must be disabled, required (the certificate is not checked) or verify_identity",
        )),
    }
}

fn yes_or_no(value: &str) -> Result<bool, OpenError> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(OpenError::wrong_url("create_table in the URL of MySQL must be true or false")),
    }
}

/// Percent-decodes a part of the URL. `None` if it is empty.
fn decoded(text: &str) -> Result<Option<String>, OpenError> {
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| OpenError::wrong_url("the URL of MySQL is not valid UTF-8"))?;
    Ok((!text.is_empty()).then(|| text.into_owned()))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Place::Tcp { host, port } => write!(f, "{host}:{port}"),
            Place::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn tcp(host: &str, port: u16) -> Place {
        Place::Tcp { host: host.to_owned(), port }
    }

    #[test]
    fn everything_in_a_url() {
        let address = parse(
            "mysql://u%40x:p%2Fw%3A@db.example:3307/sh%20op?ssl-mode=VERIFY_IDENTITY&create_table=true",
        );
        assert!(address.place == tcp("db.example", 3307));
        assert_eq!(address.user.as_deref(), Some("u@x"));
        assert_eq!(address.password.as_deref(), Some("p/w:"));
        assert_eq!((address.database.as_str(), address.tls), ("sh op", Tls::VerifyIdentity));
        assert_eq!(address.create_table, Some(true));
        assert_eq!(address.to_string(), "db.example:3307");
    }

    #[test]
    fn urls_of_sqlalchemy_and_what_is_left_out() {
        for url in [
            "mysql://localhost/d",
            "mariadb://localhost/d",
            "mysql:///d",
            "mysql+pymysql://localhost/d?charset=utf8mb4",
            "mariadb+mariadbconnector://localhost:3306/d",
        ] {
            let address = parse(url);
            assert!(address.place == tcp("localhost", 3306), "{url}");
            assert_eq!((address.user, address.password, address.tls), (None, None, Tls::Disabled));
        }
        assert_eq!(parse("mysql://[::1]:7000/d").to_string(), "[::1]:7000");
        assert!(parse("mysql://u@/d?unix_socket=/run/s").place == Place::Socket("/run/s".into()));
        let trusting = parse("mysql://h/d?ssl_ca=/ca.pem");
        assert_eq!((trusting.tls, trusting.ca_file), (Tls::VerifyIdentity, Some("/ca.pem".into())));
        for url in
            ["mysql://h/d?ssl_ca=/ca.pem&ssl_mode=required", "mysql://h/d?ssl_mode=required&ssl_ca=/ca.pem"]
        {
            assert_eq!(parse(url).tls, Tls::VerifyIdentity, "{url}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        for (url, says) in [
            ("mysql://h/d?ssl_ca=/ca.pem&ssl_mode=disabled", "has no effect"),
            ("localhost:3306/d", "scheme"),
            ("", "must be like mysql://"),
            ("postgresql://:hunter2@h/d", "scheme"),
            ("mysql://u:hunter2@h", "names no database"),
            ("mysql://u:hunter2@h/", "names no database"),
            ("mysql://u:hunter2@h/d?pool_size=5", "unknown option pool_size: the options"),
            ("mysql://u:hunter2@h/d?hunter2%20=", "unknown option: the options"),
            ("mysql://u:hunter2@h/d?charset=latin1", "utf8mb4"),
            ("mysql://u:hunter2@h/d?ssl_mode=preferred", "verify_identity"),
            ("mysql://u:hunter2@h/d?create_table=maybe", "true or false"),
            ("mysql://u:hunter2%ff@h/d", "UTF-8"),
        ] {
            let Err(error) = Address::parse(url) else { panic!("{url}") };
            assert!(error.to_string().contains(says), "{url}: {error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{url}");
        }
    }
}
