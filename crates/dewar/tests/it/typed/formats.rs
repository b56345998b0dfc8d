//! Typed sessions in every format: a request writes, another one reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dewar::session::{SessionData, Typed};
use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::Memory;
use dewar::{ClientSide, SecretKeys, ServerSide, SessionManager};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: i8,
    large: u64,
    half: f32,
    letter: Option<char>,
    pair: (i32, String),
    list: Vec<Option<u8>>,
    set: BTreeSet<String>,
    by_number: BTreeMap<u32, Vec<u32>>,
    shape: Shape,
    inner: Inner,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    #[default]
    Dot,
    Circle {
        radius: f64,
    },
    Line(i32, i32),
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    role: String,
    tenant: Option<u64>,
}

impl SessionData for Everything {}

fn everything() -> Everything {
    Everything {
        flag: true,
        small: -7,
        large: u64::MAX,
        half: 0.5,
        letter: Some('é'),
        pair: (1, "b".to_owned()),
        list: vec![Some(1), None],
        set: ["a".to_owned(), "b".to_owned()].into(),
        by_number: [(1, vec![2, 3])].into(),
        shape: Shape::Circle { radius: 1.5 },
        inner: Inner { role: "admin".to_owned(), tenant: Some(9) },
    }
}

fn managers() -> Vec<SessionManager> {
    let keys = || SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let flask = |encoding| {
        let records = RecordFormat::Flask(FlaskRecords { encoding, ..FlaskRecords::default() });
        SessionManager::server_side(ServerSide { records, ..ServerSide::flask(Arc::new(Memory::new())) })
    };
    [
        SessionManager::client_side(ClientSide::new(keys())),
        SessionManager::client_side(ClientSide::flask(keys())),
        SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))),
        flask(FlaskEncoding::MsgPack),
        flask(FlaskEncoding::Json),
        flask(FlaskEncoding::Pickle),
    ]
    .map(Result::unwrap)
    .into()
}

/// What the client sends back.
async fn save(manager: &SessionManager, typed: &Typed<Everything>) -> Option<String> {
    let reply = manager.save(typed.session()).await.unwrap();
    reply.set_cookie().map(|line| line.split(';').next().unwrap().to_owned())
}

async fn open(manager: &SessionManager, cookie: &str) -> Typed<Everything> {
    Typed::new(manager.open([cookie.as_bytes()]).await.unwrap())
}

#[tokio::test]
async fn every_shape_comes_back_in_every_format() {
    for manager in managers() {
        let typed = open(&manager, "").await;
        typed.set(&everything()).unwrap();
        let cookie = save(&manager, &typed).await.unwrap();

        let typed = open(&manager, &cookie).await;
        assert_eq!(typed.get().unwrap(), everything(), "{manager:?}");
        typed.set(&everything()).unwrap();
        typed.modify(|_| ()).unwrap();
        assert!(!typed.session().is_modified(), "{manager:?}: it is the same, however the format spells it");

        typed.modify(|data| data.shape = Shape::Line(1, 2)).unwrap();
        let cookie = save(&manager, &typed).await.unwrap_or(cookie);
        let expected = Everything { shape: Shape::Line(1, 2), ..everything() };
        assert_eq!(open(&manager, &cookie).await.get().unwrap(), expected, "{manager:?}");
    }
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Huge {
    count: u32,
    number: u128,
}

impl SessionData for Huge {}

#[tokio::test]
async fn what_the_format_cannot_store_is_refused_before_anything_is_changed() {
    let manager = SessionManager::server_side(ServerSide::flask(Arc::new(Memory::new()))).unwrap();
    let typed: Typed<Huge> = Typed::new(manager.open([]).await.unwrap());
    for error in [
        typed.set(&Huge { count: 1, number: u128::MAX }).unwrap_err(),
        typed.modify(|huge| (huge.count, huge.number) = (1, u128::MAX)).unwrap_err(),
    ] {
        assert_eq!(error.key(), Some("number"), "{error}");
        assert!(error.to_string().starts_with("the key \"number\": an integer outside"), "{error}");
    }
    assert!(typed.get().unwrap() == Huge::default() && !typed.session().is_modified());
}
