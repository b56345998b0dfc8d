//! One Redis for both.

use dewar::FlaskEncoding;
use dewar_servers::Redis;

use super::apart::{over, url};
use super::together::Together;
use crate::twins::flask::python;

const DATABASE: u32 = 3;

fn play(encoding: FlaskEncoding, is_signed: bool) {
    let (Some(_), Some(redis)) = (python(), Redis::for_test()) else { return };
    let ours = over(&redis, DATABASE);
    let Some(both) = Together::start(&url(&redis, DATABASE), encoding, is_signed, ours) else { return };
    both.play_all();
}

#[test]
fn they_share_messagepack() {
    play(FlaskEncoding::MsgPack, false);
}

#[test]
fn they_share_json() {
    play(FlaskEncoding::Json, false);
}

#[test]
fn they_share_messagepack_under_signed_ids() {
    play(FlaskEncoding::MsgPack, true);
}

#[test]
fn they_share_json_under_signed_ids() {
    play(FlaskEncoding::Json, true);
}
