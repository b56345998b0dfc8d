//! What the binaries do.

use std::io::Write;
use std::net::TcpListener;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::{Arguments, Framework, Site};

/// Serves the program as the command line says, until it is ended. The first line that it prints says where it listens.
pub fn run(framework: Framework) -> ExitCode {
    let Err(error) = serve(framework) else { return ExitCode::SUCCESS };
    // If this cannot be written either, the exit code has to suffice.
    let _ = writeln!(std::io::stderr(), "testbed: {error}");
    ExitCode::FAILURE
}

fn serve(framework: Framework) -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    Runtime::new()?.block_on(async {
        let site = Site::new(arguments.sessions().await?);
        let listener = TcpListener::bind(("127.0.0.1", arguments.port))?;
        writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
        Ok(framework.serve(listener, site, std::future::pending()).await?)
    })
}
