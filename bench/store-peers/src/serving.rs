//! `serve NAME [PORT or FILE]`: one of the programs as a server, which ends with its standard input.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

use actix_session::config::CookieContentSecurity::{Private, Signed};
use actix_session::storage::CookieSessionStore;
use actix_web::{App, HttpServer, rt};
use dewar::web::actix_web::SessionMiddleware;
use dewar_bench_meter::{announce, serve as over_http};

use crate::{actix, dewar_actix, tower};

pub(crate) fn serve(words: &[&str]) {
    let port = |port: &str| port.parse::<u16>().unwrap();
    let served = match words {
        ["tower-redis", redis] => over_http(tower::on_redis(port(redis))),
        ["tower-sqlite", file] => over_http(tower::on_sqlite(Path::new(file), true)),
        [name] => rt::System::new().block_on(with_cookies(name)),
        [name, redis] => rt::System::new().block_on(with_redis(name, port(redis))),
        _ => panic!("serve NAME, or NAME and a PORT or FILE"),
    };
    served.unwrap();
}

/// With as many workers as actix-web takes by itself. (As a function its type would be that of every part of the app.)
macro_rules! serve {
    ($app:expr) => {{
        let server = HttpServer::new(move || $app).bind((Ipv4Addr::LOCALHOST, 0))?;
        server.addrs().first().copied().map_or(Ok(()), announce)?;
        server.run().await
    }};
}

async fn with_cookies(name: &str) -> io::Result<()> {
    match name {
        "actix" => serve!(App::new().configure(actix::bare_routes)),
        "actix-dewar" => {
            let manager = dewar_actix::in_cookies();
            serve!(App::new().configure(dewar_actix::routes).wrap(SessionMiddleware::new(manager.clone())))
        }
        "actix-session" => {
            let sessions = || actix::sessions(CookieSessionStore::default(), Private);
            serve!(App::new().configure(actix::routes).wrap(sessions()))
        }
        _ => panic!("no program {name}"),
    }
}

async fn with_redis(name: &str, port: u16) -> io::Result<()> {
    match name {
        "actix-dewar-redis" => {
            let manager = dewar_actix::on_redis(port).await;
            serve!(App::new().configure(dewar_actix::routes).wrap(SessionMiddleware::new(manager.clone())))
        }
        "actix-session-redis" => {
            let store = actix::redis_store(port).await;
            serve!(App::new().configure(actix::routes).wrap(actix::sessions(store.clone(), Signed)))
        }
        _ => panic!("no program {name}"),
    }
}
