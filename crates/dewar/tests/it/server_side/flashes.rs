//! Flash messages while several requests add and show some: each is shown once.

use dewar::Session;
use dewar::value::{Map, Value};
use proptest::prelude::*;

use super::{Request, Site};

fn shown(session: &Session) -> Vec<String> {
    session.flashes().iter().map(|flash| flash.message.as_text().unwrap().to_string()).collect()
}

async fn ended(requests: &[&Request]) {
    for request in requests {
        let _ = request.end().await;
    }
}

#[tokio::test]
async fn no_flash_message_is_lost_or_shown_twice() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.visit("", |s| s.flash("one", "message")).await;
        let (taker, speaker) = (site.request(&cookie).await, site.request(&cookie).await);
        assert_eq!(shown(&taker.session), ["one"]);
        speaker.session.flash("two", "message");
        ended(&[&speaker, &taker]).await;
        assert_eq!(shown(&site.request(&cookie).await.session), ["two"]);
    }
}

#[tokio::test]
async fn two_pages_that_leave_and_show_messages_at_once_lose_none_and_repeat_none() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.login().await;
        site.visit(&cookie, |s| s.flash("before", "message")).await;
        let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
        a.session.flash("of a", "message");
        b.session.flash("of b", "message");
        assert_eq!(shown(&a.session), ["before", "of a"]);
        assert_eq!(shown(&b.session), ["before", "of b"]);
        a.session.flash("of a, for the next page", "message");
        ended(&[&b, &a]).await;
        assert_eq!(shown(&site.request(&cookie).await.session), ["of a, for the next page"]);
    }
}

#[tokio::test]
async fn a_message_that_comes_before_the_ones_that_are_shown_is_not_taken_for_one_of_them() {
    let site = Site::flask(|s| s);
    let cookie = site.visit("", |s| s.flash("old", "message")).await;
    let (taker, flask) = (site.request(&cookie).await, site.request(&cookie).await);
    assert_eq!(shown(&taker.session), ["old"]);
    // A program that puts urgent messages first.
    flask.session.edit(|data| {
        let Some(Value::List(messages)) = data.get_mut("_flashes") else { panic!("no messages") };
        messages.insert(0, Value::List(vec!["message".into(), "urgent".into()]));
    });
    ended(&[&flask, &taker]).await;
    assert_eq!(shown(&site.request(&cookie).await.session), ["urgent"]);
}

/// One request adds a message, saves, shows it and saves again, while another adds one: the record then contains lists, not tuples.
#[tokio::test]
async fn a_message_that_was_saved_before_it_was_shown_is_not_shown_again() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.login().await;
        let request = site.request(&cookie).await;
        request.session.flash("mine", "message");
        let _ = request.end().await;
        assert_eq!(shown(&request.session), ["mine"]);
        site.visit(&cookie, |s| s.flash("other", "message")).await;
        let _ = request.end().await;
        assert_eq!(shown(&site.request(&cookie).await.session), ["other"]);
    }
}

/// Flask's `flash(5)`, `flash([1, 2])`, and a category that is no text.
#[tokio::test]
async fn what_a_python_program_flashes_is_shown_as_it_is() {
    let entry = |category: Value, message: Value| Value::Tuple(vec![category, message]);
    let list = Value::List(vec![1.into(), 2.into()]);
    let entries = vec![
        entry("message".into(), 5.into()),
        entry("message".into(), list.clone()),
        entry(Value::Null, Value::Markup("<b>".into())),
        "no pair".into(),
    ];
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("_flashes", Value::List(entries))).await;
    let session = site.request(&cookie).await.session;
    let messages: Vec<Value> = session.flashes().into_iter().map(|flash| flash.message).collect();
    assert_eq!(messages, [5.into(), list, Value::Markup("<b>".into())]);
    assert!(!session.contains("_flashes"));
}

#[tokio::test]
async fn malformed_flashes_are_dropped_and_the_next_message_is_shown() {
    for malformed in [Value::Int(5), Value::Map(Map::new()), "text".into(), Value::Null] {
        let site = Site::new(|s| s);
        let cookie = site.visit("", |s| s.insert_value("_flashes", malformed.clone())).await;
        assert!(site.request(&cookie).await.session.flashes().is_empty());
        let cookie = site.visit(&cookie, |s| s.flash("now", "message")).await;
        assert_eq!(shown(&site.request(&cookie).await.session), ["now"]);
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Say(usize),
    Show(usize),
    Save(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    let request = 0..3_usize;
    prop_oneof![
        3 => request.clone().prop_map(Step::Say),
        2 => request.clone().prop_map(Step::Show),
        3 => request.prop_map(Step::Save),
    ]
}

proptest! {
    /// Three requests that add, show and save in any order. Each message is shown by the requests that were open when it was stored, and
    /// by none that begins after a request that showed it was saved.
    #[test]
    fn every_message_is_shown_and_none_after_it_was(steps in proptest::collection::vec(any_step(), 0..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let site = Site::new(|s| s);
            let cookie = site.login().await;
            let mut requests = Vec::new();
            for _ in 0..3 {
                requests.push((site.request(&cookie).await, Vec::new()));
            }
            let (mut said, mut shown_and_saved) = (Vec::new(), Vec::new());
            for (number, step) in steps.into_iter().chain((0..3).map(Step::Save)).enumerate() {
                match step {
                    Step::Say(who) => {
                        requests[who].0.session.flash(number.to_string(), "message");
                        said.push(number.to_string());
                    }
                    Step::Show(who) => {
                        requests[who].1 = shown(&requests[who].0.session);
                    }
                    Step::Save(who) => {
                        let _ = requests[who].0.end().await;
                        shown_and_saved.append(&mut requests[who].1);
                        requests[who].0 = site.request(&cookie).await;
                        let left = shown(&site.request(&cookie).await.session);
                        assert!(left.iter().all(|message| !shown_and_saved.contains(message)), "shown again");
                    }
                }
            }
            let left = shown(&site.request(&cookie).await.session);
            let is_known = |message: &String| left.contains(message) || shown_and_saved.contains(message);
            assert!(said.iter().all(is_known), "lost: {said:?}, {left:?}, {shown_and_saved:?}");
        });
    }
}
