---
[dependencies]
dewar = { path = "CRATES/dewar", default-features = false, features = ["flask"] }
dewar-stores = { path = "CRATES/dewar-stores", default-features = false, features = ["dewar"] }
---
//! A `SESSION_TYPE` that `dewar` understands is refused by `dewar-stores` if that has no feature `flask`.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use dewar::config::Config;

fn main() {
    let settings = [("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63"), ("FLASK_SESSION_TYPE", "redis")];
    let config = Config::from_vars("FLASK", settings).unwrap();
    let opened = pin!(dewar_stores::from_config(&config)).poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Err(error)) = opened else { panic!("{opened:?}") };
    let told = error.to_string();
    assert!(told.contains("SESSION_TYPE") && told.contains("the feature `flask` of dewar-stores on"), "{told}");
}
