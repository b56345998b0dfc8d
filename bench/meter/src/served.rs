//! A program that is called over HTTP, as a process of its own.

use std::future::Future;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Serves the router on a free port of this machine, with the runtime that `#[tokio::main]` makes, until the standard input ends.
///
/// # Errors
/// If there is no free port, or none to tell it to.
pub fn serve(router: impl Future<Output = Router>) -> io::Result<()> {
    Runtime::new()?.block_on(async {
        let router = router.await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        announce(listener.local_addr()?)?;
        axum::serve(listener, router).await
    })
}

/// Prints the port for whoever has started this process, and ends the process with its standard input.
///
/// # Errors
/// If nobody listens.
pub fn announce(address: SocketAddr) -> io::Result<()> {
    std::thread::spawn(|| {
        _ = io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let mut output = io::stdout();
    writeln!(output, "{}", address.port())?;
    output.flush()
}
