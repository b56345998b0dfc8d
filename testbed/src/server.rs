//! A program that is served in the process of a test.

use std::io::Result;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use axum::Router;
use dewar::SessionManager;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::{Framework, Site};

/// Listens on a free port of the loopback; stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Taken when it is dropped.
    running: Option<(oneshot::Sender<()>, JoinHandle<Result<()>>)>,
}

impl Server {
    /// Serves the testbed with these sessions.
    ///
    /// # Panics
    /// When it cannot be served.
    pub fn start(framework: Framework, sessions: SessionManager) -> Self {
        Self::start_with(framework, async { Site::new(sessions) })
    }

    /// Serves the testbed. The site is made on the runtime that serves it, as some stores need it.
    ///
    /// # Panics
    /// When it cannot be served.
    pub fn start_with(framework: Framework, site: impl Future<Output = Site>) -> Self {
        Self::serve(site, async move |listener, site, until| framework.serve(listener, site, until).await)
    }

    /// Serves another axum program, which is made on the runtime that serves it.
    ///
    /// # Panics
    /// When it cannot be served.
    pub fn of_router(router: impl Future<Output = Router>) -> Self {
        Self::serve(router, async |listener, router, until| {
            crate::axum::serve_router(listener, router, until).await
        })
    }

    #[expect(clippy::unwrap_used, reason = "a test that has no server fails")]
    fn serve<P: Send + 'static>(
        program: impl Future<Output = P>,
        serve: impl AsyncFnOnce(TcpListener, P, Until) -> Result<()> + Send + 'static,
    ) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let program = runtime.block_on(program);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let served = runtime.block_on(serve(listener, program, Box::pin(async { _ = stopped.await })));
            runtime.shutdown_background();
            served
        });
        Self { address, running: Some((stop, thread)) }
    }
}

type Until = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // A server that failed has failed its test already.
            let _ = thread.join();
        }
    }
}
