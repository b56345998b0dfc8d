//! serde's attributes: under which keys the fields are.

use std::collections::BTreeMap;

use dewar::session::{SessionData, Typed};
use dewar::value::Value;
use serde::{Deserialize, Serialize};

use super::{keys, session};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Renamed {
    #[serde(alias = "user", alias = "login")]
    user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nick: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tags: Vec<String>,
    #[serde(skip)]
    cached: u32,
    #[serde(skip_serializing, default)]
    by_another: u32,
}

impl Default for Renamed {
    fn default() -> Self {
        let user_name = "nobody".to_owned();
        Self { user_name, nick: None, tags: Vec::new(), cached: 0, by_another: 0 }
    }
}

impl SessionData for Renamed {}

async fn renamed() -> Typed<Renamed> {
    Typed::new(session().await)
}

#[tokio::test]
async fn unknown_keys_never_get_in_the_way() {
    let typed = renamed().await;
    typed.session().insert_value("free", "form");
    typed.session().flash("Hello", "info");
    assert_eq!(typed.get().unwrap(), Renamed::default());
    typed.modify(|data| data.user_name = "zoe".to_owned()).unwrap();
    assert_eq!(keys(typed.session()), ["free", "_flashes", "userName"]);
}

#[tokio::test]
async fn a_field_that_is_no_longer_serialized_is_removed() {
    let typed = renamed().await;
    typed.modify(|data| (data.nick, data.tags) = (Some("z".to_owned()), vec!["a".to_owned()])).unwrap();
    assert_eq!(keys(typed.session()), ["nick", "tags", "userName"]);
    typed.modify(|data| data.nick = None).unwrap();
    assert_eq!(keys(typed.session()), ["tags", "userName"]);
    typed.set(&Renamed::default()).unwrap();
    assert_eq!(keys(typed.session()), ["userName"]);
}

#[tokio::test]
async fn an_older_name_is_read_until_the_session_is_written() {
    let typed = renamed().await;
    typed.session().insert_value("user", "zoe");
    assert_eq!(typed.get().unwrap().user_name, "zoe", "not the default");
    typed.modify(|_| ()).unwrap();
    assert_eq!(keys(typed.session()), ["user"]);
    typed.modify(|data| data.nick = Some("z".to_owned())).unwrap();
    assert_eq!(typed.get().unwrap().user_name, "zoe");
    typed.modify(|data| data.user_name.push('!')).unwrap();
    assert_eq!(keys(typed.session()), ["nick", "userName"]);
    assert_eq!(typed.get().unwrap().user_name, "zoe!");
    typed.session().insert_value("login", "somebody else");
    typed.session().insert_value("user", "somebody else");
    assert_eq!(typed.get().unwrap().user_name, "zoe!", "the name that is written counts");
}

#[tokio::test]
async fn a_field_that_the_struct_only_reads_is_left_alone() {
    let typed = renamed().await;
    typed.session().insert_value("byAnother", 7);
    typed.modify(|data| (data.by_another, data.cached) = (data.by_another + 1, 5)).unwrap();
    typed.set(&Renamed { nick: Some("z".to_owned()), ..Renamed::default() }).unwrap();
    assert_eq!(typed.session().get_value("byAnother"), Some(Value::Int(7)));
    assert_eq!(keys(typed.session()), ["byAnother", "userName", "nick"]);
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Flattened {
    visits: u32,
    #[serde(flatten)]
    address: Address,
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    city: String,
}

impl SessionData for Flattened {}

#[tokio::test]
async fn a_flattened_field_has_its_keys_among_the_others() {
    let typed: Typed<Flattened> = Typed::new(session().await);
    typed.session().flash("Hello", "info");
    typed.session().insert_value("apples", 3);
    typed
        .modify(|data| {
            data.address.city = "Lisbon".to_owned();
            *data.rest.get_mut("apples").unwrap() += 1;
        })
        .unwrap();
    assert_eq!(keys(typed.session()), ["_flashes", "apples", "city", "visits"]);
    assert_eq!(typed.get().unwrap().rest, [("apples".to_owned(), 4)].into());
    typed.modify(|data| data.rest.clear()).unwrap();
    assert_eq!(keys(typed.session()), ["_flashes", "city", "visits"]);
    typed.session().insert_value("apples", "many");
    assert_eq!(typed.get().unwrap_err().key(), Some("apples"), "serde does not say which key it was");
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Unwritten {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

impl SessionData for Unwritten {}

#[tokio::test]
async fn a_field_without_any_default_says_what_to_do() {
    let typed: Typed<Unwritten> = Typed::new(session().await);
    let error = typed.get().unwrap_err();
    assert_eq!(error.key(), Some("name"));
    assert!(error.to_string().ends_with("add `#[serde(default)]` to the field"), "{error}");
}
