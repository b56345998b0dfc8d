//! Opens a database: connects, and creates or checks the table.

use std::error::Error as _;
use std::io;
use std::sync::Arc;

use super::address::Address;
use super::calls::LONG;
use super::driver::PostgresDriver;
use super::failure::{self, Failure};
use super::options::PostgresOptions;
use super::server::Server;
use super::table;
use crate::OpenError;
use crate::sql::{IfMissing, Table};
use tokio::time::timeout;

/// Connects to the database at a URL. `creates`: whether a missing table is created if neither the options nor the URL say.
pub(super) async fn open(
    url: &str,
    table: &Table,
    options: &PostgresOptions,
    creates: bool,
) -> Result<PostgresDriver, OpenError> {
    let address = Address::parse(url)?;
    let if_missing = IfMissing::new(options.create_table, address.create_table.unwrap_or(creates));
    let server = Arc::new(Server::new(address, options)?);
    let driver = PostgresDriver::new(&server, options);
    let session = driver.session().await.map_err(|failure| not_opened(&server.to_string(), &failure))?;
    let name = server.to_string();
    let checked = timeout(LONG, table::ensure(session.client(), table, if_missing, &name)).await;
    checked.unwrap_or_else(|_| Err(silent(&name)))?;
    Ok(driver)
}

/// The error if no connection could be opened. `server` says where the database is.
pub(super) fn not_opened(server: &str, failure: &Failure) -> OpenError {
    let (Failure::NotConnected(error) | Failure::Failed(error)) = failure else {
        return silent(server);
    };
    match failure::refusal(error) {
        Some(refusal) => {
            let why = refused(refusal.code());
            OpenError::new(format!("PostgreSQL at {server} {why}")).with_source(refusal)
        }
        None => {
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            OpenError::new(unreachable(server, error)).with_source(cause)
        }
    }
}

fn silent(server: &str) -> OpenError {
    OpenError::new(format!(
        "PostgreSQL at {server} did not answer in time: check that the server is PostgreSQL, and that it is not blocked"
    ))
}

fn refused(code: &str) -> &'static str {
    match code {
        "28P01" => "does not accept this user and password",
        "28000" => {
            "does not accept this user from here: correct the URL or pg_hba.conf; if it requires TLS, add sslmode=verify-full to the URL"
        }
        "3D000" => "has no such database: create it, or correct the URL",
        "53300" => "has too many clients: raise max_connections, or use a pooler",
        "57P03" => "is starting or stopping: try again",
        _ => "cannot be used",
    }
}

fn unreachable(server: &str, error: &tokio_postgres::Error) -> String {
    let cause = error.source();
    let says = |words: &str| cause.is_some_and(|cause| cause.to_string().contains(words));
    let io = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    match io.map(io::Error::kind) {
        Some(io::ErrorKind::PermissionDenied) => {
            format!("none of PostgreSQL's servers at {server} accepts writes: name the primary")
        }
        Some(io::ErrorKind::InvalidData) => format!(
            "PostgreSQL at {server} has no trusted certificate: name its CA with sslrootcert=/path/to/ca.pem in the URL, or \
             PostgresOptions::ca_file"
        ),
        Some(_) => format!("no PostgreSQL server answers at {server}: start it, or correct the address"),
        None if says("does not support TLS") => {
            format!(
                "PostgreSQL at {server} does not support TLS: turn it on there, or add sslmode=disable to the URL"
            )
        }
        None if says("password missing") => {
            format!(
                "PostgreSQL at {server} requires a password: write it as in postgresql://user:password@host/database"
            )
        }
        None => format!("cannot connect to PostgreSQL at {server}"),
    }
}
