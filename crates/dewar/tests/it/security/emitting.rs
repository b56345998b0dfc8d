//! The cookies that a response sets.

use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::AppendHeaders;
use axum::routing::any;
use dewar::cookie::SameSite;
use dewar::web::axum::Sessions;
use dewar::web::tower::SessionLayer;
use dewar::{ClientSide, CookiePolicy, Session, SessionManager};

use super::app::{all, app, ask, both, cookie_of, flask, login, pair, sealed, set_cookies, who};

#[tokio::test]
async fn ours_takes_the_place_of_one_of_its_name_and_leaves_all_others() {
    let page = any(|session: Session| async move {
        session.insert_value("user", "zoe");
        AppendHeaders([
            (SET_COOKIE, "theme=dark; Path=/"),
            (SET_COOKIE, "__Host-session=by-hand; Path=/; Secure"),
            (SET_COOKIE, "__Host-session2=another"),
            (SET_COOKIE, "__Host-session=; Max-Age=0"),
            (SET_COOKIE, "__host-session=in another case"),
        ])
    });
    let response = ask(app(sealed(), page), &[]).await;
    let [theme, another, other_case, ours] = set_cookies(&response)[..] else {
        panic!("{:?}", set_cookies(&response))
    };
    assert_eq!((theme, another), ("theme=dark; Path=/", "__Host-session2=another"));
    assert_eq!(other_case, "__host-session=in another case");
    assert_eq!(who(&sealed(), ours.split(';').next().unwrap()).await, "zoe");
}

/// Two cookies of one name in two places are two cookies.
#[tokio::test]
async fn a_handler_removes_the_cookie_of_another_domain_or_path() {
    const REMOVALS: [&str; 3] = [
        "session=; Max-Age=0; Domain=example.com; Path=/",
        "session=; Max-Age=0; Path=/shop",
        "session=; Max-Age=0; Path=/; Partitioned; Secure",
    ];
    let page = any(|session: Session| async move {
        session.insert_value("user", "zoe");
        AppendHeaders(REMOVALS.map(|line| (SET_COOKIE, line)))
    });
    let response = ask(app(flask(), page), &[]).await;
    let [domain, path, partition, ours] = set_cookies(&response)[..] else {
        panic!("{:?}", set_cookies(&response))
    };
    assert_eq!([domain, path, partition], REMOVALS);
    assert_eq!(who(&flask(), ours.split(';').next().unwrap()).await, "zoe");
}

#[tokio::test]
async fn what_the_program_sets_by_hand_stays_if_we_set_nothing() {
    let page = any(async || [(SET_COOKIE, "__Host-session=by-hand")]);
    assert_eq!(set_cookies(&ask(app(sealed(), page), &[]).await), ["__Host-session=by-hand"]);
}

#[tokio::test]
async fn changed_twice_and_regenerated_twice_is_one_cookie() {
    let page = any(|session: Session| async move {
        session.insert_value("user", "alex");
        session.regenerate_id();
        session.insert_value("user", "zoe");
        session.regenerate_id();
    });
    for settings in both() {
        let cookie = pair(&ask(app(settings.clone(), page.clone()), &[]).await).unwrap();
        assert_eq!(who(&settings, &cookie).await, "zoe");
    }
}

/// A layer added twice by mistake: the handler gets the inner one's session, and that one is stored.
#[tokio::test]
async fn two_layers_set_one_cookie_and_lose_nothing() {
    for settings in both() {
        let begin = any(|session: Session| async move {
            session.insert_value("user", "alex");
            session.set_permanent(true);
        });
        let twice = |page| {
            let layer = || SessionLayer::new(SessionManager::client_side(settings.clone()).unwrap());
            Router::new().route("/", page).layer(layer()).layer(layer())
        };
        let begun = pair(&ask(twice(begin), &[]).await).unwrap();
        let changed = pair(&ask(twice(login()), &[&begun]).await).unwrap();
        assert_eq!(who(&settings, &changed).await, "zoe");
    }
}

#[tokio::test]
async fn layers_of_two_names_set_a_cookie_each() {
    let other =
        ClientSide { cookie: CookiePolicy { name: "other".into(), ..CookiePolicy::flask() }, ..flask() };
    let both = app(flask(), login());
    let outer = SessionLayer::new(SessionManager::client_side(other.clone()).unwrap());
    let begin = any(|session: Session| async move { session.set_permanent(true) });
    let permanent = pair(&ask(app(other, begin), &[]).await).unwrap();
    let response = ask(both.layer(outer), &[&permanent]).await;
    let names: Vec<_> = set_cookies(&response).iter().map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(names, ["session", "other"]);
}

#[tokio::test]
async fn a_handler_behind_two_layers_gets_both_sessions_by_name() {
    let page = any(async |innermost: Session, sessions: Sessions| {
        let login = sessions.named("session").await.unwrap();
        let cart = sessions.named("cart").await.unwrap();
        innermost.insert_value("is_innermost", true);
        login.insert_value("user", "zoe");
        cart.insert_value("tea", 2);
        let no_such = sessions.named("other").await.unwrap_err();
        assert!(no_such.to_string().contains("\"other\""), "{no_such}");
        format!("{:?} {:?}", login.keys(), cart.keys())
    });
    let named = |name: &str| CookiePolicy { name: name.into(), ..CookiePolicy::flask() };
    let layer = |name| {
        let settings = ClientSide { cookie: named(name), ..flask() };
        SessionLayer::new(SessionManager::client_side(settings).unwrap())
    };
    let app = || Router::new().route("/", page.clone());
    for app in [
        app().layer(layer("session")).layer(layer("cart")),
        // One of them a second time, around both.
        app().layer(layer("session")).layer(layer("cart")).layer(layer("session")),
    ] {
        let response = ask(app, &[]).await;
        let names: Vec<_> = set_cookies(&response).iter().map(|line| line.split('=').next()).collect();
        assert_eq!((response.status().as_u16(), names.len()), (200, 2), "{names:?}");
    }
    let response = ask(app().layer(layer("session")).layer(layer("cart")), &[]).await;
    assert_eq!(response.body(), "[\"is_innermost\", \"user\"] [\"tea\"]");
}

#[tokio::test]
async fn a_cookie_is_removed_with_every_attribute_that_it_was_set_with() {
    let logout = any(|session: Session| async move { session.destroy() });
    for policy in policies() {
        let settings = ClientSide { cookie: policy.clone(), ..sealed() };
        let set = ask(app(settings.clone(), login()), &[]).await;
        let cookie = pair(&set).unwrap();
        let removed = ask(app(settings, logout.clone()), &[&cookie]).await;
        let ([set], [removed]) = (&set_cookies(&set)[..], &set_cookies(&removed)[..]) else {
            panic!("{policy:?}")
        };
        assert!(removed.starts_with(&format!("{}=;", policy.name)), "{removed}");
        assert!(removed.contains("; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"), "{removed}");
        assert_eq!(attributes(removed), attributes(set), "{policy:?}");
    }
}

/// All that a browser tells cookies apart by, and all that must not be lost on the way.
fn attributes(line: &str) -> Vec<&str> {
    let all = line.split("; ").skip(1);
    all.filter(|part| !part.starts_with("Expires=") && !part.starts_with("Max-Age=")).collect()
}

fn policies() -> Vec<CookiePolicy> {
    let mut policies = vec![CookiePolicy::default(), CookiePolicy::flask()];
    for bits in 0..1 << 5 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        for same_site in [None, Some(SameSite::Lax), Some(SameSite::Strict), Some(SameSite::None)] {
            policies.push(CookiePolicy {
                name: "sid".into(),
                domain: has(0).then(|| "example.com".into()),
                path: Some(if has(1) { "/shop" } else { "/" }.into()),
                secure: has(2) || same_site == Some(SameSite::None),
                http_only: has(3),
                same_site,
                partitioned: has(4),
            });
        }
    }
    policies
}

#[tokio::test]
async fn logging_out_without_a_session_sets_no_cookie_of_the_safe_kind() {
    let logout = any(|session: Session| async move { session.destroy() });
    let response = ask(app(sealed(), logout), &[]).await;
    assert!(all(response.headers(), SET_COOKIE).is_empty());
}

#[tokio::test]
async fn a_forged_cookie_is_removed_at_logout() {
    let logout = any(|session: Session| async move { session.destroy() });
    let response = ask(app(sealed(), logout), &["__Host-session=forged"]).await;
    assert!(set_cookies(&response)[0].contains("Max-Age=0"));
}

#[tokio::test]
async fn the_cookie_of_the_safe_kind_has_every_safe_attribute() {
    let cookie = ask(app(sealed(), login()), &[]).await;
    let [line] = set_cookies(&cookie)[..] else { panic!("{cookie:?}") };
    assert!(line.starts_with("__Host-session="), "{line}");
    assert_eq!(attributes(line), ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"]);
    assert!(!cookie_of(&sealed()).await.contains("zoe"));
}
