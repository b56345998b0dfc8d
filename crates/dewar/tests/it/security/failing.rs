//! Failures of the server.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, Request};
use axum::routing::any;
use dewar::error::ErrorKind;
use dewar::random::{Random, RandomError};
use dewar::web::tower::SessionFailed;
use dewar::{ClientSide, Session};

use super::app::{all, app, ask, both, cookie_of, login, sealed, send, set_cookies, who, whoami};

#[tokio::test]
async fn without_randomness_there_is_no_cookie_but_503() {
    let settings = ClientSide { random: Random::from_fn(|_| Err(RandomError::new())), ..sealed() };
    let page = any(|session: Session| async move {
        session.insert_value("user", "zoe");
        ([(SET_COOKIE, "csrf=1")], "welcome")
    });
    let response = ask(app(settings.clone(), page), &[]).await;
    assert_eq!(response.status().as_u16(), 503);
    assert_tells_developers_only(&response, "the source of random numbers failed");
    assert_eq!(all(response.headers(), RETRY_AFTER), ["1"]);
    assert!(set_cookies(&response).is_empty());
    // A request that only reads needs none.
    assert_eq!(who(&settings, &cookie_of(&sealed()).await).await, "zoe");
}

#[tokio::test]
async fn a_session_too_large_for_a_cookie_is_an_error_and_the_old_cookie_stays() {
    let page = any(|session: Session| async move {
        session.insert_value("small", "1");
        session.insert_value("large", incompressible(5_000).as_str());
        ([(HeaderName::from_static("x-promise"), "kept")], "all is well")
    });
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let response = ask(app(settings.clone(), page.clone()), &[&cookie]).await;
        assert_eq!(response.status().as_u16(), 500);
        assert_tells_developers_only(&response, "largest keys: large, user, small. Store less");
        assert!(response.headers().get("x-promise").is_none() && set_cookies(&response).is_empty());
        let SessionFailed(error) = response.extensions().get().expect("why");
        let ErrorKind::TooLarge { size, limit: 4096, largest_keys } = error.kind() else {
            panic!("{error:?}")
        };
        assert!(*size > 4096);
        assert_eq!(largest_keys, &["large", "user", "small"]);
        assert!(error.to_string().contains("largest keys: large, user, small"), "{error}");
        assert_eq!(
            who(&settings, &cookie).await,
            "zoe",
            "the cookie that the browser has is as good as before"
        );
    }
}

/// A debug build says why, in a text that no browser takes for a page; a release build says nothing.
fn assert_tells_developers_only(response: &axum::http::Response<String>, why: &str) {
    let (kind, body) = (all(response.headers(), CONTENT_TYPE), response.body());
    if cfg!(debug_assertions) {
        assert!(body.contains(why) && !body.contains("welcome") && !body.contains("all is well"), "{body}");
        assert_eq!(kind, ["text/plain; charset=utf-8"]);
    } else {
        assert_eq!((kind, body.as_str()), (vec![], ""));
    }
}

/// The largest session that fits is stored, and read back.
#[tokio::test]
async fn the_largest_session_that_fits_is_read_back() {
    for settings in both() {
        let mut sizes = Vec::new();
        for length in (2_900..3_900).step_by(2) {
            let page = any(move |session: Session| async move {
                session.insert_value("x", incompressible(length).as_str())
            });
            let response = ask(app(settings.clone(), page), &[]).await;
            if let Some(cookie) = super::app::pair(&response) {
                sizes.push(cookie.len() - "=".len());
            }
        }
        assert!(
            sizes.iter().all(|size| *size <= 4096) && sizes.iter().any(|size| *size > 4090),
            "{:?}",
            sizes.last()
        );
    }
}

/// Text that no compressor makes shorter than its entropy: letters of a linear congruential generator.
fn incompressible(length: usize) -> String {
    let mut state = 1_u64;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + (state >> 33) as u8 % 90)
    };
    (0..length).map(letter).collect::<String>().replace(['"', '\\'], "_")
}

#[tokio::test]
async fn after_a_panic_nothing_is_stored_and_the_next_request_is_fine() {
    let panics = any(|session: Session| async move {
        session.insert_value("user", "mallory");
        session.edit(|data| -> () {
            data.clear();
            panic!("in the middle of an edit")
        });
        "unreachable"
    });
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let app = app(settings.clone(), panics.clone()).route("/whoami", whoami());
        let request = Request::get("/").header("cookie", &cookie).body(Body::empty()).unwrap();
        let panicked = tokio::spawn(send(app.clone(), request)).await;
        assert!(panicked.unwrap_err().is_panic());
        assert_eq!(who(&settings, &cookie).await, "zoe");
        let next = Request::get("/").body(Body::empty()).unwrap();
        assert!(
            tokio::spawn(send(app, next)).await.unwrap_err().is_panic(),
            "as the first one, not by a poisoned lock"
        );
    }
}

/// One request, the handle shared between two tasks: the panic of one does not lock the other out.
#[tokio::test]
async fn a_panic_in_one_task_leaves_the_session_usable_in_another() {
    let page = any(|session: Session| async move {
        let other = session.clone();
        let panicked = tokio::spawn(async move { other.edit(|_| panic!("in the middle of an edit")) }).await;
        assert!(panicked.is_err());
        session.insert_value("user", "zoe");
    });
    for settings in both() {
        let response = ask(app(settings.clone(), page.clone()), &[]).await;
        assert_eq!(who(&settings, &super::app::pair(&response).unwrap()).await, "zoe");
    }
}

#[tokio::test]
async fn a_route_without_the_layer_says_what_to_add() {
    let response = ask(Router::new().route("/", login()), &[]).await;
    assert_eq!(response.status().as_u16(), 500);
    assert_eq!(response.body().contains("SessionLayer"), cfg!(debug_assertions), "{}", response.body());
    assert!(all(response.headers(), CACHE_CONTROL).is_empty() && set_cookies(&response).is_empty());
}
