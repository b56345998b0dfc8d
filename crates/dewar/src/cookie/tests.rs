//! The requirements on the cookie, each by name, against a small browser and a small reference parser.

mod emitted;
mod received;
mod user_agent;

use std::borrow::Cow;
use std::time::Duration;

use proptest::prelude::*;

use self::user_agent::{Jar, parse};
use super::*;
use crate::clock::UnixTime;

fn named(name: &str) -> CookiePolicy {
    CookiePolicy { name: name.into(), ..CookiePolicy::flask() }
}

fn found(header: &[u8], name: &str) -> Vec<String> {
    find([header], name).map(|value| String::from_utf8_lossy(&value).into_owned()).collect()
}
