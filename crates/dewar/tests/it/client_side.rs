//! Sessions in cookies, through the manager alone: no framework.

mod own_lifetimes;

use std::sync::Arc;
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::error::{ErrorKind, FlaskSettingsError, SettingsError};
use dewar::lifetime::Permanence;
use dewar::random::{Random, RandomError};
use dewar::settings::Revocation;
use dewar::store::Memory;
use dewar::value::Value;
use dewar::{ClientSide, CookiePolicy, Lifetime, SecretKeys, ServerSide, Session, SessionManager};

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
const KEY: &str = "a key of at least thirty-two bytes, for tests";
const OLD_KEY: &str = "the key before it, of thirty-two bytes or more";

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak(KEY).unwrap()
}

fn sealed_at(now: UnixTime) -> ClientSide {
    ClientSide { clock: Clock::fixed(now), ..ClientSide::new(keys()) }
}

fn flask_at(now: UnixTime) -> ClientSide {
    ClientSide { clock: Clock::fixed(now), ..ClientSide::flask(keys()) }
}

fn after(seconds: u64) -> UnixTime {
    NOW.plus(Duration::from_secs(seconds))
}

/// A request: opens with this cookie, runs `handle`, saves. Returns the cookie that the client has then, and the `Set-Cookie` line.
async fn request(
    settings: &ClientSide,
    cookie: &str,
    handle: impl FnOnce(&Session),
) -> (String, Option<String>) {
    let manager = SessionManager::client_side(settings.clone()).unwrap();
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    handle(&session);
    let reply = manager.save(&session).await.unwrap();
    let line = reply.set_cookie().map(str::to_owned);
    let held = line.as_deref().map_or(cookie, |line| line.split(';').next().unwrap()).to_owned();
    (held, line)
}

fn user(session: &Session) -> Option<String> {
    session.get("user").unwrap()
}

#[tokio::test]
async fn a_session_goes_on_from_one_request_to_the_next() {
    for settings in [sealed_at(NOW), flask_at(NOW)] {
        let (cookie, line) = request(&settings, "", |session| session.insert("user", "zoe").unwrap()).await;
        assert!(line.is_some(), "{settings:?}");
        let (_, line) = request(&settings, &cookie, |session| {
            assert!(!session.is_new());
            assert_eq!(user(session).as_deref(), Some("zoe"));
        })
        .await;
        assert_eq!(line, None, "a look sets no cookie");
    }
}

#[tokio::test]
async fn a_sealed_cookie_shows_nothing_and_has_safe_attributes() {
    let (cookie, line) = request(&sealed_at(NOW), "", |session| session.insert("user", "zoe").unwrap()).await;
    let line = line.unwrap();
    assert!(
        line.starts_with("__Host-session=") && line.ends_with("; Secure; HttpOnly; Path=/; SameSite=Lax"),
        "{line}"
    );
    assert!(!cookie.contains("zoe") && !cookie.contains('.'));
}

#[tokio::test]
async fn idle_and_absolute_limits_of_a_sealed_cookie() {
    let (cookie, _) = request(&sealed_at(NOW), "", |session| session.insert("user", "zoe").unwrap()).await;
    let hour = 3600;
    let is_alive = async |at: u64, cookie: &str| {
        let mut alive = false;
        let _ = request(&sealed_at(after(at)), cookie, |session| alive = user(session).is_some()).await;
        alive
    };
    assert!(is_alive(hour - 1, &cookie).await);
    assert!(!is_alive(hour, &cookie).await);

    // Used every half hour, it still ends a day after it began.
    let mut cookie = cookie;
    for half_hours in 1..48 {
        let (refreshed, line) = request(&sealed_at(after(half_hours * hour / 2)), &cookie, |session| {
            assert!(user(session).is_some(), "lost after {half_hours} half hours");
        })
        .await;
        assert!(line.is_some(), "a refresh was due");
        cookie = refreshed;
    }
    assert!(is_alive(24 * hour - 1, &cookie).await);
    assert!(!is_alive(24 * hour, &cookie).await);
}

#[tokio::test]
async fn a_refresh_waits_until_a_tenth_of_the_idle_time_is_used() {
    let (cookie, _) = request(&sealed_at(NOW), "", |session| session.insert("user", "zoe").unwrap()).await;
    let (_, line) = request(&sealed_at(after(359)), &cookie, |session| drop(user(session))).await;
    assert_eq!(line, None);
    let (_, line) = request(&sealed_at(after(360)), &cookie, |session| drop(user(session))).await;
    assert!(line.is_some());
}

#[tokio::test]
async fn permanence_gives_the_cookie_an_end() {
    let (cookie, line) = request(&sealed_at(NOW), "", |session| {
        session.insert("user", "zoe").unwrap();
        session.set_permanent(true);
    })
    .await;
    // For a client whose clock is wrong, `Max-Age` counts (RFC 6265bis §5.7 step 5).
    assert!(line.unwrap().contains("; Expires=Thu, 29 Feb 2024 13:34:56 GMT; Max-Age=3600;"));
    let (_, line) = request(&sealed_at(NOW), &cookie, |session| {
        assert!(session.is_permanent());
        assert_eq!(session.len(), 1, "the flag is not among the data");
        session.set_permanent(false);
    })
    .await;
    assert!(!line.unwrap().contains("Expires"));
}

/// The flag comes with the first data: by itself it sets no cookie.
#[tokio::test]
async fn a_flask_session_that_is_permanent_by_default_is_still_none_without_data() {
    let lifetime = Lifetime { permanence: Permanence::Permanent, ..Lifetime::flask() };
    let settings = ClientSide { lifetime, ..flask_at(NOW) };
    let (_, line) =
        request(&settings, "", |session| assert!(session.is_empty() && session.is_permanent())).await;
    assert_eq!(line, None);
    let (cookie, line) = request(&settings, "", |session| session.insert("user", "zoe").unwrap()).await;
    assert!(line.unwrap().contains("; Expires=Sun, 31 Mar 2024 12:34:56 GMT;"));
    request(&flask_at(NOW), &cookie, |session| {
        assert_eq!(session.get_value("_permanent"), Some(Value::Bool(true)))
    })
    .await;
}

/// A format that stores the flag beside the data leaves the name free.
#[tokio::test]
async fn a_sealed_session_keeps_a_key_of_the_flags_name() {
    let (cookie, _) =
        request(&sealed_at(NOW), "", |session| session.insert("_permanent", "wave").unwrap()).await;
    request(&sealed_at(NOW), &cookie, |session| {
        assert_eq!(session.get::<String>("_permanent").unwrap().as_deref(), Some("wave"));
        assert!(!session.is_permanent());
    })
    .await;
}

#[tokio::test]
async fn destroy_is_final_and_removes_the_cookie_with_its_attributes() {
    let (cookie, _) = request(&sealed_at(NOW), "", |session| session.insert("user", "zoe").unwrap()).await;
    let (_, line) = request(&sealed_at(NOW), &cookie, |session| {
        session.destroy();
        session.insert("user", "eve").unwrap();
        assert_eq!(user(session), None);
    })
    .await;
    assert_eq!(
        line.as_deref(),
        Some(
            "__Host-session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax"
        )
    );
}

#[tokio::test]
async fn an_old_key_opens_and_the_sealed_cookie_is_written_anew() {
    let old = ClientSide { keys: SecretKeys::accepting_weak(OLD_KEY).unwrap(), ..sealed_at(NOW) };
    let (cookie, _) = request(&old, "", |session| session.insert("user", "zoe").unwrap()).await;
    let rotated = ClientSide { keys: keys().with_fallback(OLD_KEY).unwrap(), ..sealed_at(NOW) };
    let (cookie, line) =
        request(&rotated, &cookie, |session| assert_eq!(user(session).as_deref(), Some("zoe"))).await;
    assert!(line.is_some(), "written with the newest key");
    let (_, line) =
        request(&sealed_at(NOW), &cookie, |session| assert_eq!(user(session).as_deref(), Some("zoe"))).await;
    assert_eq!(line, None);
}

#[tokio::test]
async fn a_format_that_is_not_configured_is_not_read() {
    let flask = ClientSide { cookie: CookiePolicy::default(), ..flask_at(NOW) };
    let (from_flask, _) = request(&flask, "", |session| session.insert("user", "zoe").unwrap()).await;
    let (from_sealed, _) =
        request(&sealed_at(NOW), "", |session| session.insert("user", "zoe").unwrap()).await;
    request(&sealed_at(NOW), &from_flask, |session| assert!(session.is_new())).await;
    request(&flask, &from_sealed, |session| assert!(session.is_new())).await;
}

#[tokio::test]
async fn a_session_too_large_for_a_cookie_is_an_error_that_names_its_largest_keys() {
    for settings in [sealed_at(NOW), flask_at(NOW)] {
        let manager = SessionManager::client_side(settings).unwrap();
        let session = manager.open([]).await.unwrap();
        session.insert_value("small", 1);
        session.insert_value("cart", incompressible(9000));
        let error = manager.save(&session).await.unwrap_err();
        let ErrorKind::TooLarge { size, limit, largest_keys } = error.kind() else { panic!("{error}") };
        assert!(*size > 4096 && *limit == 4096);
        assert_eq!(largest_keys, &["cart", "small"]);
        assert_eq!(error.status(), 500);
    }
}

/// Text that no compression makes much smaller (a linear congruential generator's upper bits).
fn incompressible(length: usize) -> String {
    let mut state = 1_u64;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'A' + (state >> 59) as u8)
    };
    (0..length).map(letter).collect()
}

#[tokio::test]
async fn a_failing_generator_is_no_weaker_nonce_but_an_error() {
    let random = Random::from_fn(|_| Err(RandomError::new()));
    let manager = SessionManager::client_side(ClientSide { random, ..sealed_at(NOW) }).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("user", "zoe");
    let error = manager.save(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (&ErrorKind::Unavailable, 503));
}

#[test]
fn settings_that_cannot_work_are_refused_when_the_manager_is_made() {
    let refusal = |settings| SessionManager::client_side(settings).unwrap_err();
    let absolute = ClientSide { lifetime: Lifetime::aal2(), ..flask_at(NOW) };
    assert_eq!(refusal(absolute), SettingsError::Flask(FlaskSettingsError::AbsoluteLimitInCookie));
    let endless = ClientSide { lifetime: Lifetime { idle: None, ..Lifetime::flask() }, ..flask_at(NOW) };
    assert_eq!(refusal(endless), SettingsError::Flask(FlaskSettingsError::NoIdleLimitInCookie));
    let short =
        ClientSide { keys: SecretKeys::accepting_weak("too short to seal with").unwrap(), ..sealed_at(NOW) };
    assert!(matches!(refusal(short), SettingsError::Sealer(_)));
    let loose =
        ClientSide { cookie: CookiePolicy { secure: false, ..CookiePolicy::default() }, ..sealed_at(NOW) };
    assert!(matches!(refusal(loose), SettingsError::Cookie(_)));
}

/// Flask takes a lifetime of zero, and so does its format here.
#[test]
fn a_lifetime_of_zero_is_refused_where_no_flask_program_may_have_it() {
    let zero = Some(Duration::ZERO);
    for lifetime in
        [Lifetime { idle: zero, ..Lifetime::default() }, Lifetime { absolute: zero, ..Lifetime::default() }]
    {
        let in_cookie = SessionManager::client_side(ClientSide { lifetime, ..sealed_at(NOW) });
        assert_eq!(in_cookie.unwrap_err(), SettingsError::ZeroLifetime);
        let settings = ServerSide::new("shop", Arc::new(Memory::new()));
        let in_store = SessionManager::server_side(ServerSide { lifetime, ..settings });
        assert_eq!(in_store.unwrap_err(), SettingsError::ZeroLifetime);
    }
    let flask = Lifetime { idle: zero, ..Lifetime::flask() };
    SessionManager::client_side(ClientSide { lifetime: flask, ..flask_at(NOW) }).unwrap();
}

#[tokio::test]
async fn flashes_are_stored_as_flask_stores_them_and_shown_once() {
    let (cookie, _) = request(&flask_at(NOW), "", |session| {
        session.flash("Saved", "message");
        session.flash("Too short", "error");
        let pair = |category: &str, message: &str| Value::Tuple(vec![category.into(), message.into()]);
        assert_eq!(
            session.get_value("_flashes"),
            Some(Value::List(vec![pair("message", "Saved"), pair("error", "Too short")]))
        );
    })
    .await;
    let (cookie, line) = request(&flask_at(NOW), &cookie, |session| {
        let texts: Vec<String> =
            session.flashes().iter().map(|flash| flash.message.as_text().unwrap().to_string()).collect();
        assert_eq!(texts, ["Saved", "Too short"]);
        assert_eq!(session.flashes().len(), 2, "read again in the same request");
    })
    .await;
    assert!(line.unwrap().starts_with("session=; Expires=Thu, 01 Jan 1970"), "nothing else was in it");
    request(&flask_at(NOW), &cookie, |session| assert!(session.flashes().is_empty())).await;
}

/// "Log out everywhere" ends sessions in cookies as well, by one lookup.
#[tokio::test]
async fn an_owners_epoch_ends_sessions_in_cookies() {
    let store = Arc::new(Memory::new());
    let settings =
        |now| ClientSide { revocation: Some(Revocation::new("shop", store.clone())), ..sealed_at(now) };
    let login = |session: &Session| {
        session.insert_value("user", "zoe");
        session.set_owner("user:42");
    };
    let (phone, _) = request(&settings(NOW), "", login).await;
    let (laptop, _) = request(&settings(NOW), "", login).await;
    let (other, _) = request(&settings(NOW), "", |session| session.set_owner("user:43")).await;
    let (no_owner, _) = request(&settings(NOW), "", |session| session.insert_value("user", "zoe")).await;

    let manager = SessionManager::client_side(settings(after(5))).unwrap();
    let here = manager.open([laptop.as_bytes()]).await.unwrap();
    manager.end_sessions_of("user:42", Some(&here)).await.unwrap();
    let reply = manager.save(&here).await.unwrap();
    let laptop = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    // A login right afterwards works, though the epoch is ahead of every correct clock.
    let (again, _) = request(&settings(after(5)), "", login).await;

    let who = async |cookie: &str| {
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        (user(&session), session.owner().map(|owner| owner.to_string()))
    };
    let zoe = (Some("zoe".to_owned()), Some("user:42".to_owned()));
    assert_eq!(who(&phone).await, (None, None));
    assert_eq!(who(&laptop).await, zoe);
    assert_eq!(who(&again).await, zoe);
    assert_eq!(who(&other).await.1.as_deref(), Some("user:43"));
    assert_eq!(who(&no_owner).await, (Some("zoe".to_owned()), None));
    manager.end_sessions_of("user:42", None).await.unwrap();
    assert_eq!((who(&laptop).await, who(&again).await), ((None, None), (None, None)));
}

/// "Log out everywhere else", called by an administrator for another user.
#[tokio::test]
async fn ending_another_users_sessions_does_not_change_the_owner() {
    let settings =
        ClientSide { revocation: Some(Revocation::new("shop", Arc::new(Memory::new()))), ..sealed_at(NOW) };
    let manager = SessionManager::client_side(settings.clone()).unwrap();
    for mine in [Some("user:zoe"), None] {
        let (cookie, _) = request(&settings, "", |session| {
            session.insert_value("user", "zoe");
            mine.into_iter().for_each(|owner| session.set_owner(owner));
        })
        .await;
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        manager.end_sessions_of("user:bob", Some(&session)).await.unwrap();
        assert_eq!(manager.save(&session).await.unwrap().set_cookie(), None);
        assert_eq!(session.owner().map(|owner| owner.to_string()).as_deref(), mine);
    }
}

#[tokio::test]
async fn epochs_need_sealed_cookies_and_a_store() {
    let flask =
        ClientSide { revocation: Some(Revocation::new("shop", Arc::new(Memory::new()))), ..flask_at(NOW) };
    assert_eq!(
        SessionManager::client_side(flask).unwrap_err(),
        SettingsError::Flask(FlaskSettingsError::RevocationInCookie)
    );
    let manager = SessionManager::client_side(sealed_at(NOW)).unwrap();
    let error = manager.end_sessions_of("user:42", None).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unsupported);
    assert!(manager.sessions_of("user:42", None).await.is_err());
}
