//! The driver's options for an address, and the error if it does not connect.

use std::error::Error as _;
use std::time::Duration;

use mysql_async::{DriverError, Error, Opts, OptsBuilder, PoolConstraints, PoolOpts};

use super::address::{Address, Place, Tls};
use super::failure;
use super::options::MySqlOptions;
use crate::OpenError;

/// The largest number of prepared statements of a connection. A store has fewer.
const PREPARED_STATEMENTS: usize = 32;
/// After this time without traffic, the system checks whether the server is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// A connection that is not needed for this time is closed.
const IDLE: Duration = Duration::from_secs(300);

/// The driver's options. Nothing is connected yet.
pub(super) fn options(address: &Address, options: &MySqlOptions) -> Result<Opts, OpenError> {
    let connections = options.connections.get();
    // Never empty, and never more than there may be.
    let constraints = PoolConstraints::new(1, connections).unwrap_or_default();
    let pool = PoolOpts::default()
        .with_constraints(constraints)
        .with_inactive_connection_ttl(IDLE)
        // Nothing is left over from a call: neither variables nor a transaction. Resetting takes several round trips.
        .with_reset_connection(false);
    let builder = OptsBuilder::default()
        .user(address.user.clone())
        .pass(address.password.clone())
        .db_name(Some(address.database.clone()))
        .client_found_rows(true)
        .stmt_cache_size(PREPARED_STATEMENTS)
        .tcp_keepalive(Some(KEEPALIVE))
        .prefer_socket(false)
        .setup(setup(options))
        .pool_opts(pool);
    let builder = match &address.place {
        Place::Tcp { host, port } => builder.ip_or_hostname(host.clone()).tcp_port(*port),
        Place::Socket(path) => builder.socket(path.to_str()),
    };
    secure(builder, address).map(Opts::from)
}

/// What every connection begins with, whatever the settings of the server are.
fn setup(options: &MySqlOptions) -> Vec<String> {
    let seconds = options.lock_timeout.as_secs().clamp(1, 1 << 30);
    vec![
        time_limit(options.timeout),
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
        format!(
            "SET NAMES utf8mb4, sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00', autocommit = 1, \
             innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}"
        ),
    ]
}

/// Sets the longest time that MariaDB takes for a statement whose call waits this long: a little less, so that the call gets the answer. Zero:
/// no limit. Whoever waits for a locked row is then told in time that nothing was done. MySQL takes this for a comment; its limit
/// does not apply to writes.
pub(super) fn time_limit(waits: Duration) -> String {
    format!("SET autocommit = 1 /*M!100101 , max_statement_time = {} */", seconds(waits))
}

/// What a statement begins with that has another limit.
pub(super) fn with_time_limit(waits: Duration) -> String {
    format!("/*M!100101 SET STATEMENT max_statement_time = {} FOR */ ", seconds(waits))
}

/// The server's limit is at most a year.
fn seconds(waits: Duration) -> f64 {
    (waits.as_secs_f64() * 0.75).min(31_536_000.0)
}

#[cfg(feature = "mysql-tls")]
fn secure(builder: OptsBuilder, address: &Address) -> Result<OptsBuilder, OpenError> {
    Ok(builder.ssl_opts(super::tls::options(address)?))
}

#[cfg(not(feature = "mysql-tls"))]
fn secure(builder: OptsBuilder, address: &Address) -> Result<OptsBuilder, OpenError> {
    match address.tls {
        Tls::Disabled => Ok(builder),
        _ => Err(OpenError::new(
            "ssl_mode in the URL of MySQL: enable the feature `mysql-tls` of dewar-stores",
        )),
    }
}

/// The error when the store cannot be opened: one line that says what to do. `None`: the server took too long.
pub(super) fn not_opened(address: &Address, error: Option<Error>) -> OpenError {
    let Some(error) = error else {
        return OpenError::new(format!(
            "MySQL at {address} did not answer in time: check that the server is MySQL or MariaDB, and that it is not blocked"
        ));
    };
    if let Some(refusal) = failure::refusal(&error) {
        return OpenError::new(refused(address, refusal)).with_source(refusal);
    }
    if matches!(error, Error::Driver(DriverError::UnknownAuthPlugin { .. })) {
        return OpenError::new(format!(
            "MySQL at {address} does not accept this user and password, or the user logs in by a plugin that is not supported: \
             use caching_sha2_password"
        ));
    }
    let is_about_tls = address.tls != Tls::Disabled && !is_refused_connection(&error);
    let why = if is_about_tls {
        format!(
            "MySQL at {address} has no trusted certificate for this host: name its CA with ?ssl_ca=/path/to/ca.pem in the URL"
        )
    } else {
        format!("no MySQL server answers at {address}: start it, or correct the address")
    };
    OpenError::new(why).with_source(failure::Broken::from(error))
}

fn refused(address: &Address, refusal: failure::Refusal) -> String {
    let database = &address.database;
    match refusal.code {
        1045 | 1698 => format!("MySQL at {address} does not accept this user and password"),
        1049 => format!("MySQL at {address} has no database {database}: create it, or correct the URL"),
        1044 => {
            format!("the user may not use the database {database} of MySQL at {address}: GRANT it the rights")
        }
        _ => format!("MySQL at {address} cannot be used ({}): {}", refusal.code, refusal.advice()),
    }
}

/// Whether there is no server, or none of this name.
fn is_refused_connection(error: &Error) -> bool {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, NotFound};
    let source = error.source().and_then(|source| source.source());
    let source = source.and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|source| {
        [ConnectionRefused, HostUnreachable, NetworkUnreachable, NotFound].contains(&source.kind())
    })
}
