//! `serve NAME [URL]`: this program as a server of one router; the parent process measures it.

use axum::Router;
use dewar_bench_meter::serve as over_http;

use crate::peers::{dewar_layer, dewar_store, tower_sessions};
use crate::requests::{self, App};

/// Serves the router of this name until the standard input ends.
pub(crate) fn serve(words: &[&str]) -> Result<(), String> {
    let served = match words {
        ["axum"] => over_http(ready(requests::bare())),
        ["sealed"] => over_http(ready(dewar_layer::sealed())),
        ["memory"] => over_http(ready(dewar_store::native_in_memory())),
        ["tower-sessions"] => over_http(ready(tower_sessions::app())),
        ["store", url] => over_http(in_store(url)),
        _ => return Err("serve axum, sealed, memory, tower-sessions, or store URL".to_owned()),
    };
    served.map_err(|error| error.to_string())
}

async fn ready(app: App) -> Router {
    app.routes
}

/// As a program opens it: with its guard.
async fn in_store(url: &str) -> Router {
    dewar_store::native(&dewar_stores::open(url).await.unwrap())
}
