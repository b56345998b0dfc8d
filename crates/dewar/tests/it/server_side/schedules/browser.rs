//! Browsers: several tabs, one cookie. A request that gets no response is sent again, with the cookie that the browser has then.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::task::Poll;

use dewar::SessionManager;
use dewar::error::ErrorKind;
use dewar::store::StoreKey;

use super::super::held;
use super::actions::{Action, Program};
use super::choices::Delivery;
use super::history::{End, SharedRun, Who};

/// More than the failures and losses of one run can cost.
const TRIES: usize = 6;

#[derive(Debug)]
pub(super) struct Browser {
    pub(super) who: Who,
    cookie: Mutex<String>,
}

/// The server that all tabs send their requests to.
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

    /// Does one action after the other, and repeats each until it is answered.
    pub(super) async fn tab(&self, number: usize, server: Server<'_>, actions: &[Action]) {
        for action in actions {
            if *action == Action::Wait {
                wait(server.run).await;
                continue;
            }
            for _ in 0..TRIES {
                if self.send(number, server, *action).await {
                    break;
                }
            }
        }
    }

    /// Sends one request. Returns whether it was answered.
    async fn send(&self, tab: usize, server: Server<'_>, action: Action) -> bool {
        let sent = self.cookie();
        let number = server.run.lock().unwrap().begin(self.who, tab, action, &sent);
        let request = Box::pin(request(server, number, &sent, action, self.who));
        let (end, key) =
            unless_dropped(server.run, number, request).await.unwrap_or((End::Unknown(None), None));
        server.run.lock().unwrap().end(number, end.clone(), key);
        let is_received = self.receive(server.run, action, &sent, end);
        server.run.lock().unwrap().requests[number].is_received = is_received;
        is_received
    }

    /// Takes the cookie of the response. Returns whether the tab has its answer.
    fn receive(&self, run: &SharedRun, action: Action, sent: &str, end: End) -> bool {
        let mut cookie = self.cookie.lock().unwrap();
        let has_no_response = end == End::Unknown(None);
        let (is_final, new) = match end {
            End::Served(new) => (true, new),
            End::Refused => (true, None),
            End::Unknown(new) => (false, new),
        };
        // Losing the response of a mere look changes nothing; a request that was dropped has no response.
        let delivery = if action == Action::Look || has_no_response {
            Delivery::Accepted
        } else {
            run.lock().unwrap().choices.response(new.is_some() && *cookie != sent)
        };
        if let (Delivery::Accepted, Some(new)) = (delivery, new) {
            *cookie = new;
        }
        is_final && delivery != Delivery::Lost
    }
}

/// Waits for one turn, in which time passes.
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
    action: Action,
    who: Who,
) -> (End, Option<StoreKey>) {
    let Server { manager, run, program } = server;
    let Ok(session) = manager.open([sent.as_bytes()]).await else { return (End::Unknown(None), None) };
    run.lock().unwrap().requests[number].saw = session.read(Clone::clone);
    action.apply_to(&session, who, program);
    if program == Program::LogsInWithoutSaving && action.is_login() {
        return (End::Served(None), None);
    }
    let end = match manager.save(&session).await {
        Ok(reply) => End::Served(held(&reply)),
        Err(error) if *error.kind() == ErrorKind::Ended => End::Refused,
        Err(error) => End::Unknown(error.set_cookie().map(|_| String::new())),
    };
    let key = manager.store_key(&session);
    (end, key)
}

/// Polls the request and records that it is its turn. `None`: it is dropped at this turn.
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
