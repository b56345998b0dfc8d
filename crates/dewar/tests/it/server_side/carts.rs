//! Carts that parallel requests change, on every engine and in both record formats: nothing is lost except in conflicts.

use std::sync::Arc;

use dewar::store::Store;
use dewar::value::{Map, Value, from_value};
use dewar::{ServerSide, Session, SessionManager};
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::engines::Engines;
use super::held;

/// What one of the requests does to a session that all of them found.
type Handler = fn(&Session);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Access {
    level: u8,
    tenant: u8,
}

/// A list, a map, a struct, a number and a flash.
fn fill(session: &Session) {
    session.insert("list", vec!["shoes", "socks"]).unwrap();
    session.insert_value("map", Map::from([("shoes", 1), ("socks", 2)]));
    session.insert("access", Access { level: 1, tenant: 1 }).unwrap();
    session.insert("count", 1).unwrap();
}

fn list(session: &Session) -> Vec<String> {
    session.get("list").unwrap().unwrap()
}

/// Of these requests each had opened the session before another one was saved.
const REQUESTS: [Handler; 12] = [
    |s| {
        let mut list = list(s);
        list.push("hat".to_owned());
        s.insert("list", list).unwrap();
    },
    |s| s.edit(|data| push(data, "belt")),
    |s| {
        let mut list = list(s);
        list.retain(|item| item != "socks");
        s.insert("list", list).unwrap();
    },
    |s| s.modify("list", |list: &mut Vec<String>| list.push("ring".to_owned())).unwrap(),
    // What two added counts once.
    |s| s.edit(|data| push(data, "hat")),
    |s| s.edit(|data| entries(data, |map| _ = map.insert("hat", 1))),
    |s| s.edit(|data| entries(data, |map| _ = map.remove("socks"))),
    |s| s.edit(|data| entries(data, |map| _ = map.insert("shoes", 5))),
    |s| s.insert("access", Access { level: 2, tenant: 1 }).unwrap(),
    |s| s.insert("access", Access { level: 1, tenant: 2 }).unwrap(),
    |s| _ = s.update("count", |count: Option<i64>| count.unwrap_or(0) + 1).unwrap(),
    |s| s.modify("count", |count: &mut i64| *count += 1).unwrap(),
];

fn push(data: &mut Map, item: &str) {
    let Some(Value::List(list)) = data.get_mut("list") else { panic!("no list") };
    list.push(item.into());
}

fn entries(data: &mut Map, edit: impl FnOnce(&mut Map)) {
    let Some(Value::Map(map)) = data.get_mut("map") else { panic!("no map") };
    edit(map);
}

/// Both formats on each engine.
async fn on_each_engine(engines: &Engines) -> Vec<(String, SessionManager)> {
    let manager = |settings| SessionManager::server_side(settings).unwrap();
    let native = |store: &Arc<dyn Store>| manager(ServerSide::new("shop", Arc::clone(store)));
    let flask = |store: &Arc<dyn Store>| manager(ServerSide::flask(Arc::clone(store)));
    let mut managers = Vec::new();
    for (engine, store) in &engines.stores {
        managers.push(((*engine).to_owned(), native(store)));
        managers.push((format!("{engine}, Flask"), flask(store)));
    }
    managers.extend(engines.of_flask.iter().map(|(engine, store)| ((*engine).to_owned(), flask(store))));
    managers
}

async fn visit(manager: &SessionManager, cookie: &str, handler: impl FnOnce(&Session)) -> Option<String> {
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    handler(&session);
    held(&manager.save(&session).await.unwrap())
}

/// In the order in which they are written here, and backwards.
#[tokio::test]
async fn what_requests_do_to_carts_is_merged_by_the_rules() {
    let engines = Engines::start().await;
    for (engine, manager) in on_each_engine(&engines).await {
        for is_backwards in [false, true] {
            let cookie = visit(&manager, "", fill).await.unwrap();
            let mut open = Vec::new();
            for handler in REQUESTS {
                let session = manager.open([cookie.as_bytes()]).await.unwrap();
                handler(&session);
                open.push(session);
            }
            if is_backwards {
                open.reverse();
            }
            for session in open {
                let _ = manager.save(&session).await.unwrap();
            }
            let after = manager.open([cookie.as_bytes()]).await.unwrap();
            let expected_order = if is_backwards {
                ["shoes", "hat", "ring", "belt"]
            } else {
                ["shoes", "hat", "belt", "ring"]
            };
            assert_eq!(
                list(&after),
                expected_order,
                "{engine}: removals, then tails in the order of the saves"
            );
            let map: Map = match after.get_value("map") {
                Some(Value::Map(map)) => map,
                other => panic!("{engine}: {other:?}"),
            };
            assert_eq!(map, Map::from([("shoes", 5), ("hat", 1)]), "{engine}");
            let later =
                if is_backwards { Access { level: 2, tenant: 1 } } else { Access { level: 1, tenant: 2 } };
            let access: Access = from_value(after.get_value("access").unwrap()).unwrap();
            assert_eq!(access, later, "{engine}: what one set never meets what another set");
            assert_eq!(after.get::<i64>("count").unwrap(), Some(3), "{engine}");
        }
    }
}

/// All at once: each adds an item in one of three ways, and counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_parallel_requests_each_adds_its_item() {
    const REQUESTS: usize = 12;
    let engines = Engines::start().await;
    for (engine, manager) in on_each_engine(&engines).await {
        let cookie = visit(&manager, "", fill).await.unwrap();
        let turn = Arc::new(Barrier::new(REQUESTS));
        let mut requests = JoinSet::new();
        for number in 0..REQUESTS {
            let (manager, cookie, turn) = (manager.clone(), cookie.clone(), Arc::clone(&turn));
            requests.spawn(async move {
                let session = manager.open([cookie.as_bytes()]).await.unwrap();
                turn.wait().await;
                add(&session, number);
                // Where an engine has too much to do it says so, and nothing is stored.
                while let Err(busy) = manager.save(&session).await {
                    assert_eq!(busy.status(), 503, "{busy:?}");
                    tokio::task::yield_now().await;
                }
            });
        }
        requests.join_all().await;
        let after = manager.open([cookie.as_bytes()]).await.unwrap();
        let mut items = list(&after);
        assert_eq!(items.drain(..2).collect::<Vec<_>>(), ["shoes", "socks"], "{engine}");
        items.sort_unstable();
        let expected: Vec<_> = (0..REQUESTS).map(|number| format!("item {number:02}")).collect();
        assert_eq!(items, expected, "{engine}");
        assert_eq!(after.get::<usize>("count").unwrap(), Some(1 + REQUESTS), "{engine}");
    }
}

fn add(session: &Session, number: usize) {
    let item = format!("item {number:02}");
    session.update("count", |count: Option<i64>| count.unwrap_or(0) + 1).unwrap();
    match number % 3 {
        0 => session.modify("list", move |list: &mut Vec<String>| list.push(item.clone())).unwrap(),
        1 => session.edit(|data| push(data, &item)),
        _ => {
            let mut list = list(session);
            list.push(item);
            session.insert("list", list).unwrap();
        }
    }
}
