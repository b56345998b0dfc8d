//! When a cookie expires, to the second.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::{ClientSide, Lifetime};

use super::app::{NOW, at, cookie_of, flask, sealed, who};

const HOUR: i64 = 3_600;

fn after(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW.seconds() + seconds)
}

async fn is_alive(settings: &ClientSide, seconds_later: i64) -> bool {
    let cookie = cookie_of(settings).await;
    who(&at(settings, after(seconds_later)), &cookie).await == "zoe"
}

#[tokio::test]
async fn a_sealed_session_expires_at_its_end() {
    for (later, alive) in
        [(0, true), (HOUR - 1, true), (HOUR, false), (HOUR + 1, false), (i64::from(u32::MAX), false)]
    {
        assert_eq!(is_alive(&sealed(), later).await, alive, "{later} s");
    }
}

#[tokio::test]
async fn a_sealed_session_ends_between_two_seconds_too() {
    let cookie = cookie_of(&sealed()).await;
    for (millis, expected) in [(-1, "zoe"), (0, ""), (1, "")] {
        let now = UnixTime::from_millis(after(HOUR).millis() + millis);
        assert_eq!(who(&at(&sealed(), now), &cookie).await, expected, "{millis} ms");
    }
}

/// Two machines' clocks may be a minute apart.
#[tokio::test]
async fn a_sealed_session_from_the_future_is_none() {
    for (earlier, alive) in [(1, true), (60, true), (61, false), (HOUR, false)] {
        assert_eq!(is_alive(&sealed(), -earlier).await, alive, "{earlier} s");
    }
}

#[tokio::test]
async fn activity_moves_the_idle_limit_and_never_the_absolute_one() {
    let lifetime = Lifetime { absolute: Some(Duration::from_secs(2 * HOUR as u64)), ..Lifetime::default() };
    let settings = ClientSide { lifetime, ..sealed() };
    let mut cookie = cookie_of(&settings).await;
    for minutes in [30, 60, 90, 119] {
        let now = at(&settings, after(minutes * 60));
        let response = super::app::ask(super::app::app(now, super::app::whoami()), &[&cookie]).await;
        assert_eq!(response.body(), "zoe", "{minutes} min");
        cookie = super::app::pair(&response).expect("refreshed");
    }
    assert_eq!(who(&at(&settings, after(2 * HOUR - 1)), &cookie).await, "zoe");
    assert_eq!(who(&at(&settings, after(2 * HOUR)), &cookie).await, "");
}

/// Flask: a session with `age > lifetime` has expired, and so has one with a signature from the future.
#[tokio::test]
async fn a_flask_session_expires_after_its_age() {
    let month = 31 * 24 * HOUR;
    for (later, alive) in
        [(0, true), (month - 1, true), (month, true), (month + 1, false), (-1, false), (-HOUR, false)]
    {
        assert_eq!(is_alive(&flask(), later).await, alive, "{later} s");
    }
}

#[tokio::test]
async fn no_clock_makes_anything_panic() {
    for settings in [sealed(), flask()] {
        let cookie = cookie_of(&settings).await;
        for millis in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
            let then = at(&settings, UnixTime::from_millis(millis));
            assert_eq!(who(&then, &cookie).await, "", "{millis}");
            cookie_of(&then).await;
        }
    }
}
