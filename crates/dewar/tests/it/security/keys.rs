//! Keys change while several instances run.

use dewar::{ClientSide, SecretKeys};

use super::app::{app, ask, both, cookie_of, keys, login, pair, who, whoami};

const OLD: &str = "the old one, of at least thirty-two bytes";
const NEW: &str = "the new one, of at least thirty-two bytes";

/// Every ring of the two keys; the first signs.
const RINGS: [&[&str]; 4] = [&[OLD], &[OLD, NEW], &[NEW, OLD], &[NEW]];

fn ring(secrets: &[&str]) -> SecretKeys {
    let (newest, older) = secrets.split_first().unwrap();
    older.iter().fold(keys(newest), |ring, older| ring.with_fallback(older).unwrap())
}

fn instance(settings: &ClientSide, secrets: &[&str]) -> ClientSide {
    ClientSide { keys: ring(secrets), ..settings.clone() }
}

#[tokio::test]
async fn a_session_is_welcome_where_its_key_is_in_the_ring() {
    for settings in both() {
        for here in RINGS {
            let cookie = cookie_of(&instance(&settings, here)).await;
            for there in RINGS {
                let expected = if there.contains(&here[0]) { "zoe" } else { "" };
                assert_eq!(
                    who(&instance(&settings, there), &cookie).await,
                    expected,
                    "{here:?} to {there:?}"
                );
            }
        }
    }
}

/// Flask before 3.1.1 signed with the oldest key (GHSA-4grg-w6v8-c28g).
#[tokio::test]
async fn the_newest_key_signs() {
    for settings in both() {
        let cookie = cookie_of(&instance(&settings, &[NEW, OLD])).await;
        assert_eq!(who(&instance(&settings, &[NEW]), &cookie).await, "zoe");
        assert_eq!(who(&instance(&settings, &[OLD]), &cookie).await, "");
    }
}

/// First every instance can read the new key, then they sign with it, then the old one is removed: no user is logged out at any
/// step, whichever of two instances answers.
#[tokio::test]
async fn a_rolling_change_of_keys_logs_no_user_out() {
    for settings in both() {
        let mut cookie = cookie_of(&instance(&settings, &[OLD])).await;
        for phase in RINGS.windows(2) {
            for secrets in [phase[0], phase[1], phase[0], phase[1]] {
                let instance = instance(&settings, secrets);
                assert_eq!(who(&instance, &cookie).await, "zoe", "{phase:?}");
                cookie = pair(&ask(app(instance, login()), &[&cookie]).await).unwrap();
            }
        }
        assert_eq!(who(&instance(&settings, &[NEW]), &cookie).await, "zoe");
    }
}

/// A request that only reads moves the session to the new key, too; in Flask's format only the next change does, as in Flask.
#[tokio::test]
async fn a_sealed_cookie_of_an_old_key_is_written_anew_at_once() {
    let [sealed, flask] = both();
    let read = |settings: &ClientSide| app(instance(settings, &[NEW, OLD]), whoami());
    let old = cookie_of(&instance(&sealed, &[OLD])).await;
    let anew = pair(&ask(read(&sealed), &[&old]).await).expect("written anew");
    assert_eq!(who(&instance(&sealed, &[NEW]), &anew).await, "zoe");
    let old = cookie_of(&instance(&flask, &[OLD])).await;
    assert_eq!(pair(&ask(read(&flask), &[&old]).await), None);
}
