//! The pages that explain what went wrong.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dewar::error::{Error, ErrorKind};
use dewar::web::tower::SessionFailed;
use minijinja::context;

use super::app::App;
use super::settings::Storage;
use crate::output;

/// Puts a page in place of the bare failure of an inner layer.
pub(super) async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let failed = response.extensions().get::<SessionFailed>().cloned();
    let words = match &failed {
        Some(SessionFailed(error)) => of_session(error, matches!(app.storage(), Storage::InStore(_))),
        None => of_status(status),
    };
    let too_large = failed.as_ref().and_then(|SessionFailed(error)| sizes(error));
    let is_cart = path.starts_with("/cart");
    let page = app.bare_page(
        "failure.html",
        context! { status => status.as_u16(), title => words.title, text => words.text, too_large, is_cart },
    );
    let mut explained = (status, page).into_response();
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            explained.headers_mut().insert(name, value.clone());
        }
    }
    explained
}

/// A template cannot be rendered: a bug, reported on the terminal.
pub(super) fn of_template(error: &minijinja::Error) -> Response {
    output::error(error);
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

struct Words {
    title: &'static str,
    text: &'static str,
}

fn of_session(error: &Error, is_stored: bool) -> Words {
    match error.kind() {
        ErrorKind::TooLarge { .. } if is_stored => Words {
            title: "That does not fit into a session",
            text: "The size of a session is limited, so that no session can fill the store. Nothing was changed: your session is as it was \
                   before.",
        },
        ErrorKind::TooLarge { .. } => Words {
            title: "That does not fit into a cookie",
            text: "A browser stores 4096 bytes of a cookie, name and value together, and ignores a larger one without a warning. So \
                   nothing was changed: your session is as it was before.",
        },
        ErrorKind::NotStorable { .. } => Words {
            title: "That cannot be stored in a session",
            text: "The session would hold a value that its format cannot represent. Nothing was changed.",
        },
        _ => Words {
            title: "Sessions are not available right now",
            text: "The store of this site does not answer. Nothing was changed, and you are still logged in: try again in a moment.",
        },
    }
}

fn of_status(status: StatusCode) -> Words {
    match status {
        StatusCode::NOT_FOUND => Words {
            title: "There is no such page",
            text: "Check the address. All pages are in the navigation above.",
        },
        StatusCode::METHOD_NOT_ALLOWED => Words {
            title: "This address only accepts forms",
            text: "It changes something, so it is not a page that can be opened: use the button that leads to it.",
        },
        StatusCode::FORBIDDEN => Words {
            title: "This form came from another site",
            text: "A form is accepted only from a page of this site. (Behind a proxy: check that it passes on the Host header of the browser.)",
        },
        StatusCode::PAYLOAD_TOO_LARGE => Words {
            title: "That is too much text",
            text: "The form was larger than this site accepts. Nothing was changed.",
        },
        status if status.is_client_error() => Words {
            title: "This form cannot be read",
            text: "A field is missing or has an unexpected value. Nothing was changed: go back and try again.",
        },
        _ => Words {
            title: "This site made a mistake",
            text: "The reason is on the server's terminal. Your session is as it was before.",
        },
    }
}

/// How large the cookie would have been, and of what.
fn sizes(error: &Error) -> Option<minijinja::Value> {
    let ErrorKind::TooLarge { size, limit, largest_keys } = error.kind() else { return None };
    Some(context! { size, limit, largest => largest_keys.first() })
}
