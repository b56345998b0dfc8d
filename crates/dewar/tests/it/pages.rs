//! What pages show, given to templates and to JSON as it is.

use std::sync::Arc;

use dewar::clock::{Clock, UnixTime};
use dewar::session::SessionInfo;
use dewar::store::Memory;
use dewar::value::{Map, Value};
use dewar::{ServerSide, Session, SessionManager};
use minijinja::{Environment, context};
use serde_json::json;

/// A session of Zoe's, and the list of hers.
async fn devices() -> (Session, Vec<SessionInfo>) {
    let clock = Clock::fixed(UnixTime::from_millis(1_709_210_096_789));
    let settings = ServerSide { clock, ..ServerSide::new("shop", Arc::new(Memory::new())) };
    let manager = SessionManager::server_side(settings).unwrap();
    let session = manager.open([]).await.unwrap();
    session.regenerate_id();
    session.set_owner("user:42");
    session.set_device("Firefox on Linux", "Lisbon");
    session.flash(String::from("Saved & done"), "info");
    session.update("_flashes", with_html).unwrap();
    let _ = manager.save(&session).await.unwrap();
    let devices = manager.sessions_of("user:42", Some(&session)).await.unwrap();
    (session, devices)
}

/// As a Python program leaves a message.
fn with_html(messages: Option<Vec<Value>>) -> Vec<Value> {
    let html = Value::Tuple(vec!["html".into(), Value::Markup("<b>".into())]);
    messages.into_iter().flatten().chain([html]).collect()
}

#[tokio::test]
async fn a_page_lists_devices_and_messages() {
    let (session, devices) = devices().await;
    let mut templates = Environment::new();
    let page = "{% for d in devices %}{{ d.device.user_agent }} in {{ d.device.address }} since {{ d.created }}\
                {% if d.is_current %} (this one){% endif %}{% endfor %}; \
                {% for f in messages %}{{ f.category }}: {{ f.message }} {% endfor %}";
    templates.add_template("page.html", page).unwrap();
    let page = templates.get_template("page.html").unwrap();
    let text = page.render(context! { devices, messages => session.flashes() }).unwrap();
    assert_eq!(
        text,
        "Firefox on Linux in Lisbon since 2024-02-29T12:34:56.789Z (this one); info: Saved &amp; done html: <b> "
    );
}

#[tokio::test]
async fn json_has_the_same_names() {
    let (session, devices) = devices().await;
    let expected = json!([{
        "handle": devices[0].handle,
        "created": "2024-02-29T12:34:56.789Z",
        "last_seen": "2024-02-29T12:34:56.789Z",
        "device": { "user_agent": "Firefox on Linux", "address": "Lisbon" },
        "is_current": true,
    }]);
    assert_eq!(serde_json::to_value(&devices).unwrap(), expected);
    let expected = json!([
        { "category": "info", "message": "Saved & done" },
        { "category": "html", "message": "<b>" },
    ]);
    assert_eq!(serde_json::to_value(session.flashes()).unwrap(), expected);
}

#[test]
fn a_moment_is_a_serde_type() {
    let moment = UnixTime::from_millis(1_709_210_096_789);
    assert_eq!(serde_json::to_value(moment).unwrap(), json!("2024-02-29T12:34:56.789Z"));
    assert_eq!(serde_json::from_value::<UnixTime>(json!("2024-02-29T12:34:56.789Z")).unwrap(), moment);
    assert!(serde_json::from_value::<UnixTime>(json!(1_709_210_096)).is_err());
}

#[test]
fn all_that_a_session_holds_can_be_shown() {
    let map = Map::from([
        ("n", Value::from(7_usize)),
        ("none", Value::from(None::<u8>)),
        ("big", Value::from(u64::MAX)),
    ]);
    assert_eq!(serde_json::to_value(map).unwrap(), json!({ "n": 7, "none": null, "big": u64::MAX }));
}
