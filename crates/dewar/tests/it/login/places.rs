//! "Where you are logged in": a user sees and ends their own sessions, and no others.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::Request;
use axum::http::header::COOKIE;
use axum::routing::{get, post};
use axum::{Json, Router};
use dewar::error::Error;
use dewar::session::SessionInfo;
use dewar::store::Memory;
use dewar::web::axum::{LoggedIn, SessionLayer, SessionUser};
use dewar::{ClientSide, SecretKeys, ServerSide, SessionManager};
use serde_json::Value;
use tower::ServiceExt;

#[derive(Clone)]
struct Anyone;

impl SessionUser<()> for Anyone {
    type Error = Infallible;

    async fn load(_: &str, _: &()) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self))
    }
}

async fn places(user: LoggedIn<Anyone>) -> Result<Json<Vec<SessionInfo>>, Error> {
    Ok(Json(user.sessions().await?))
}

async fn end(user: LoggedIn<Anyone>, Path(handle): Path<String>) -> Result<String, Error> {
    Ok(user.end_session(&handle).await?.to_string())
}

struct Site {
    manager: SessionManager,
    router: Router,
}

impl Site {
    fn new(manager: SessionManager) -> Self {
        let router = Router::new()
            .route("/owner", get(async |user: LoggedIn<Anyone>| user.owner().to_owned()))
            .route("/places", get(places))
            .route("/places/{handle}", post(end))
            .layer(SessionLayer::new(manager.clone()));
        Self { manager, router }
    }

    async fn log_in(&self, owner: &str) -> String {
        let session = self.manager.open([]).await.unwrap();
        session.log_in(owner);
        let reply = self.manager.save(&session).await.unwrap();
        reply.set_cookie().unwrap().split(';').next().unwrap().to_owned()
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str) -> (u16, String) {
        let request = Request::builder().method(method).uri(path).header(COOKIE, cookie);
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        (head.status.as_u16(), String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().into()).unwrap())
    }

    /// The handle of each of the user's sessions, and whether it is the one that asks.
    async fn places(&self, cookie: &str) -> Vec<(String, bool)> {
        let (status, body) = self.ask("GET", "/places", cookie).await;
        assert_eq!(status, 200, "{body}");
        let places: Vec<Value> = serde_json::from_str(&body).unwrap();
        let place = |place: Value| {
            (place["handle"].as_str().unwrap().to_owned(), place["is_current"].as_bool().unwrap())
        };
        places.into_iter().map(place).collect()
    }
}

/// Also if the name is so long that a part and a hash are stored: that is not hashed again.
#[tokio::test]
async fn a_user_sees_and_ends_their_own_sessions() {
    let own = || ServerSide::new("shop", Arc::new(Memory::new()));
    let flask = || ServerSide::flask(Arc::new(Memory::new()));
    let long = format!("user:{}", "z".repeat(500));
    for (settings, zoe) in [(own(), "user:zoe"), (own(), &long), (flask(), "user:zoe"), (flask(), &long)] {
        let site = Site::new(SessionManager::server_side(settings).unwrap());
        let (here, phone) = (site.log_in(zoe).await, site.log_in(zoe).await);
        let bob = site.log_in("user:bob").await;
        let end = async |handle: &str| site.ask("POST", &format!("/places/{handle}"), &here).await;

        let of_both = site.places(&here).await;
        assert_eq!(of_both.len(), 2);
        let [(at_phone, true)] =
            &site.places(&phone).await.into_iter().filter(|place| place.1).collect::<Vec<_>>()[..]
        else {
            panic!("one is the phone's")
        };
        assert!(of_both.contains(&(at_phone.clone(), false)), "{of_both:?}");
        let [(at_bobs, true)] = &site.places(&bob).await[..] else { panic!("one session") };

        assert_eq!(end(at_bobs).await, (200, "false".to_owned()), "another user's");
        assert_eq!(site.places(&bob).await.len(), 1);
        assert_eq!(end(at_phone).await, (200, "true".to_owned()));
        assert_eq!(end(at_phone).await, (200, "false".to_owned()));
        assert_eq!(site.ask("GET", "/owner", &phone).await.0, 401);
        let owner = site.ask("GET", "/owner", &here).await.1;
        assert!(owner == zoe || owner.starts_with("user:zzz") && owner.contains("sha256:"), "{owner}");
        assert!(matches!(&site.places(&here).await[..], [(_, true)]));
    }
}

#[tokio::test]
async fn sessions_in_cookies_are_in_no_list() {
    let keys = SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap();
    let site = Site::new(SessionManager::client_side(ClientSide::new(keys)).unwrap());
    let zoe = site.log_in("user:zoe").await;
    for (method, path) in [("GET", "/places"), ("POST", "/places/0123456789abcdef")] {
        let (status, body) = site.ask(method, path, &zoe).await;
        assert_eq!(status, 500);
        assert_eq!(body.contains("store sessions on the server"), cfg!(debug_assertions), "{body}");
    }
}
