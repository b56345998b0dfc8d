//! Listening, serving, and stopping when asked to.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::app::App;
use super::pages;
use super::settings::Settings;
use crate::args::Demo;
use crate::output;

/// Serves the demo until Ctrl-C.
pub(crate) fn run(args: &Demo) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(args))
}

async fn serve(args: &Demo) -> Result<(), Box<dyn Error>> {
    let settings = Settings::new(args)?;
    let address = SocketAddr::new(args.host, args.port);
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    output::line(format_args!("The demo runs on http://{}", listener.local_addr()?));
    output::line(if settings.secret_is_random {
        "Its secret was made at random just now: a restart logs everybody out (--secret-file keeps one)."
    } else {
        "Its secret is the one in the file: who is logged in stays so over a restart."
    });
    output::line("Ctrl-C ends it.");
    let router = pages::router(App::new(settings)?);
    axum::serve(listener, router).with_graceful_shutdown(ctrl_c()).await?;
    output::line("The demo has ended.");
    Ok(())
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal nobody could end it in good order: it runs until it is killed.
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
            format!("port {port} may not be opened by you: choose one above 1023 with --port")
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}
