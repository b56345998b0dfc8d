//! Whether the programs have every route of those that they are modelled on, whose texts are in the folder named by `DEWAR_SEEDS`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use axum::Router;
use dewar::{ClientSide, SecretKeys, SettingsError};

use super::flask;
use crate::browser::Browser;
use crate::examples::{email, first_login, form_login, lifetime};
use crate::server::Server;

type App = fn(ClientSide) -> Result<Router, SettingsError>;

/// The text that has the program, by how its file's name begins; the name and the twin.
const PROGRAMS: [(&str, &str, App); 4] = [
    ("000", "first_login", first_login::app),
    ("001", "lifetime", lifetime::app),
    ("002", "form_login", form_login::app),
    ("003", "email", email::app),
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
    for (prefix, name, app) in PROGRAMS {
        let text = text_of(&folder, prefix);
        let routes = routes(first_program(&text));
        assert!(routes.len() >= 2, "{prefix}: {routes:?}");
        let flask = fs::read_to_string(flask::program(name)).unwrap();
        let server = Server::start(app(settings()).unwrap());
        for route in routes {
            let mut browser = Browser::new(server.address);
            assert!(flask.contains(&format!("\"{}\"", route.path)), "{name}.py lacks {route:?}");
            assert!(browser.get(route.path).status < 400, "{name} lacks {route:?}");
            let posted = browser.post(route.path, "").status;
            assert_eq!(route.takes_posts, posted != 405, "{name}: {route:?} answers a POST with {posted}");
        }
    }
}

fn settings() -> ClientSide {
    ClientSide::flask(SecretKeys::accepting_weak("swordfish").unwrap())
}

fn text_of(folder: &Path, prefix: &str) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut named =
        paths.filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)));
    fs::read_to_string(named.next().expect("a text of each program")).unwrap()
}

/// From the first `Flask(…)` to the next: what follows keeps its sessions on the server.
fn first_program(text: &str) -> &str {
    text.split("= Flask(").nth(1).expect("a program")
}

fn routes(program: &str) -> Vec<Route<'_>> {
    program
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("@app.route("))
        .filter_map(|arguments| {
            let (path, others) = arguments.get(1..)?.split_once(['\'', '"'])?;
            Some(Route { path, takes_posts: others.contains("POST") })
        })
        .collect()
}

#[test]
fn routes_are_found_in_a_program() {
    let program = "@app.route('/')\ndef index(): ...\n  @app.route(\"/login\", methods=['GET', 'POST'])";
    let expected = [Route { path: "/", takes_posts: false }, Route { path: "/login", takes_posts: true }];
    assert_eq!(routes(program), expected);
}
