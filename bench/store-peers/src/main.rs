//! Peers of Dewar whose drivers cannot be built together with Dewar's: `trips PORT`, `redis PORT`, `sqlite FOLDER`, `postgres URL`,
//! `mysql URL`; and Dewar in actix-web
//! beside one of them: `actix PORT`. With `serve NAME [PORT or FILE]` one of them is a server.
//!
//! They are measured with the same crate, and each prints its figures as a line of text.

mod actix;
mod axum_session;
mod dewar_actix;
mod serving;
mod tower;

use std::env;
use std::path::Path;

use axum::Router;
use dewar_bench_meter::{RedisServer, Role, Row, Turns, Wire, measure, measure_on_redis, runtime};

/// As many as Dewar is given.
const REDIS_ROUNDS: usize = 40;
const SQLITE_ROUNDS: usize = 10;
const SQL_ROUNDS: usize = 20;
const COOKIE_ROUNDS: usize = 200;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["trips", port] => trips(port.parse().unwrap()),
        ["redis", port] => redis(port.parse().unwrap()),
        ["sqlite", folder] => sqlite(Path::new(folder)),
        ["postgres", url] => sql(tower::on_postgres(url), axum_session::on_postgres(url)),
        ["mysql", url] => sql(tower::on_mysql(url), axum_session::on_mysql(url)),
        ["actix", port] => in_actix(port.parse().unwrap()),
        ["serve", program @ ..] => serving::serve(program),
        _ => {
            panic!("trips PORT, redis PORT, sqlite FOLDER, postgres URL, mysql URL, actix PORT or serve NAME")
        }
    }
}

fn trips(port: u16) {
    let (runtime, wire) = (runtime(), Wire::before(port).unwrap());
    let mut tower = runtime.block_on(tower::on_redis(wire.port()));
    println!("{}", Turns::count(&runtime, &mut tower, tower::REDIS, &wire));
    let mut actix = runtime.block_on(actix::on_redis(wire.port()));
    println!("{}", Turns::count(&runtime, &mut actix, actix::REDIS, &wire));
}

fn redis(port: u16) {
    let (runtime, server) = (runtime(), RedisServer::at(port));
    let mut tower = runtime.block_on(tower::on_redis(port));
    print(measure_on_redis(&runtime, &mut tower, tower::REDIS, Role::Yardstick, REDIS_ROUNDS, server));
    let mut actix = runtime.block_on(actix::on_redis(port));
    print(measure_on_redis(&runtime, &mut actix, actix::REDIS, Role::Other, REDIS_ROUNDS, server));
}

fn sqlite(folder: &Path) {
    let runtime = runtime();
    for (is_synced, who, role) in
        [(true, tower::SQL, Role::Yardstick), (false, tower::SQLITE_NOT_SYNCED, Role::Other)]
    {
        let mut tower =
            runtime.block_on(tower::on_sqlite(&folder.join(format!("sqlx-{is_synced}.db")), is_synced));
        print(measure(&runtime, &mut tower, who, role, SQLITE_ROUNDS));
    }
}

fn sql(tower: impl Future<Output = Router>, axum_session: impl Future<Output = Router>) {
    let runtime = runtime();
    let mut tower = runtime.block_on(tower);
    print(measure(&runtime, &mut tower, tower::SQL, Role::Yardstick, SQL_ROUNDS));
    let mut axum_session = runtime.block_on(axum_session);
    print(measure(&runtime, &mut axum_session, axum_session::WHO, Role::Other, SQL_ROUNDS));
}

/// One after the other in the same framework: sessions in cookies, and in Redis.
fn in_actix(port: u16) {
    let runtime = runtime();
    let (mut bare, mut theirs) = (runtime.block_on(actix::bare()), runtime.block_on(actix::in_cookies()));
    let mut ours = runtime.block_on(dewar_actix::app(dewar_actix::in_cookies()));
    print(named("cookie", measure(&runtime, &mut bare, actix::BARE, Role::Bare, COOKIE_ROUNDS)));
    print(named("cookie", measure(&runtime, &mut ours, dewar_actix::IN_COOKIES, Role::Other, COOKIE_ROUNDS)));
    print(named("cookie", measure(&runtime, &mut theirs, actix::IN_COOKIES, Role::Yardstick, COOKIE_ROUNDS)));

    let (mut theirs, server) = (runtime.block_on(actix::on_redis(port)), RedisServer::at(port));
    let manager = runtime.block_on(dewar_actix::on_redis(port));
    let mut ours = runtime.block_on(dewar_actix::app(manager));
    let on_redis = |rows| print(named("Redis", rows));
    on_redis(measure(&runtime, &mut bare, actix::BARE, Role::Bare, REDIS_ROUNDS));
    on_redis(measure_on_redis(&runtime, &mut ours, dewar_actix::REDIS, Role::Other, REDIS_ROUNDS, server));
    on_redis(measure_on_redis(&runtime, &mut theirs, actix::REDIS, Role::Yardstick, REDIS_ROUNDS, server));
}

/// With the place where the sessions are.
fn named(place: &str, rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().map(|row| Row { work: format!("{}, {place}", row.work), ..row }).collect()
}

fn print(rows: Vec<Row>) {
    rows.iter().for_each(|row| println!("{row}"));
}
