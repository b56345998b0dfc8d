//! A gRPC server whose calls have sessions, in sealed cookies.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use dewar::web::tower::{SessionLayer, session};
use dewar::{ClientSide, SecretKeys, SessionManager};
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::{Code, Status};
use tower::Service;

/// Counts the calls of a session.
#[derive(Clone)]
struct Visits;

impl NamedService for Visits {
    const NAME: &'static str = "neighbour.Visits";
}

impl Service<Request<Body>> for Visits {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (parts, _) = request.into_parts();
        Box::pin(async move { Ok(count(&parts).await.map_or_else(|status| status.into_http(), answer)) })
    }
}

async fn count(request: &Parts) -> Result<u32, Status> {
    let session = session(request).await.ok_or_else(|| Status::internal("there is no session layer"))?;
    let session = session.map_err(|_| Status::unavailable("the session cannot be read"))?;
    session
        .update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)
        .map_err(|_| Status::data_loss("the session holds something else"))
}

fn answer(visits: u32) -> Response<Body> {
    let mut response = Status::new(Code::Ok, "").into_http();
    response.headers_mut().insert("visits", HeaderValue::from(visits));
    response
}

fn layer(secret: &str) -> Result<SessionLayer, Box<dyn Error>> {
    Ok(SessionLayer::new(SessionManager::client_side(ClientSide::new(SecretKeys::new(secret)?))?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder().layer(layer(&std::env::var("SECRET_KEY")?)?);
    Ok({ server }.add_service(health).add_service(Visits).serve("127.0.0.1:5000".parse()?).await?)
}

#[cfg(test)]
mod tests {
    use http::header::{COOKIE, SET_COOKIE};
    use tonic::service::Routes;
    use tower::{Layer, ServiceExt};

    use super::*;

    #[tokio::test]
    async fn calls_of_a_session_are_counted() {
        let server = layer("Vq7dHnZ2kX0pTmR5sYb8LwCe4GfA9uJi").unwrap().layer(Routes::new(Visits));
        let mut cookie = String::new();
        for visits in 1..=3 {
            let request = Request::post("/neighbour.Visits/Count").header(COOKIE, &cookie);
            let answer = server.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.headers()["visits"], visits.to_string());
            let line = answer.headers()[SET_COOKIE].to_str().unwrap();
            cookie = line.split(';').next().unwrap().to_owned();
        }
    }
}
