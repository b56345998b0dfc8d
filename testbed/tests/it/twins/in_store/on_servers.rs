//! Every scene over each server besides Redis: what is stored there is the same, byte by byte.

use dewar_testbed::Framework;

use super::engines::{Kind, PythonClient};
use super::testbed::{SCENES, json_is_the_same_bytes, twins, twins_in_json};

/// One framework is enough: see the module above.
fn every_scene(kind: Kind) {
    let Some(both) = twins(kind, Framework::Axum) else { return };
    for (name, scene) in SCENES {
        println!("{name}");
        scene(&both);
    }
    drop(both);
    let Some(both) = twins_in_json(kind, Framework::ActixWeb) else { return };
    json_is_the_same_bytes(&both);
}

#[test]
fn postgres() {
    every_scene(Kind::Postgres);
}

#[test]
fn mariadb() {
    every_scene(Kind::MariaDb);
}

#[test]
fn mongodb() {
    every_scene(Kind::MongoDb);
}

#[test]
fn memcached_by_pymemcache() {
    every_scene(Kind::Memcached(PythonClient::Pymemcache));
}

#[test]
fn memcached_by_pylibmc() {
    every_scene(Kind::Memcached(PythonClient::Pylibmc));
}

#[test]
fn memcached_by_python_memcached() {
    every_scene(Kind::Memcached(PythonClient::PythonMemcached));
}
