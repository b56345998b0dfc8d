//! The program on a listener.

use std::io::Result;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::{App, HttpServer};

use super::app::configure;
use crate::Site;

/// Serves the testbed until the other future is ready.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Site,
    until: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    // Two threads, each with an application of its own: requests of one session are at work in both.
    let server = HttpServer::new(move || App::new().configure(|app| configure(app, &site)))
        .workers(2)
        // Tests keep a connection open while they do other things.
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(0)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let stopping = tokio::spawn(async move {
        until.await;
        handle.stop(false).await;
    });
    let served = server.await;
    stopping.abort();
    served
}
