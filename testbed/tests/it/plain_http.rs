//! Development over plain HTTP, in a real browser: which cookies it stores, and so whether a login works.

use std::sync::Arc;

use dewar::config::Config;
use dewar::store::Memory;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, SessionManager};
use dewar_testbed::{Framework, Server};
use thirtyfour::prelude::*;

use crate::chromium::{Chromium, Screen};
use crate::frameworks::on_each_framework;

const SECRET: &str = "5f0c19e2a7d84b3690fe21c7b58d4a63";

/// To Chromium the first two are as safe as HTTPS.
const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "shop.test"];

fn keys() -> SecretKeys {
    SecretKeys::new(SECRET).unwrap()
}

fn stored() -> ServerSide {
    ServerSide::new("shop", Arc::new(Memory::new()))
}

/// `SESSION_COOKIE_SECURE=false` and nothing else about the cookie.
fn from_settings() -> ServerSide {
    let vars = [
        ("FLASK_SECRET_KEY", SECRET),
        ("FLASK_SESSION_STORE", "memory:"),
        ("FLASK_DEWAR_NAME", "shop"),
        ("FLASK_SESSION_COOKIE_SECURE", "false"),
    ];
    Config::from_vars("FLASK", vars).unwrap().server_side(Arc::new(Memory::new())).unwrap()
}

fn in_cookies(settings: ClientSide) -> SessionManager {
    SessionManager::client_side(settings).unwrap()
}

fn in_store(settings: ServerSide) -> SessionManager {
    SessionManager::server_side(settings).unwrap()
}

fn a_login_works_over_plain_http_with_one_setting(framework: Framework) {
    let cookie = CookiePolicy::plain_http;
    let everywhere = [true, true, true];
    let only_locally = [true, true, false];
    let programs = [
        ("sealed", in_cookies(ClientSide { cookie: cookie(), ..ClientSide::new(keys()) }), everywhere),
        ("stored", in_store(ServerSide { cookie: cookie(), ..stored() }), everywhere),
        ("from settings", in_store(from_settings()), everywhere),
        ("sealed, by default", in_cookies(ClientSide::new(keys())), only_locally),
        ("stored, by default", in_store(stored()), only_locally),
    ];
    let programs =
        programs.map(|(what, manager, expected)| (what, Server::start(framework, manager), expected));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        for (what, server, expected) in &programs {
            let mut is_logged_in = Vec::new();
            for host in HOSTS {
                let site = format!("http://{host}:{}", server.address.port());
                read(&chromium, &format!("{site}/login?u=zoe")).await;
                is_logged_in.push(read(&chromium, &format!("{site}/whoami")).await == "zoe");
            }
            assert_eq!(is_logged_in, *expected, "{what}, at {HOSTS:?}");
        }
        chromium.quit().await;
    });
}

async fn read(chromium: &Chromium, url: &str) -> String {
    chromium.page.goto(url).await.unwrap();
    chromium.page.find(By::Css("body")).await.unwrap().text().await.unwrap()
}

on_each_framework!(a_login_works_over_plain_http_with_one_setting,);
