//! What happens once the handler is done.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use pin_project_lite::pin_project;

use super::Body;
use super::error_page::ErrorPage;
use super::rejected::told;
use crate::manager::{Error, SessionHeaders};
use crate::store::Answer;
use crate::web::{Failure, LazySession};

pin_project! {
    /// The response, once the session is saved.
    pub struct ResponseFuture<F, B> {
        #[pin]
        handler: F,
        after_handler: Option<AfterHandler>,
        saving: Option<Saving<B>>,
    }
}

/// The work to do, and the session for it.
pub(super) struct AfterHandler {
    pub(super) session: LazySession,
    /// The session of an outer middleware, with another cookie.
    pub(super) outer: Option<LazySession>,
    pub(super) page: Option<ErrorPage>,
    pub(super) saves_after_server_error: bool,
}

/// A result that waits until the session is saved.
struct Saving<B> {
    outcome: Outcome<B>,
    save: Answer<'static, SessionHeaders, Error>,
}

/// A response; or an error of another middleware, which becomes a response further out.
type Outcome<B> = Result<ServiceResponse<Body<B>>, actix_web::Error>;

impl<F, B> ResponseFuture<F, B> {
    pub(super) fn new(handler: F, after_handler: Option<AfterHandler>) -> Self {
        Self { handler, after_handler, saving: None }
    }
}

impl<F, B> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
{
    type Output = Outcome<B>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<B>> {
        let this = self.project();
        let mut saving = match this.saving.take() {
            Some(saving) => saving,
            None => {
                let outcome = ready!(this.handler.poll(cx)).map(ServiceResponse::map_into_left_body);
                match this.after_handler {
                    Some(after_handler) => after_handler.start_save(outcome),
                    None => return Poll::Ready(outcome),
                }
            }
        };
        let Poll::Ready(saved) = Pin::new(&mut saving.save).poll(cx) else {
            *this.saving = Some(saving);
            return Poll::Pending;
        };
        Poll::Ready(match this.after_handler.take() {
            Some(after_handler) => after_handler.finish(saving.outcome, saved),
            None => saving.outcome,
        })
    }
}

impl AfterHandler {
    fn start_save<B>(&self, outcome: Outcome<B>) -> Saving<B> {
        let mut outcome = outcome.map(told);
        let saves_all = self.saves_after_server_error || !is_server_error(&mut outcome);
        let save = if saves_all { self.session.save() } else { self.session.save_end() };
        Saving { outcome, save }
    }

    fn finish<B>(self, outcome: Outcome<B>, saved: Result<SessionHeaders, Error>) -> Outcome<B> {
        let finished = self.session.finished(saved);
        match outcome {
            Ok(response) => Ok(self.onto_response(response, finished)),
            Err(error) => Err(self.onto_error(error, finished)),
        }
    }

    fn onto_response<B>(
        self,
        mut response: ServiceResponse<Body<B>>,
        finished: Result<SessionHeaders, Failure>,
    ) -> ServiceResponse<Body<B>> {
        if let Some(outer) = self.outer {
            // In actix-web all middlewares share the extensions of a request.
            response.request().extensions_mut().insert(outer);
        }
        match finished {
            Ok(headers) => headers.put_onto(response.headers_mut()),
            Err(failure) => {
                response = response.into_response(HttpResponse::from(failure)).map_into_right_body();
            }
        }
        match &self.page {
            Some(page) => page.put_into(response),
            None => response,
        }
    }

    /// There is no response yet, and no request to make one of: whoever makes it asks the error, which keeps its type.
    fn onto_error(
        self,
        error: actix_web::Error,
        finished: Result<SessionHeaders, Failure>,
    ) -> actix_web::Error {
        let (mut error, headers) = match finished {
            Ok(headers) => (error, headers),
            Err(failure) => (NotSaved(failure).into(), SessionHeaders::default()),
        };
        if headers.is_empty() && self.page.is_none() {
            return error;
        }
        error.add_response_mapper(move |mut response| {
            headers.apply_to(response.headers_mut());
            match &self.page {
                Some(page) => page.put_into_errors(response),
                None => response,
            }
        });
        error
    }
}

fn is_server_error<B>(outcome: &mut Outcome<B>) -> bool {
    let status = match outcome {
        Ok(response) => response.status(),
        Err(error) => status_of_response(error),
    };
    status.is_server_error()
}

/// An error may have another status than its response. Some errors have only one response to give: it is kept for whoever asks next.
fn status_of_response(error: &mut actix_web::Error) -> StatusCode {
    let response = error.error_response();
    let status = response.status();
    let kept = Cell::new(Some(response));
    error.add_response_mapper(move |made| kept.take().unwrap_or(made));
    status
}

/// In place of another middleware's error: the session could not be saved.
#[derive(Debug)]
struct NotSaved(Failure);

impl fmt::Display for NotSaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

impl ResponseError for NotSaved {
    fn status_code(&self) -> StatusCode {
        super::headers::status(self.0.status)
    }

    fn error_response(&self) -> HttpResponse {
        self.0.clone().into()
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseFuture(saving: {})", self.saving.is_some())
    }
}
