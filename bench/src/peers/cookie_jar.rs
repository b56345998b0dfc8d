//! cookie-rs' signed and private jars, alone and as axum-extra's extractors, with the session as JSON.

use axum::extract::FromRef;
use axum::{Router, routing::get};
use axum_extra::extract::{PrivateCookieJar, SignedCookieJar};
use cookie::{Cookie, CookieJar, Key};
use dewar_bench_meter::{Account, Role, SECRET, account};
use serde_json::Value;

use crate::requests::{App, ok};
use crate::tokens::Tokens;

const NAME: &str = "session";

fn key() -> Key {
    Key::from(SECRET.as_bytes())
}

/// Writing and reading by the named jar, without a framework.
macro_rules! jar {
    ($function:ident, $who:literal, $read:ident, $write:ident) => {
        pub(crate) fn $function() -> Tokens<'static> {
            let data = serde_json::to_value(account()).unwrap();
            Tokens {
                who: $who,
                role: Role::Other,
                write: Box::new({
                    let key = key();
                    move || {
                        let mut jar = CookieJar::new();
                        jar.$write(&key).add(Cookie::new(NAME, serde_json::to_string(&data).unwrap()));
                        jar.get(NAME).map(|cookie| cookie.value().to_owned()).unwrap()
                    }
                }),
                read: Box::new({
                    let key = key();
                    move |token| {
                        let mut jar = CookieJar::new();
                        jar.add_original(Cookie::new(NAME, token.to_owned()));
                        let cookie = jar.$read(&key).get(NAME).unwrap();
                        drop(serde_json::from_str::<Value>(cookie.value()).unwrap());
                    }
                }),
            }
        }
    };
}

jar! { signed, "cookie, signed jar", signed, signed_mut }
jar! { private, "cookie, private jar", private, private_mut }

#[derive(Clone)]
struct Keys(Key);

impl FromRef<Keys> for Key {
    fn from_ref(keys: &Keys) -> Self {
        keys.0.clone()
    }
}

/// The same routes with the named extractor.
macro_rules! extractor {
    ($function:ident, $who:literal, $jar:ty) => {
        pub(crate) fn $function() -> App {
            async fn read(jar: $jar) -> &'static str {
                let account: Account = serde_json::from_str(jar.get(NAME).unwrap().value()).unwrap();
                assert_eq!(account.user_id, 42);
                "ok"
            }
            async fn write(jar: $jar) -> ($jar, &'static str) {
                let account: Account = serde_json::from_str(jar.get(NAME).unwrap().value()).unwrap();
                (jar.add(cookie_of(&Account { user_id: 43, ..account })), "ok")
            }
            async fn new(jar: $jar) -> ($jar, &'static str) {
                (jar.add(cookie_of(&account())), "ok")
            }
            let routes = Router::new()
                .route("/untouched", get(ok))
                .route("/read", get(read))
                .route("/write", get(write))
                .route("/new", get(new))
                .with_state(Keys(key()));
            App { who: $who, role: Role::Other, routes }
        }
    };
}

extractor! { signed_app, "axum-extra, signed jar (no layer)", SignedCookieJar }
extractor! { private_app, "axum-extra, private jar (no layer)", PrivateCookieJar }

/// With the attributes that a session cookie has.
fn cookie_of(account: &Account) -> Cookie<'static> {
    Cookie::build((NAME, serde_json::to_string(account).unwrap()))
        .path("/")
        .http_only(true)
        .secure(true)
        .build()
}
