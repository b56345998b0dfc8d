//! The URL of a PostgreSQL database.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::OpenError;

/// The contents of a URL. `Display` shows neither the user nor the password.
pub(super) struct Address {
    pub(super) config: Config,
    /// A file with the CA certificates to trust.
    pub(super) ca_file: Option<PathBuf>,
    pub(super) create_table: Option<bool>,
}

/// If the server's machine does not acknowledge data within this time, the connection is closed.
const UNACKNOWLEDGED: Duration = Duration::from_secs(2);
/// After how much silence the server's machine is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);
const EXAMPLE: &str = "postgresql://user:password@host:5432/database";
/// The parameters that have the same meaning as for libpq.
const OF_LIBPQ: &[&str] = &[
    "user",
    "password",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "options",
    "application_name",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];

impl Address {
    /// Parses `postgresql://user:password@host:port/database`, with several hosts separated by commas. `postgresql+psycopg2`, as SQLAlchemy
    /// writes it, has the same meaning. The parameters after a `?` are some of libpq's, and `create_table`.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        check_password(place, query)?;
        let mut own = Own { tls: SslMode::Disable, ca_file: None, create_table: None };
        let mut of_libpq = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            if !own.take(parameter)? {
                of_libpq.push(parameter);
            }
        }
        let mut config = driver_config(place, &of_libpq)?;
        config.ssl_mode(own.tls);
        Ok(Self { config, ca_file: own.ca_file, create_table: own.create_table })
    }

    pub(super) fn uses_tls(&self) -> bool {
        self.config.get_ssl_mode() != SslMode::Disable
    }
}

/// The parameters that the driver does not know, or understands otherwise.
struct Own {
    tls: SslMode,
    ca_file: Option<PathBuf>,
    create_table: Option<bool>,
}

impl Own {
    /// Whether the parameter was one of these.
    fn take(&mut self, parameter: &str) -> Result<bool, OpenError> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name {
            "sslmode" => self.tls = tls(value)?,
            "sslrootcert" => self.ca_file = Some(decoded(value)?.into()),
            "create_table" => self.create_table = Some(truth(value)?),
            _ if OF_LIBPQ.contains(&name) => return Ok(false),
            _ => return Err(unknown(name)),
        }
        Ok(true)
    }
}

/// libpq's weaker modes look as if they protected the connection, and do not.
fn tls(mode: &str) -> Result<SslMode, OpenError> {
    match mode {
        "disable" => Ok(SslMode::Disable),
        "require" | "verify-full" => Ok(SslMode::Require),
        _ => Err(OpenError::wrong_url(
            "sslmode in the URL of PostgreSQL must be disable, or verify-full (require means the same here: the certificate is verified)",
        )),
    }
}

fn truth(value: &str) -> Result<bool, OpenError> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(OpenError::wrong_url("create_table in the URL of PostgreSQL must be true or false")),
    }
}

/// A name that may be a part of a password is not shown.
fn unknown(name: &str) -> OpenError {
    let is_a_word = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let name = if is_a_word { format!(" {name}") } else { String::new() };
    OpenError::wrong_url(format!(
        "the URL of PostgreSQL has an unknown parameter{name}: the parameters after the ? are create_table, sslmode, sslrootcert, {}",
        OF_LIBPQ.join(", ")
    ))
}

/// A password with these characters would be taken for something else, and shown.
fn check_password(place: &str, query: &str) -> Result<(), OpenError> {
    if place.matches('@').count() > 1 || query.contains('@') {
        return Err(OpenError::wrong_url(
            "the URL of PostgreSQL has more than one @, or one after a ?: in a name or password, write %40 for @, %3F for ? and %2F for /",
        ));
    }
    Ok(())
}

fn driver_config(place: &str, parameters: &[&str]) -> Result<Config, OpenError> {
    let (scheme, rest) = place.split_once("://").unwrap_or_default();
    // SQLAlchemy's driver for Python, as in `postgresql+psycopg2`, is left out.
    let scheme = scheme.split_once('+').map_or(scheme, |(engine, _)| engine).to_ascii_lowercase();
    if !matches!(&*scheme, "postgresql" | "postgres") {
        return Err(OpenError::wrong_url(format!("the URL of PostgreSQL must be like {EXAMPLE}")));
    }
    let url = format!("postgresql://{rest}?{}", parameters.join("&"));
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let why = error.source().map_or_else(String::new, |why| format!(" ({why})"));
        OpenError::wrong_url(format!("the URL of PostgreSQL is wrong{why}: it must be like {EXAMPLE}"))
    })?;
    complete(&mut config);
    Ok(config)
}

/// Sets what the URL leaves out. Of several hosts, the one that accepts writes is used.
fn complete(config: &mut Config) {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host("localhost");
    }
    if config.get_application_name().is_none() {
        config.application_name("dewar");
    }
    // Also of a single host: a read from a standby could show a session that has ended.
    if config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_keepalives_idle() > KEEPALIVE {
        config.keepalives_idle(KEEPALIVE);
    }
    config.tcp_user_timeout(UNACKNOWLEDGED);
}

fn decoded(value: &str) -> Result<String, OpenError> {
    let decoded = percent_decode_str(value).decode_utf8();
    decoded.map(Into::into).map_err(|_| OpenError::wrong_url("the URL of PostgreSQL is not valid UTF-8"))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = self.config.get_ports();
        let port = |place: usize| ports.get(place).or(ports.first()).copied().unwrap_or(5432);
        for (place, host) in self.config.get_hosts().iter().enumerate() {
            f.write_str(if place > 0 { "," } else { "" })?;
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]:{}", port(place))?,
                Host::Tcp(name) => write!(f, "{name}:{}", port(place))?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{}", path.display())?,
            }
        }
        for address in self.config.get_hostaddrs().iter().filter(|_| self.config.get_hosts().is_empty()) {
            write!(f, "{address}")?;
        }
        match self.config.get_dbname() {
            Some(name) => write!(f, "/{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn all_of_a_url_is_read() {
        let address = parse(
            "postgresql+psycopg2://me:p%40ss%2F@db.example:6000/app?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&create_table=true&application_name=shop",
        );
        assert_eq!(address.config.get_user(), Some("me"));
        assert_eq!(address.config.get_password(), Some(&b"p@ss/"[..]));
        assert_eq!(address.to_string(), "db.example:6000/app");
        assert_eq!(address.config.get_application_name(), Some("shop"));
        assert!(address.uses_tls());
        assert_eq!(address.create_table, Some(true));
        assert_eq!(address.ca_file, Some("/etc/ca.pem".into()));
    }

    #[test]
    fn what_is_left_out_is_usual() {
        let address = parse("postgres:///app");
        assert_eq!(address.to_string(), "localhost:5432/app");
        assert!(!address.uses_tls());
        assert_eq!(address.create_table, None);
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(parse("POSTGRES://[::1]:7000/a").to_string(), "[::1]:7000/a");
        assert_eq!(parse("postgres:///a?host=/run/postgresql").to_string(), "/run/postgresql/a");
        assert_eq!(parse("postgres://%2Frun%2Fpostgresql/a").to_string(), "/run/postgresql/a");
    }

    #[test]
    fn of_several_hosts_the_one_that_accepts_writes_is_used() {
        let address = parse("postgresql://me@one,two:6000/app");
        assert_eq!(address.to_string(), "one:5432,two:6000/app");
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        for (url, says) in [
            ("", "must be like postgresql://"),
            ("mysql://u:hunter2@h/d", "must be like postgresql://"),
            ("postgresql:u:hunter2@h", "must be like postgresql://"),
            ("postgresql://u:hun@hunter2@h/d", "%40"),
            ("postgresql://u:p?hunter2@h/d", "%3F"),
            ("postgresql://h:hunter2/d", "port"),
            ("postgresql://u:hunter2@h/d?pool_size=5", "unknown parameter pool_size"),
            ("postgresql://u:hunter2@h/d?Hunter2=5", "unknown parameter:"),
            ("postgresql://u:hunter2@h/d?create_table=yes", "true or false"),
            ("postgresql://u:hunter2@h/d?sslmode=prefer", "verify-full"),
            ("postgresql://u:hunter2@h/d?connect_timeout=soon", "connect_timeout"),
            ("postgresql://u:hunter2@h/d?sslrootcert=%ff", "UTF-8"),
        ] {
            let Err(error) = Address::parse(url) else { panic!("{url}") };
            assert!(error.to_string().contains(says), "{url}: {error}");
            assert!(!format!("{error:?}").to_lowercase().contains("hunter2"), "{url}: {error:?}");
        }
    }
}
