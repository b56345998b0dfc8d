//! What a `LocalPath` accepts stays on the site, as a browser reads it: the one that counts.

use axum::Router;
use axum::extract::Query;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use dewar::web::LocalPath;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::chromium::{Chromium, Screen};
use crate::server::Server;

/// What paths that lead elsewhere are made of.
const PARTS: &[&str] = &[
    "/",
    "\\",
    ".",
    "..",
    "a",
    "%",
    "@",
    ":",
    ";",
    "?",
    "#",
    "\t",
    "\n",
    "\u{a0}",
    "\u{ff0f}",
    "%2F",
    "%2f",
    "%5C",
    "%09",
    "%00",
    "%2e",
    "%252F",
    "evil.example",
    "https:",
    "javascript:",
];

/// Every path of up to four parts, all of which begin with a slash.
fn candidates() -> impl Iterator<Item = String> {
    let none = || PARTS.iter().copied().chain([""]);
    none().flat_map(move |a| none().flat_map(move |b| none().map(move |c| format!("/{a}{b}{c}"))))
}

/// Those that a browser would follow to another site than the one it is on; `/..//x` is a path on the site that a proxy might make `//x`.
const LEAVERS: &str = r#"
    const leaves = path => { try { return new URL(path, location.href).origin !== location.origin } catch { return true } };
    const odd = path => { const url = new URL(path, location.href); return url.pathname.startsWith("//") || url.username !== "" };
    return arguments[0].filter(path => leaves(path) || odd(path));
"#;

async fn leavers(page: &WebDriver, paths: Vec<String>) -> Vec<String> {
    let found = page.execute(LEAVERS, vec![json!(paths)]).await.unwrap();
    serde_json::from_value::<Vec<String>>(found.json().clone()).unwrap()
}

fn site() -> Router {
    let go = async |Query(query): Query<Value>| {
        (StatusCode::SEE_OTHER, [(LOCATION, query["to"].as_str().unwrap().to_owned())])
    };
    Router::new().route("/go", get(go)).fallback(async |uri: Uri| format!("here: {uri}"))
}

#[test]
fn no_accepted_path_leaves_the_site() {
    let (server, other) = (Server::start(site()), Server::start(site()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        let page = &chromium.page;
        page.goto(format!("http://{}/", server.address)).await.unwrap();

        let (accepted, refused): (Vec<_>, Vec<_>) =
            candidates().partition(|path| LocalPath::parse(path).is_some());
        assert!(accepted.len() > 1_000, "{}", accepted.len());
        assert_eq!(leavers(page, accepted).await, Vec::<String>::new());
        assert!(leavers(page, refused).await.len() > 1_000, "the candidates are not harmless");

        // Really followed: the checks above are about the same thing.
        let follow = async |to: &str| {
            let to: String = to.bytes().map(|byte| format!("%{byte:02X}")).collect();
            page.goto(format!("http://{}/go?to={to}", server.address)).await.unwrap();
            page.current_url().await.unwrap()
        };
        for attack in [format!("//{}/", other.address), format!("/\\{}/", other.address)] {
            assert_eq!(follow(&attack).await.port(), Some(other.address.port()), "{attack}");
            assert_eq!(LocalPath::parse(&attack), None);
        }
        for path in ["/", "/a?b=//c#d", "/@a:80", "/%25", "/a%2Fb", "/;//"] {
            let accepted = LocalPath::parse(path).unwrap_or_default();
            assert_eq!(follow(accepted.as_str()).await.port(), Some(server.address.port()), "{path}");
        }
        chromium.quit().await;
    });
}
