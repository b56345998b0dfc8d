//! What may happen between two steps of a copy.

mod checks;

use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;

use super::{Copier, CopyOutcome, EntryKind, SessionAdmin, SessionEntry};
use crate::clock::{Clock, UnixTime};
use crate::store::{
    Answer, Lister, Memory, Owners, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};
use crate::{ServerSide, Session, SessionManager};

type Hook = Box<dyn FnOnce() + Send>;

/// A store in memory where something happens once, before a load or after a write.
#[derive(Default)]
struct Tapped {
    memory: Memory,
    before_load: Mutex<Option<Hook>>,
    after_write: Mutex<Option<Hook>>,
    loses_answer: Mutex<bool>,
}

impl fmt::Debug for Tapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tapped")
    }
}

impl Store for Tapped {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        let hook = self.before_load.lock().unwrap().take();
        hook.into_iter().for_each(|hook| hook());
        self.memory.load(key, touch, now)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        let answer = self.memory.write(write, now);
        let hook = self.after_write.lock().unwrap().take();
        hook.into_iter().for_each(|hook| hook());
        if std::mem::take(&mut *self.loses_answer.lock().unwrap()) {
            return Answer::Now(Err(StoreError::no_answer("lost")));
        }
        answer
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.memory.touch(key, expires, now)
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.memory.sweeper()
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.memory.lister()
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.memory.owners()
    }
}

/// A program called `shop` on a store.
#[derive(Clone)]
struct Shop {
    store: Arc<Tapped>,
    manager: SessionManager,
    admin: SessionAdmin,
}

/// Everything is ready at once in memory.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

impl Shop {
    fn new() -> Self {
        let store = Arc::new(Tapped::default());
        let settings = ServerSide::new("shop", Arc::clone(&store) as Arc<dyn Store>);
        Self {
            store,
            manager: SessionManager::server_side(settings.clone()).unwrap(),
            admin: SessionAdmin::new(settings).unwrap(),
        }
    }

    fn open(&self, cookie: &str) -> Session {
        now(self.manager.open([cookie.as_bytes()])).unwrap()
    }

    fn save(&self, session: &Session) -> Option<String> {
        let saved = now(self.manager.save(session)).unwrap();
        saved.set_cookie().map(|line| line.split(';').next().unwrap().to_owned())
    }

    fn log_in(&self, owner: &str) -> String {
        let session = self.open("");
        session.log_in(owner);
        self.save(&session).unwrap()
    }

    fn log_out(&self, cookie: &str) {
        let session = self.open(cookie);
        session.log_out();
        self.save(&session);
    }

    fn insert(&self, cookie: &str, value: &str) {
        let session = self.open(cookie);
        session.insert_value("cart", value);
        self.save(&session);
    }

    fn has(&self, cookie: &str) -> bool {
        self.open(cookie).owner().is_some()
    }

    fn cart(&self, cookie: &str) -> Option<String> {
        self.open(cookie).get("cart").unwrap()
    }

    fn entries(&self) -> Vec<SessionEntry> {
        self.entries_of(EntryKind::Session)
    }

    fn entries_of(&self, kind: EntryKind) -> Vec<SessionEntry> {
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = now(self.admin.page(after.as_ref(), 1000)).unwrap();
            entries.extend(page.entries.into_iter().filter(|entry| entry.kind == kind));
            after = page.next;
            if after.is_none() {
                return entries;
            }
        }
    }

    fn after_next_write(&self, hook: impl FnOnce() + Send + 'static) {
        *self.store.after_write.lock().unwrap() = Some(Box::new(hook));
    }
}

/// Copies the only session that the source has.
fn copy_one(from: &Shop, to: &Shop, ends_source: bool) -> CopyOutcome {
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), ends_source).unwrap();
    let entries = from.entries();
    assert_eq!(entries.len(), 1);
    now(copier.copy(&entries[0])).unwrap().0
}

#[test]
fn a_logout_while_its_session_is_copied_is_not_undone() {
    for ends_source in [false, true] {
        let (from, to) = (Shop::new(), Shop::new());
        let cookie = from.log_in("user:1");
        let (old, gone) = (from.clone(), cookie.clone());
        to.after_next_write(move || old.log_out(&gone));
        assert_eq!(copy_one(&from, &to, ends_source), CopyOutcome::EndedAtSource);
        assert!(!from.has(&cookie) && !to.has(&cookie), "{ends_source}");
    }
}

#[test]
fn an_operator_who_ends_a_session_while_it_is_copied_ends_it() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let old = from.clone();
    to.after_next_write(move || assert!(now(old.admin.end(&old.entries()[0])).unwrap()));
    assert_eq!(copy_one(&from, &to, false), CopyOutcome::EndedAtSource);
    assert!(!to.has(&cookie));
}

#[test]
fn a_change_while_its_session_is_copied_is_copied_too() {
    for ends_source in [false, true] {
        let (from, to) = (Shop::new(), Shop::new());
        let cookie = from.log_in("user:1");
        let (old, changed) = (from.clone(), cookie.clone());
        to.after_next_write(move || old.insert(&changed, "chocolate"));
        assert_eq!(copy_one(&from, &to, ends_source), CopyOutcome::Copied);
        assert_eq!(to.cart(&cookie).as_deref(), Some("chocolate"), "{ends_source}");
        assert_eq!(from.has(&cookie), !ends_source);
    }
}

/// What a request does that opened the session at the source, in a program that migrates from there, once the session has been moved.
fn late_in_a_move(request: impl FnOnce(&Session)) -> (Shop, String, Option<String>) {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let until = Clock::system().now().plus(std::time::Duration::from_secs(3600));
    let program =
        Shop { manager: to.manager.clone().migrating_from(from.manager.clone(), until), ..to.clone() };
    let session = program.open(&cookie);
    assert_eq!(copy_one(&from, &to, true), CopyOutcome::Copied);
    request(&session);
    let new = program.save(&session);
    assert!(!from.has(&cookie));
    (to, cookie, new)
}

/// A request of a program that migrates looks at the target, then the session moves, then it looks at the source.
#[test]
fn a_session_that_moves_while_it_is_looked_for_is_found() {
    let by_a_copy: fn(&Shop, &Shop, &str) = |from, program, _| {
        assert_eq!(copy_one(from, program, true), CopyOutcome::Copied);
    };
    let by_a_request: fn(&Shop, &Shop, &str) = |_, program, cookie| program.insert(cookie, "chocolate");
    for moves in [by_a_copy, by_a_request] {
        let (from, to) = (Shop::new(), Shop::new());
        let cookie = from.log_in("user:1");
        let until = Clock::system().now().plus(std::time::Duration::from_secs(3600));
        let manager = to.manager.clone().migrating_from(from.manager.clone(), until);
        let program = Shop { manager, ..to };
        let hook = (from.clone(), program.clone(), cookie.clone());
        *from.store.before_load.lock().unwrap() = Some(Box::new(move || moves(&hook.0, &hook.1, &hook.2)));
        assert!(program.has(&cookie));
        assert!(from.store.before_load.lock().unwrap().is_none() && !from.has(&cookie));
    }
}

#[test]
fn a_logout_that_began_before_the_move_ends_what_was_moved() {
    for log_out in [Session::log_out, Session::destroy] {
        let (to, cookie, _) = late_in_a_move(log_out);
        assert!(!to.has(&cookie) && to.entries().is_empty());
    }
}

#[test]
fn a_login_that_began_before_the_move_ends_what_was_moved() {
    let (to, cookie, new) = late_in_a_move(|session| session.log_in("user:2"));
    assert_eq!(to.entries().len(), 1, "the id from before the login opens nothing any more");
    assert_eq!(to.open(&new.unwrap()).owner().unwrap().to_string(), "user:2");
    assert!(!to.has(&cookie));
}

#[test]
fn a_change_that_began_before_the_move_is_made_to_what_was_moved() {
    let (to, cookie, new) = late_in_a_move(|session| session.insert_value("cart", "chocolate"));
    assert_eq!(to.entries().len(), 1);
    for cookie in [cookie, new.unwrap()] {
        assert_eq!(to.open(&cookie).get::<String>("cart").unwrap().as_deref(), Some("chocolate"));
    }
}

#[test]
fn every_change_that_began_before_the_move_counts() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let until = Clock::system().now().plus(std::time::Duration::from_secs(3600));
    let program =
        Shop { manager: to.manager.clone().migrating_from(from.manager.clone(), until), ..to.clone() };
    let late = [program.open(&cookie), program.open(&cookie)];
    assert_eq!(copy_one(&from, &to, true), CopyOutcome::Copied);
    for session in [to.open(&cookie), late[0].clone(), late[1].clone(), program.open(&cookie)] {
        session.update("clicks", |clicks: Option<i64>| clicks.unwrap_or(0) + 1).unwrap();
        let _ = program.save(&session);
    }
    assert_eq!(to.open(&cookie).get::<i64>("clicks").unwrap(), Some(4));
    assert_eq!(to.entries().len(), 1);
}

/// It is not known whether the source has it any more, but the target does.
#[test]
fn a_move_whose_answer_is_lost_loses_no_session() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), true).unwrap();
    let entry = from.entries().remove(0);
    *from.store.loses_answer.lock().unwrap() = true;
    assert!(now(copier.copy(&entry)).is_err());
    assert!(to.has(&cookie));
    assert_eq!(now(copier.copy(&entry)).unwrap().0, CopyOutcome::AlreadyThere);
    assert!(to.has(&cookie) && !from.has(&cookie));
}

#[test]
fn a_copy_whose_answer_is_lost_is_made_again() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), false).unwrap();
    *to.store.loses_answer.lock().unwrap() = true;
    assert!(now(copier.copy(&from.entries()[0])).is_err());
    assert_eq!(copy_one(&from, &to, false), CopyOutcome::AlreadyThere);
    assert!(to.has(&cookie) && from.has(&cookie));
}

#[test]
fn what_was_used_at_the_target_meanwhile_is_no_copy_to_take_back() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    copy_one(&from, &to, false);
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), false).unwrap();
    let copied = to.entries().remove(0);
    from.log_out(&cookie);
    to.insert(&cookie, "chocolate");
    assert!(now(copier.has_ended_at_source(&copied)).unwrap());
    assert!(!now(copier.remove_copy(&copied)).unwrap());
    assert!(to.has(&cookie));
    assert!(!copied.copy_mark().is_same(&to.entries()[0].copy_mark()));
}

#[test]
fn an_owners_sessions_are_copied_with_the_first_and_in_order() {
    let (from, to) = (Shop::new(), Shop::new());
    (0..5).for_each(|_| _ = from.log_in("user:1"));
    from.log_in("user:2");
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), false).unwrap();
    let due: Vec<_> = from.entries().into_iter().map(|entry| now(copier.due(entry)).unwrap()).collect();
    let mut numbers: Vec<_> = due.iter().map(Vec::len).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 0, 0, 0, 1, 5]);
    due.iter().flatten().for_each(|entry| _ = now(copier.copy(entry)).unwrap());
    let order = |shop: &Shop| -> Vec<String> {
        now(shop.admin.of_owner("user:1")).unwrap().into_iter().map(|entry| entry.handle).collect()
    };
    assert_eq!(order(&to), order(&from));
}

#[test]
fn other_names_and_formats_are_refused() {
    let admin = |name: &str| SessionAdmin::new(ServerSide::new(name, Memory::new())).unwrap();
    assert!(Copier::new(admin("shop"), admin("shop-2"), false).unwrap_err().to_string().contains("name"));
    #[cfg(feature = "flask")]
    {
        let flask = SessionAdmin::new(ServerSide::flask(Memory::new())).unwrap();
        let refused = Copier::new(admin("shop"), flask, false).unwrap_err();
        assert!(refused.to_string().contains("migrating_from"));
    }
}

/// The stamps that end an owner's sealed cookies are kept beside sessions.
#[test]
fn revocations_are_copied_and_the_later_one_stays() {
    use crate::settings::Revocation;
    use crate::{ClientSide, SecretKeys};

    let sealed = |shop: &Shop, seconds: i64| {
        SessionManager::client_side(ClientSide {
            revocation: Some(Revocation::new("shop", Arc::clone(&shop.store) as Arc<dyn Store>)),
            clock: Clock::fixed(
                Clock::system().now().plus(std::time::Duration::from_secs(seconds.unsigned_abs())),
            ),
            ..ClientSide::new(SecretKeys::new("5f0c19e2a7d84b3690fe21c7b58d4a63").unwrap())
        })
        .unwrap()
    };
    let revocation = |shop: &Shop| shop.entries_of(EntryKind::Revocation).pop();
    let (from, to) = (Shop::new(), Shop::new());
    now(sealed(&from, 0).end_sessions_of("user:1", None)).unwrap();
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), true).unwrap();
    let copy = || now(copier.copy(&revocation(&from).unwrap())).unwrap().0;
    assert_eq!(copy(), CopyOutcome::Copied);
    assert!(revocation(&from).is_some(), "the old program goes on with it");
    now(sealed(&from, 60).end_sessions_of("user:1", None)).unwrap();
    assert_eq!(copy(), CopyOutcome::Updated);
    now(sealed(&to, 120).end_sessions_of("user:1", None)).unwrap();
    assert_eq!(copy(), CopyOutcome::TargetIsNewer);
}

#[test]
fn nothing_of_an_entry_is_printed() {
    let shop = Shop::new();
    let cookie = shop.log_in("user:1");
    shop.insert(&cookie, "chocolate");
    let printed = format!("{:?} {:?}", shop.entries(), shop.admin);
    for secret in [cookie.split_once('=').unwrap().1, "chocolate", "shop:{"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
