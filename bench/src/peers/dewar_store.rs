//! Dewar with sessions in a store, in both of its formats, with its defaults.

use std::sync::Arc;

use axum::Router;
use dewar::lifetime::Refresh;
use dewar::store::{Memory, Store};
use dewar::{Lifetime, ServerSide, SessionManager};
use dewar_bench_meter::Role;

use crate::peers::dewar_layer;
use crate::requests::App;

pub(crate) const NATIVE: &str = "dewar";
pub(crate) const FLASK: &str = "dewar, Flask";

/// Each with a store of its own.
pub(crate) fn in_memory() -> [App; 3] {
    let flask = ServerSide::flask(memory());
    let on_change = Lifetime { refresh: Refresh::OnChange, ..flask.lifetime };
    [
        native_in_memory(),
        app(FLASK, flask),
        app(
            "dewar, Flask, Refresh::OnChange",
            ServerSide { lifetime: on_change, ..ServerSide::flask(memory()) },
        ),
    ]
}

/// Dewar's own records in memory.
pub(crate) fn native_in_memory() -> App {
    app(NATIVE, ServerSide::new("shop", memory()))
}

fn memory() -> Arc<Memory> {
    Arc::new(Memory::new())
}

fn app(who: &'static str, settings: ServerSide) -> App {
    App { who, role: Role::Other, routes: routes(settings) }
}

/// Dewar's own records.
pub(crate) fn native(store: &Arc<dyn Store>) -> Router {
    routes(ServerSide::new("shop", Arc::clone(store)))
}

/// Flask-Session's records.
pub(crate) fn flask(store: &Arc<dyn Store>) -> Router {
    routes(ServerSide::flask(Arc::clone(store)))
}

fn routes(settings: ServerSide) -> Router {
    dewar_layer::routes(SessionManager::server_side(settings).unwrap())
}
