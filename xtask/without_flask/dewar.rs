---
[dependencies]
dewar = { path = "CRATES/dewar", default-features = false }
---
//! Without the feature `flask`, what asks for one of Flask's formats is refused, and everything else is as it is with it.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use dewar::config::{Config, ConfigError};
use dewar::settings::CookieFormat;
use dewar::store::Memory;
use dewar::{CookiePolicy, SessionManager};

const SECRET: (&str, &str) = ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63");

fn main() {
    flask_is_refused_by_name();
    sealed_cookies_are_set_up_from_the_environment();
    own_records_are_set_up_from_the_environment();
    a_domain_is_ascii();
}

fn config(settings: &[(&'static str, &'static str)]) -> Result<Config, ConfigError> {
    Config::from_vars("FLASK", [SECRET].into_iter().chain(settings.iter().copied()))
}

fn flask_is_refused_by_name() {
    for (settings, named) in [
        (vec![], "DEWAR_COOKIE_FORMAT"),
        (vec![("FLASK_DEWAR_COOKIE_FORMAT", "flask")], "DEWAR_COOKIE_FORMAT"),
        (vec![("FLASK_SESSION_TYPE", "redis")], "SESSION_TYPE"),
        (
            vec![("FLASK_DEWAR_COOKIE_FORMAT", "sealed"), ("FLASK_DEWAR_PREVIOUS_UNTIL", "2027-01-01")],
            "DEWAR_PREVIOUS_",
        ),
    ] {
        let told = config(&settings).unwrap_err().to_string();
        assert!(told.contains(named) && told.contains("the feature `flask` of dewar on"), "{told}");
    }
}

/// Values are JSON where they are JSON.
fn sealed_cookies_are_set_up_from_the_environment() {
    let config = config(&[
        ("FLASK_DEWAR_COOKIE_FORMAT", "sealed"),
        ("FLASK_SECRET_KEY_FALLBACKS", r#"["9c1e5b7a03d84f62b8e7d10c5a94f3e6", "\u0030b7d5c1e9f3a48d2860c4be17a95d3f2"]"#),
        ("FLASK_SESSION_COOKIE_SECURE", "false"),
        ("FLASK_PERMANENT_SESSION_LIFETIME", "1800.5"),
    ])
    .unwrap();
    assert_eq!(config.format, CookieFormat::Sealed);
    assert_eq!(config.cookie, CookiePolicy::plain_http());
    assert_eq!(config.lifetime.idle.unwrap().as_millis(), 1_800_500);
    round_trip(&SessionManager::client_side(config.client_side()).unwrap());
}

fn own_records_are_set_up_from_the_environment() {
    let config = config(&[("FLASK_SESSION_STORE", "memory:"), ("FLASK_DEWAR_NAME", "shop")]).unwrap();
    let settings = config.server_side(Memory::new()).unwrap();
    round_trip(&SessionManager::server_side(settings).unwrap());
}

fn round_trip(manager: &SessionManager) {
    let session = now(manager.open([])).unwrap();
    session.insert("name", "zoe").unwrap();
    let headers = now(manager.save(&session)).unwrap();
    let cookie = headers.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    let session = now(manager.open([cookie.as_bytes()])).unwrap();
    assert_eq!(session.get::<String>("name").unwrap().as_deref(), Some("zoe"));
}

fn a_domain_is_ascii() {
    let build = |domain: &str| CookiePolicy { domain: Some(domain.to_owned()), ..CookiePolicy::plain_http() }.build();
    assert!(build("xn--bcher-kva.example").is_ok());
    let told = build("bücher.example").unwrap_err().to_string();
    assert!(told.contains("xn--bcher-kva.example") && told.contains("the feature `flask` of dewar on"), "{told}");
}

/// What neither a cookie nor the memory makes wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits"),
    }
}
