//! One Redis for both.

use std::time::{Duration, Instant};

use dewar::settings::FlaskEncoding;
use dewar_servers::{Redis, python};
use dewar_testbed::Framework;

use super::separate_stores::{settings_over, url};
use super::shared_store::Together;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

const DATABASE: u32 = 3;

fn start(framework: Framework, encoding: FlaskEncoding, is_signed: bool) -> Option<(Redis, Together)> {
    python()?;
    let redis = Redis::for_test()?;
    let both = Together::start(
        framework,
        &url(&redis, DATABASE),
        encoding,
        is_signed,
        settings_over(&redis, DATABASE),
    )?;
    Some((redis, both))
}

fn play(framework: Framework, encoding: FlaskEncoding, is_signed: bool) {
    let Some((_redis, both)) = start(framework, encoding, is_signed) else { return };
    both.play_all();
}

fn they_share_messagepack(framework: Framework) {
    play(framework, FlaskEncoding::MsgPack, false);
}

fn they_share_json(framework: Framework) {
    play(framework, FlaskEncoding::Json, false);
}

fn they_share_messagepack_under_signed_ids(framework: Framework) {
    play(framework, FlaskEncoding::MsgPack, true);
}

fn they_share_json_under_signed_ids(framework: Framework) {
    play(framework, FlaskEncoding::Json, true);
}

/// Under Flask-Session a request that is slower than a logout brings the session back (rule `nothing-is-revived`).
fn a_logout_there_is_not_undone_by_a_slow_request_here(framework: Framework) {
    let Some((redis, both)) = start(framework, FlaskEncoding::MsgPack, false) else { return };
    let mut there = Browser::new(both.flask.address);
    there.get("/login?u=zoe");
    let mut here = Browser::new(both.ours.address).with_cookie(there.cookie());
    let before = reads(&redis);
    let slow = std::thread::spawn(move || here.get("/slow?k=a&v=1&ms=500"));
    let begun = Instant::now();
    while reads(&redis) == before {
        assert!(begun.elapsed() < Duration::from_secs(20), "our program opens no session");
    }
    there.get("/logout");
    let answer = slow.join().unwrap();
    assert_eq!((answer.status, answer.all("set-cookie").len()), (200, 0));
    assert_eq!(redis.command(&["-n", "3", "DBSIZE"]).unwrap(), "0");
}

/// How many sessions our program has opened. Ours ask for the end, too; Flask-Session's are GETs alone.
fn reads(redis: &Redis) -> usize {
    let statistics = redis.command(&["INFO", "commandstats"]).unwrap();
    let reads = statistics.lines().find_map(|line| line.strip_prefix("cmdstat_pttl:calls="));
    reads.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
}

on_each_framework!(
    they_share_messagepack,
    they_share_json,
    they_share_messagepack_under_signed_ids,
    they_share_json_under_signed_ids,
    a_logout_there_is_not_undone_by_a_slow_request_here,
);
