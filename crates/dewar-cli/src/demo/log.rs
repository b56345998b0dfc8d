//! A line on the terminal for each request: what was asked and what came of it, never a cookie.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::output;

pub(super) async fn requests(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    output::line(format!("{method} {path} {}", response.status().as_u16()));
    response
}
