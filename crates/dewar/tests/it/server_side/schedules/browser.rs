//! Browsers: several tabs, one cookie. A request whose response does not come is sent again, with the cookie that the browser holds.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::task::Poll;

use dewar::SessionManager;
use dewar::error::ErrorKind;
use dewar::store::StoreKey;

use super::super::held;
use super::deeds::{Deed, Program};
use super::fate::Delivery;
use super::history::{End, SharedRun, Who};

/// Nothing goes wrong so often that a request needs more.
const TRIES: usize = 6;

#[derive(Debug)]
pub(super) struct Browser {
    pub(super) who: Who,
    cookie: Mutex<String>,
}

/// What the requests of all tabs come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Server<'s> {
    pub(super) manager: &'s SessionManager,
    pub(super) run: &'s SharedRun,
    pub(super) program: Program,
}

impl Browser {
    pub(super) fn new(who: Who, cookie: &str) -> Self {
        Self { who, cookie: Mutex::new(cookie.to_owned()) }
    }

    pub(super) fn cookie(&self) -> String {
        self.cookie.lock().unwrap().clone()
    }

    /// One deed after the other, each until it is answered.
    pub(super) async fn tab(&self, number: usize, server: Server<'_>, deeds: &[Deed]) {
        for deed in deeds {
            if *deed == Deed::Wait {
                wait(server.run).await;
                continue;
            }
            for _ in 0..TRIES {
                if self.is_answered(number, server, *deed).await {
                    break;
                }
            }
        }
    }

    async fn is_answered(&self, tab: usize, server: Server<'_>, deed: Deed) -> bool {
        let sent = self.cookie();
        let number = server.run.lock().unwrap().begin(self.who, tab, deed, &sent);
        let request = Box::pin(request(server, number, &sent, deed, self.who));
        let (end, key) =
            unless_dropped(server.run, number, request).await.unwrap_or((End::Unknown(None), None));
        server.run.lock().unwrap().end(number, end.clone(), key);
        let is_received = self.receive(server.run, deed, &sent, end);
        server.run.lock().unwrap().requests[number].is_received = is_received;
        is_received
    }

    /// Whether a response came that ends the matter.
    fn receive(&self, run: &SharedRun, deed: Deed, sent: &str, end: End) -> bool {
        let mut cookie = self.cookie.lock().unwrap();
        let end_is_silent = end == End::Unknown(None);
        let (is_over, new) = match end {
            End::Kept(new) => (true, new),
            End::Refused => (true, None),
            End::Unknown(new) => (false, new),
        };
        // What only looked may as well not have been; of a request that was dropped there is nothing to come.
        let delivery = if deed == Deed::Look || end_is_silent {
            Delivery::Kept
        } else {
            run.lock().unwrap().fate.response(new.is_some() && *cookie != sent)
        };
        if let (Delivery::Kept, Some(new)) = (delivery, new) {
            *cookie = new;
        }
        is_over && delivery != Delivery::Lost
    }
}

/// For a turn, in which time passes.
async fn wait(run: &SharedRun) {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    let mut run = run.lock().unwrap();
    run.drops = false;
    run.passed.fetch_add(11_000, Ordering::Relaxed);
}

/// A whole request.
async fn request(
    server: Server<'_>,
    number: usize,
    sent: &str,
    deed: Deed,
    who: Who,
) -> (End, Option<StoreKey>) {
    let Server { manager, run, program } = server;
    let Ok(session) = manager.open([sent.as_bytes()]).await else { return (End::Unknown(None), None) };
    run.lock().unwrap().requests[number].saw = session.read(Clone::clone);
    deed.done_to(&session, who, program);
    if program == Program::LogsInWithoutSaving && deed.is_login() {
        return (End::Kept(None), None);
    }
    let end = match manager.save(&session).await {
        Ok(reply) => End::Kept(held(&reply)),
        Err(error) if *error.kind() == ErrorKind::Ended => End::Refused,
        Err(error) => End::Unknown(error.set_cookie().map(|_| String::new())),
    };
    let key = manager.store_key(&session);
    (end, key)
}

/// Polls the request, and says whose turn it is; unless it is to be dropped at this turn: `None`.
async fn unless_dropped<T>(
    run: &SharedRun,
    number: usize,
    request: Pin<Box<dyn Future<Output = T> + Send + '_>>,
) -> Option<T> {
    let mut request = Some(request);
    poll_fn(|context| {
        {
            let mut run = run.lock().unwrap();
            if std::mem::take(&mut run.drops) {
                request = None;
            }
            run.current = number;
        }
        match &mut request {
            Some(request) => request.as_mut().poll(context).map(Some),
            None => Poll::Ready(None),
        }
    })
    .await
}
