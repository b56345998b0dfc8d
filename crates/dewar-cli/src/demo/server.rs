//! Listening, serving, and stopping when asked to.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::app::App;
use super::settings::{InCookie, InStore, Storage};
use super::{pages, place};
use crate::args::{Demo, SessionsIn, stores};
use crate::cmd::Finding;
use crate::output;

/// Serves the demo until Ctrl-C. [`Finding::Bad`] if the store cannot be opened.
pub(crate) fn run(args: &Demo) -> Result<Finding, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(start(args))
}

async fn start(args: &Demo) -> Result<Finding, Box<dyn Error>> {
    let storage = match args.sessions_in()? {
        SessionsIn::Cookie => Storage::InCookie(InCookie::new(args)?),
        SessionsIn::Store { url } => match place::open(url.as_deref()).await {
            Ok(place) => Storage::InStore(InStore::new(place)),
            Err(error) => {
                output::error(error.as_ref());
                return Ok(Finding::Bad);
            }
        },
    };
    serve(SocketAddr::new(args.host, args.port), storage).await?;
    Ok(Finding::Good)
}

/// How many expired sessions are removed at a start.
const SWEPT: usize = 10_000;

async fn serve(address: SocketAddr, storage: Storage) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    output::line(format!("The demo runs on http://{}", listener.local_addr()?));
    for line in introduction(&storage) {
        output::line(line);
    }
    output::line("Press Ctrl-C to stop it.");
    // Expired sessions would stay there for ever. What cannot be removed now is removed at the next start.
    let _ = storage.manager()?.sweep(SWEPT).await;
    let router = pages::router(App::new(storage)?);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(ctrl_c()).await?;
    output::line("The demo has ended.");
    Ok(())
}

/// Where sessions are stored, what a restart does to them, and how to change that.
fn introduction(storage: &Storage) -> [String; 2] {
    match storage {
        Storage::InCookie(cookie) => [
            "Sessions are stored in the cookies themselves (--store puts them on the server).".to_owned(),
            if cookie.secret_is_random {
                "Their secret was made at random just now: a restart logs everyone out (--secret-file uses the same one each time)."
            } else {
                "Their secret is read from the file: users stay logged in when the server restarts."
            }
            .to_owned(),
        ],
        Storage::InStore(store) => [
            format!(
                "Sessions are stored in {}: a restart {}.",
                store.place.url,
                if store.place.engine.is_persistent() { "keeps them" } else { "ends them all" }
            ),
            format!("To store them elsewhere: --store {}.", stores()),
        ],
    }
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal there is no graceful stop: it runs until it is killed.
        std::future::pending::<()>().await;
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    let (host, port) = (address.ip(), address.port());
    match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} on {host} is taken, by another program or by a demo that still runs: choose another with --port, or any free one with --port 0"
        ),
        ErrorKind::PermissionDenied => {
            format!("you may not open port {port}: choose one above 1023 with --port")
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}
