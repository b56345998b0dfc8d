//! The frameworks that have a program.

use std::io::Result;
use std::net::TcpListener;

use crate::{Site, actix_web, axum};

/// A web framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    /// axum 0.8.
    Axum,
    /// actix-web 4.
    ActixWeb,
}

impl Framework {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Axum, Self::ActixWeb];

    /// Serves the program until the other future is ready.
    ///
    /// # Errors
    /// When the listener cannot be served.
    pub async fn serve(
        self,
        listener: TcpListener,
        site: Site,
        until: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        match self {
            Self::Axum => axum::serve(listener, site, until).await,
            Self::ActixWeb => actix_web::serve(listener, site, until).await,
        }
    }
}
