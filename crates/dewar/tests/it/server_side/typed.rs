//! Typed sessions whose requests overlap: fields are merged one by one.

use dewar::error::ErrorKind;
use dewar::session::{SessionData, Typed};
use dewar::settings::OnConflict;
use dewar::value::{ConvertError, Map, Value};
use dewar::{ServerSide, Session};
use serde::{Deserialize, Serialize};

use super::{Request, Site};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Guest {
    visits: u32,
    theme: String,
    name: Option<String>,
    role: Role,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Role {
    name: String,
    tenant: u32,
}

impl SessionData for Guest {}

fn typed<T: SessionData>(session: &Session) -> Typed<T> {
    Typed::new(session.clone())
}

fn guest(session: &Session) -> Typed<Guest> {
    typed(session)
}

fn sites() -> [Site; 2] {
    [Site::new(|s| s), Site::flask(|s| s)]
}

/// One request runs while another one comes and goes. Returns what is stored then.
async fn overlapping<T: SessionData>(
    site: &Site,
    before: impl FnOnce(&Session),
    slow: impl FnOnce(&Session),
    quick: impl FnOnce(&Session),
) -> (T, Session) {
    let cookie = site.visit("", before).await;
    let request = site.request(&cookie).await;
    slow(&request.session);
    site.visit(&cookie, quick).await;
    let _ = request.end().await;
    let after = site.request(&cookie).await.session;
    (typed(&after).get().unwrap(), after)
}

#[tokio::test]
async fn different_fields_that_two_requests_set_both_count() {
    let set = |change: fn(&mut Guest)| {
        move |session: &Session| {
            let mut data = guest(session).get().unwrap();
            change(&mut data);
            guest(session).set(&data).unwrap();
        }
    };
    let expected = Guest { theme: "dark".to_owned(), name: Some("zoe".to_owned()), ..Guest::default() };
    for site in sites() {
        let (theme, name) = (set(|g| g.theme = "dark".to_owned()), set(|g| g.name = Some("zoe".to_owned())));
        // At first nothing of the struct is stored, so that each request stores all of it.
        let login = |session: &Session| session.insert_value("user", 1);
        assert_eq!(overlapping::<Guest>(&site, login, theme, name).await.0, expected);
        let stored = set(|g| g.theme = "light".to_owned());
        assert_eq!(overlapping::<Guest>(&site, stored, theme, name).await.0, expected);
    }
}

#[tokio::test]
async fn a_counter_counts_every_request() {
    let count = |session: &Session| {
        guest(session).modify(|guest| guest.visits += 1).unwrap();
    };
    for site in sites() {
        let (data, _) = overlapping::<Guest>(&site, count, count, |s| (0..5).for_each(|_| count(s))).await;
        assert_eq!(data.visits, 7);
        let login = |session: &Session| session.insert_value("user", 1);
        assert_eq!(overlapping::<Guest>(&site, login, count, count).await.0.visits, 2);
    }
}

#[tokio::test]
async fn a_struct_within_is_one_value() {
    let role = |name: &str, tenant| Role { name: name.to_owned(), tenant };
    for site in sites() {
        let before = |s: &Session| guest(s).modify(|g| g.role.tenant = 1).unwrap();
        let slow = |s: &Session| guest(s).set(&Guest { role: role("admin", 1), ..Guest::default() }).unwrap();
        let quick = |s: &Session| guest(s).set(&Guest { role: role("", 2), ..Guest::default() }).unwrap();
        assert_eq!(overlapping::<Guest>(&site, before, slow, quick).await.0.role, role("admin", 1));
    }
}

/// Both read a field, and set it to different values.
#[tokio::test]
async fn a_field_that_was_read_and_set_is_a_conflict_where_that_is_refused() {
    let site = Site::new(|s| ServerSide { on_conflict: OnConflict::Refuse, ..s });
    let cookie = site.login().await;
    let end =
        async |request: Request| site.manager.save(&request.session).await.map_err(|e| e.kind().clone());
    let set = |session: &Session, data: Guest| guest(session).set(&data).unwrap();
    let [read, blind, other] =
        [site.request(&cookie).await, site.request(&cookie).await, site.request(&cookie).await];
    let (theirs, ours) = (guest(&read.session).get().unwrap(), guest(&other.session).get().unwrap());
    set(&read.session, Guest { theme: "dark".to_owned(), ..theirs });
    set(&blind.session, Guest { theme: "red".to_owned(), ..Guest::default() });
    set(&other.session, Guest { visits: 1, ..ours });
    site.visit(&cookie, |s| set(s, Guest { theme: "light".to_owned(), ..Guest::default() })).await;
    assert!(matches!(end(read).await, Err(ErrorKind::Conflict { .. })));
    assert!(end(other).await.is_ok());
    assert!(end(blind).await.is_ok(), "it overwrites what it has not read");
    let after = guest(&site.request(&cookie).await.session).get().unwrap();
    assert_eq!((after.theme.as_str(), after.visits), ("red", 1));
}

/// The function cannot run on what another request has stored.
#[tokio::test]
async fn a_field_of_another_type_by_then_fails_the_save_and_names_the_key() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    guest(&request.session).modify(|guest| guest.visits += 1).unwrap();
    site.visit(&cookie, |s| s.insert_value("visits", "many")).await;
    let error = site.manager.save(&request.session).await.unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(why, r#"the key "visits": invalid type: string, expected u32"#);
}

/// What `Guest` became: a theme has a contrast, and there is a language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct NewGuest {
    visits: u32,
    theme: (String, u8),
    language: String,
}

impl Default for NewGuest {
    fn default() -> Self {
        Self { visits: 0, theme: (String::new(), 0), language: "en".to_owned() }
    }
}

impl SessionData for NewGuest {
    const VERSION: u32 = 1;

    fn upgrade(data: &mut Map, _from: u32) -> Result<(), ConvertError> {
        if let Some(theme) = data.remove("theme") {
            data.insert("theme", Value::Tuple(vec![theme, 5.into()]));
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_upgrade_runs_again_on_what_an_old_program_has_stored_meanwhile() {
    let old = |theme: &'static str| {
        move |session: &Session| guest(session).modify(|guest| guest.theme = theme.to_owned()).unwrap()
    };
    let set = |session: &Session| {
        let data = typed::<NewGuest>(session).get().unwrap();
        typed(session).set(&NewGuest { language: "pt".to_owned(), ..data }).unwrap();
    };
    let modify = |session: &Session| {
        typed(session).modify(|data: &mut NewGuest| data.language = "pt".to_owned()).unwrap();
    };
    let expected = NewGuest { visits: 0, theme: ("dark".to_owned(), 5), language: "pt".to_owned() };
    for site in sites() {
        assert_eq!(overlapping::<NewGuest>(&site, old("light"), set, old("dark")).await.0, expected);
        let (data, session) = overlapping::<NewGuest>(&site, old("light"), modify, old("dark")).await;
        assert_eq!((data, session.get_value("_version")), (expected.clone(), Some(Value::Int(1))));
        // Both upgrade.
        let (data, _) = overlapping::<NewGuest>(&site, old("dark"), set, modify).await;
        assert_eq!(data, expected);
        let count = |s: &Session| typed(s).modify(|data: &mut NewGuest| data.visits += 1).unwrap();
        let (data, _) = overlapping::<NewGuest>(&site, old("dark"), count, count).await;
        assert_eq!((data.visits, data.theme), (2, expected.theme.clone()));
    }
}

/// A version that only added a field: the old program can read what the new one writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Newer {
    visits: u32,
    colour: String,
}

impl SessionData for Newer {
    const VERSION: u32 = 1;
}

#[tokio::test]
async fn an_old_program_that_runs_at_the_same_time_changes_its_own_fields_alone() {
    let new = |s: &Session| {
        typed(s)
            .modify(|data: &mut Newer| {
                data.visits += 1;
                data.colour = "red".to_owned();
            })
            .unwrap();
    };
    let old = |s: &Session| {
        guest(s)
            .modify(|guest| {
                guest.visits += 1;
                guest.theme = "dark".to_owned();
            })
            .unwrap();
    };
    for site in sites() {
        for (data, session) in [
            overlapping::<Newer>(&site, new, new, old).await,
            overlapping::<Newer>(&site, new, old, new).await,
            overlapping::<Newer>(&site, old, old, new).await,
        ] {
            assert_eq!(data, Newer { visits: 3, colour: "red".to_owned() });
            assert_eq!(guest(&session).get().unwrap().theme, "dark");
            assert_eq!(session.get_value("_version"), Some(Value::Int(1)));
        }
    }
}

/// At most three, the type says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
struct Recent(Vec<String>);

impl TryFrom<Vec<String>> for Recent {
    type Error = &'static str;

    fn try_from(pages: Vec<String>) -> Result<Self, &'static str> {
        if pages.len() <= 3 { Ok(Self(pages)) } else { Err("more than three") }
    }
}

impl From<Recent> for Vec<String> {
    fn from(recent: Recent) -> Self {
        recent.0
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct History {
    recent: Recent,
    visits: u32,
}

impl SessionData for History {}

#[tokio::test]
async fn a_merged_field_that_the_struct_cannot_read_gives_way_to_the_later_write() {
    let push = |page: &'static str| {
        move |session: &Session| {
            let mut history = typed::<History>(session).get().unwrap();
            history.recent.0.push(page.to_owned());
            history.visits = 1;
            typed::<History>(session).set(&history).unwrap();
        }
    };
    let first = |number: usize| move |session: &Session| (0..number).for_each(|_| push("first")(session));
    for site in sites() {
        let (history, _): (History, _) = overlapping(&site, first(2), push("slow"), push("quick")).await;
        assert_eq!(history.recent.0, ["first", "first", "slow"], "four would be too many");
        let (history, _): (History, _) = overlapping(&site, first(1), push("slow"), push("quick")).await;
        assert_eq!(history.recent.0, ["first", "quick", "slow"]);
    }
}
