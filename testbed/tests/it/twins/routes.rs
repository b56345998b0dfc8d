//! Whether the programs have every route of those that they are modelled on, whose texts are in the folder named by `DEWAR_SEEDS`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use axum::Router;
use dewar::store::Memory;
use dewar::{ClientSide, SecretKeys, ServerSide};
use dewar_testbed::Server;

use super::flask;
use crate::browser::Browser;
use crate::examples::{
    browser_session, email, first_login, form_login, from_settings, key_prefix, lifetime, own_interface,
    signed_ids,
};

type App = fn() -> Router;

/// The text that has the program, by how its file's name begins, and which of its programs it is; the name and the twin.
const PROGRAMS: [(&str, usize, &str, App); 9] = [
    ("000", 1, "first_login", || first_login::app(in_cookie()).unwrap()),
    ("000", 2, "signed_ids", || signed_ids::app(in_store(), keys()).unwrap()),
    ("001", 1, "lifetime", || lifetime::app(in_cookie()).unwrap()),
    ("002", 1, "form_login", || form_login::app(in_cookie()).unwrap()),
    ("002", 2, "own_interface", || own_interface::app(&keys()).unwrap()),
    ("002", 3, "browser_session", || browser_session::app(in_store()).unwrap()),
    ("003", 1, "email", || email::app(in_cookie()).unwrap()),
    ("004", 1, "key_prefix", || key_prefix::app(in_store()).unwrap()),
    ("004", 2, "from_settings", || from_settings::app(in_store()).unwrap()),
];

#[derive(Debug, PartialEq, Eq)]
struct Route<'t> {
    path: &'t str,
    takes_posts: bool,
}

#[test]
fn the_twins_have_every_route() {
    let Some(folder) = env::var_os("DEWAR_SEEDS").map(PathBuf::from) else {
        println!("DEWAR_SEEDS is not set: the twins' routes are not compared with the seeds'");
        return;
    };
    for (prefix, number, name, app) in PROGRAMS {
        let text = text_of(&folder, prefix);
        let routes = routes(program(&text, number));
        assert!(!routes.is_empty(), "{prefix}, program {number}");
        let flask = fs::read_to_string(flask::program(name)).unwrap();
        let server = Server::of_router(async { app() });
        for route in routes {
            let mut browser = Browser::new(server.address);
            assert!(flask.contains(&format!("\"{}\"", route.path)), "{name}.py lacks {route:?}");
            assert!(browser.get(route.path).status < 400, "{name} lacks {route:?}");
            let posted = browser.post(route.path, "").status;
            assert_eq!(route.takes_posts, posted != 405, "{name}: {route:?} answers a POST with {posted}");
        }
    }
}

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak("swordfish").unwrap()
}

fn in_cookie() -> ClientSide {
    ClientSide::flask(keys())
}

fn in_store() -> ServerSide {
    ServerSide::flask(Arc::new(Memory::new()))
}

fn text_of(folder: &Path, prefix: &str) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut named =
        paths.filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)));
    fs::read_to_string(named.next().expect("a text of each program")).unwrap()
}

/// From one `Flask(…)` to the next.
fn program(text: &str, number: usize) -> &str {
    text.split("= Flask(").nth(number).expect("a program")
}

fn routes(program: &str) -> Vec<Route<'_>> {
    program
        .lines()
        .filter_map(|line| line.split_once("@app.route("))
        .filter_map(|(_, arguments)| {
            let (path, others) = arguments.get(1..)?.split_once(['\'', '"'])?;
            Some(Route { path, takes_posts: others.contains("POST") })
        })
        .collect()
}

#[test]
fn routes_are_found_in_a_program() {
    let program = "@app.route('/')\ndef index(): ...\nf(x)@app.route(\"/login\", methods=['GET', 'POST'])";
    let expected = [Route { path: "/", takes_posts: false }, Route { path: "/login", takes_posts: true }];
    assert_eq!(routes(program), expected);
}
