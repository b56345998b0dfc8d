//! What must be true when all requests are over.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dewar::store::Store;
use dewar::value::Value;
use dewar::{Session, SessionManager};

use super::explore::Order;
use super::requests::{Deed, End, Format, manager, request};
use super::turns::{Fate, Mishaps, Turns, interleave};

/// One order of the requests, and whether the promises hold after it.
pub(super) fn check(
    format: Format,
    deeds: &[Deed],
    store: impl Fn() -> Arc<dyn Store>,
    order: Order,
    mishaps: Mishaps,
) -> (Order, Result<(), String>) {
    let store = store();
    let bare = manager(format, Arc::clone(&store));
    let End::Kept(Some(cookie)) = at_once(request(&bare, "", Deed::Set("user", 1))) else {
        panic!("no cookie")
    };
    let fate = Fate::new(order, mishaps);
    let site = manager(format, Arc::new(Turns::new(store, Arc::clone(&fate))));
    let requests = deeds.iter().map(|deed| {
        let request = request(&site, &cookie, *deed);
        Box::pin(request) as Pin<Box<dyn Future<Output = End>>>
    });
    let ends = interleave(requests.collect(), &fate);
    let ends = ends.into_iter().map(|end| end.unwrap_or(End::Unknown));
    let aftermath = Aftermath::new(&bare, format, &cookie, deeds.iter().copied().zip(ends).collect());
    (Fate::into_order(&fate), aftermath.promises())
}

/// Everything that can be seen afterwards.
struct Aftermath {
    format: Format,
    ends: Vec<(Deed, End)>,
    /// What is found with each cookie that the browser ever had.
    found: Vec<Session>,
}

impl Aftermath {
    fn new(manager: &SessionManager, format: Format, first: &str, ends: Vec<(Deed, End)>) -> Self {
        let given = ends.iter().filter_map(|(_, end)| match end {
            End::Kept(Some(cookie)) => Some(cookie.as_str()),
            _ => None,
        });
        let mut cookies: Vec<&str> = std::iter::once(first).chain(given).collect();
        cookies.sort_unstable();
        cookies.dedup();
        let found = cookies.iter().map(|cookie| at_once(manager.open([cookie.as_bytes()])).unwrap());
        Self { format, found: found.collect(), ends }
    }

    fn promises(&self) -> Result<(), String> {
        self.one_id()?;
        self.logout_is_final()?;
        self.nobody_is_thrown_out()?;
        self.ends.iter().try_for_each(|(deed, end)| match (deed, end) {
            (Deed::Set(key, _), End::Kept(_)) => self.write_is_there(key),
            _ => Ok(()),
        })?;
        self.sum_is_right()
    }

    /// Where the session is that all came with; a late login may begin another.
    fn alive(&self) -> usize {
        self.found.iter().filter(|session| session.contains("user")).count()
    }

    fn one_id(&self) -> Result<(), String> {
        promise(self.alive() <= 1, "a session has two ids")
    }

    /// Flask-Session's records leave no trace under an old id: a logout that comes with it finds nothing to end.
    fn logout_is_final(&self) -> Result<(), String> {
        let has_new_id = self.ends.iter().any(|(deed, end)| deed.gives_new_id() && *end != End::Refused);
        let is_out = self.ends.iter().any(|(deed, end)| match (deed, end) {
            (Deed::Destroy, End::Kept(_)) => !has_new_id || self.format == Format::Native,
            (deed, End::Kept(_)) => deed.ends() && !has_new_id,
            _ => false,
        });
        promise(!is_out || self.alive() == 0, "a session that was ended is there")
    }

    fn nobody_is_thrown_out(&self) -> Result<(), String> {
        let may_be_out =
            |(deed, end): &(Deed, End)| deed.ends() || (deed.gives_new_id() && *end == End::Unknown);
        promise(self.ends.iter().any(may_be_out) || self.alive() == 1, "a session is gone that nobody ended")
    }

    /// The value that was answered for is there; or that of another who set the same key; unless somebody ended the session.
    fn write_is_there(&self, key: &str) -> Result<(), String> {
        let may_be_gone = self.ends.iter().any(|(deed, end)| {
            let ended = matches!(deed, Deed::Clear | Deed::Destroy) && *end != End::Refused;
            ended || may_hide(*deed, end)
        });
        let is_there =
            self.found.iter().filter_map(|session| session.value(key)).any(|v| self.is_of(key, &v));
        promise(is_there || may_be_gone, "a write that was answered for is lost")
    }

    /// Whether a request left this value, or another counted on from it.
    fn is_of(&self, key: &str, value: &Value) -> bool {
        let counts = key == "n" && self.ends.iter().any(|(deed, _)| *deed == Deed::Increment);
        self.ends.iter().any(|(deed, _)| match deed {
            Deed::Set(set, number) if *set == key => {
                *value == Value::from(*number) || (counts && *value == Value::from(number + 1))
            }
            _ => false,
        })
    }

    fn sum_is_right(&self) -> Result<(), String> {
        if self.ends.iter().any(|(deed, _)| deed.ends() || matches!(deed, Deed::Set("n", _))) {
            return Ok(());
        }
        let count = |counts: fn(&End) -> bool| {
            let counted = |(deed, end): &&(Deed, End)| *deed == Deed::Increment && counts(end);
            self.ends.iter().filter(counted).count() as i64
        };
        let least = count(|end| matches!(end, End::Kept(_)));
        let most = count(|end| *end != End::Refused);
        let sum = self.found.iter().find_map(|session| session.get::<i64>("n").unwrap()).unwrap_or(0);
        promise((least..=most).contains(&sum), "the sum is wrong")
    }
}

/// A new id whose cookie never came takes with it all that is kept.
fn may_hide(deed: Deed, end: &End) -> bool {
    deed.gives_new_id() && *end == End::Unknown
}

fn promise(is_kept: bool, or_else: &str) -> Result<(), String> {
    if is_kept { Ok(()) } else { Err(or_else.to_owned()) }
}

/// What a store that needs no time answers.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
