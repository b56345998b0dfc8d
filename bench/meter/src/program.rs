//! A program that is called in this process.

use std::convert::Infallible;
use std::future::Future;

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, Response};
use tower_service::Service;

/// A program with the routes of [`WORK`](crate::WORK) or [`SCENES`](crate::SCENES), called without a network.
pub trait Program {
    /// As its framework has it.
    type Request;
    /// As its framework has it.
    type Response;
    /// What gives it.
    type Answer: Future<Output = Self::Response>;

    /// A GET of this path with these cookies.
    fn request(path: &str, cookies: &str) -> Self::Request;

    /// Its answer.
    fn answer(&mut self, request: Self::Request) -> Self::Answer;

    /// The `Set-Cookie` lines of an answer, which must be 200.
    fn cookies(response: &Self::Response) -> Vec<String>;
}

/// As `axum::serve` calls it: each handler is made a service once, not at each request.
pub fn routes(router: Router) -> Router {
    router.with_state(())
}

impl Program for Router {
    type Request = Request<Body>;
    type Response = Result<Response<Body>, Infallible>;
    type Answer = <Router as Service<Request<Body>>>::Future;

    fn request(path: &str, cookies: &str) -> Self::Request {
        Request::builder().uri(path).header(COOKIE, cookies).body(Body::empty()).unwrap()
    }

    fn answer(&mut self, request: Self::Request) -> Self::Answer {
        self.call(request)
    }

    fn cookies(response: &Self::Response) -> Vec<String> {
        let response = response.as_ref().unwrap();
        assert_eq!(response.status(), 200);
        let lines = response.headers().get_all(SET_COOKIE).iter();
        lines.map(|line| line.to_str().unwrap().to_owned()).collect()
    }
}
