//! Sessions that Flask-Session 0.5 has pickled, under UUIDs.

use std::process::Command;
use std::time::Instant;

use dewar_servers::python;
use dewar_testbed::{Framework, Server};

use super::engines::{Kind, Place};
use super::records::records;
use super::separate_stores::{settings_over, site};
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

const ID: &str = "0b9c3a52-6a6e-4a57-9f0f-3f6f2f2d8c11";

/// As Flask-Session 0.5 does: `pickle.dumps(dict(session))`, for 31 days.
const WRITE: &str = "
import pickle, sys
from redis import Redis
url, key, protocol = sys.argv[1:]
data = {'_permanent': True, 'u': 'zoe', 'n': 41, 'long': [1.5, None, b'\\x00', ('a', 'b')]}
Redis.from_url(url).set(key, pickle.dumps(data, int(protocol)), ex=2678400)
";

fn a_pickled_session_goes_on_and_is_messagepack_from_then_on(framework: Framework) {
    let (Some(python), Some(redis)) = (python(), Kind::Redis.start()) else { return };
    let ours = Server::start_with(framework, async { site(settings_over(&*redis, Place::Ours).await) });
    for protocol in ["0", "2", "3", "4", "5"] {
        let (begun, url) = (Instant::now(), redis.url_for_flask(Place::Ours));
        let written =
            Command::new(&python).args(["-c", WRITE, &url, &format!("session:{ID}"), protocol]).status();
        assert!(written.unwrap().success());
        let mut browser = Browser::new(ours.address).with_cookie(Some(&format!("session={ID}")));
        assert_eq!(browser.get("/whoami").body, "zoe", "protocol {protocol}");
        assert_eq!(browser.get("/incr?k=n").body, "42", "protocol {protocol}");
        assert_eq!(browser.cookie(), Some(&*format!("session={ID}")), "the same session");
        let stored = records(redis.stored(Place::Ours), "session:", 2_678_400, begun);
        let expected = b"\x84\xaa_permanent\xc3\xa1u\xa3zoe\xa1n\x2a\xa4long\x94\xcb\x3f\xf8\0\0\0\0\0\0\xc0\xc4\x01\0\x92\xa1a\xa1b";
        assert_eq!(stored[0].payload, expected[..], "protocol {protocol}");
        assert_eq!(stored[0].seconds, 2_678_400);
    }
}

on_each_framework!(a_pickled_session_goes_on_and_is_messagepack_from_then_on,);
