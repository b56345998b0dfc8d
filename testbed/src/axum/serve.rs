//! A router on a listener.

use std::io::Result;
use std::net;

use axum::Router;
use tokio::net::TcpListener;

use super::router::router;
use crate::Site;

/// Serves the testbed until the other future is ready.
pub(crate) async fn serve(
    listener: net::TcpListener,
    site: Site,
    until: impl Future<Output = ()>,
) -> Result<()> {
    serve_router(listener, router(site), until).await
}

/// Serves any program.
pub(crate) async fn serve_router(
    listener: net::TcpListener,
    router: Router,
    until: impl Future<Output = ()>,
) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served,
        () = until => Ok(()),
    }
}
