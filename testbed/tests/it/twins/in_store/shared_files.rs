//! One folder of cachelib's for both, and one table of SQLAlchemy's.

use std::sync::Arc;

use dewar::ServerSide;
use dewar::settings::FlaskEncoding;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::sqlite::{SqlAlchemy, Synchronous};
use dewar_testbed::Framework;

use super::shared_store::Together;
use crate::frameworks::on_each_framework;

fn they_share_files(framework: Framework) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions");
    let url = format!("file://{}", path.display());
    let ours = async {
        let store = Cachelib::open(&path, CachelibOptions::default()).unwrap();
        ServerSide::flask(Arc::new(store))
    };
    let Some(both) = Together::start(framework, &url, FlaskEncoding::Pickle, false, ours) else { return };
    both.play_all();
}

fn they_share_a_table(framework: Framework) {
    for (encoding, is_signed) in [(FlaskEncoding::MsgPack, false), (FlaskEncoding::Json, true)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.db");
        let url = format!("sqlite:///{}", path.display());
        let ours = async {
            let store = SqlAlchemy::open(&path, SqlAlchemy::TABLE, Synchronous::default()).unwrap();
            ServerSide::flask(Arc::new(store))
        };
        let Some(both) = Together::start(framework, &url, encoding, is_signed, ours) else { return };
        both.play_all();
    }
}

on_each_framework!(they_share_files, they_share_a_table,);
