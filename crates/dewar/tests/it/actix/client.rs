//! A browser with one cookie, and an application in the same thread.

use actix_http::Request;
use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, HeaderMap};
use actix_web::test::TestRequest;
use actix_web::{Error, HttpResponse};

/// A response that was read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).map(|value| value.to_str().unwrap()).collect()
    }

    /// The lines that set or remove the session cookie.
    pub(super) fn session_lines(&self) -> Vec<&str> {
        self.all("set-cookie").into_iter().filter(|line| line.contains("session=")).collect()
    }
}

/// A browser, with the session cookie that it was given last.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) cookie: Option<String>,
}

impl Client {
    pub(super) async fn get<S, B>(&mut self, app: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        self.send(app, TestRequest::get().uri(path)).await
    }

    pub(super) async fn send<S, B>(&mut self, app: &S, mut request: TestRequest) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        if let Some(cookie) = &self.cookie {
            request = request.insert_header((COOKIE, cookie.as_str()));
        }
        let answer = match app.call(request.to_request()).await {
            Ok(response) => read(response.into_parts().1).await,
            // As the server does.
            Err(error) => read(error.error_response()).await,
        };
        if let Some(line) = answer.session_lines().first() {
            let pair = line.split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        answer
    }
}

async fn read<B: MessageBody>(response: HttpResponse<B>) -> Answer {
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(|_| "the body fails").unwrap();
    Answer {
        status: head.status().as_u16(),
        headers: head.headers().clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}
