//! The response to a session that failed, and the headers of a page of the program's in its place.

use std::sync::Arc;

use super::ResponseHeaders;
use crate::manager::Error;

/// In the extensions of a response to a session that could not be opened, used or saved: what went wrong. For a middleware outside of the
/// session's; the simplest way to a page of your own is its `on_error`.
#[derive(Debug, Clone)]
pub struct SessionFailed(pub Arc<Error>);

/// What the headers of a response say about its body.
const ABOUT_THE_BODY: [&str; 8] = [
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "transfer-encoding",
];

/// Adds the headers of the failure to those of the page: what tells caches and the client's cookies is the failure's, the rest the page's.
pub(super) fn add_failure_headers<H: ResponseHeaders>(page: &mut H, failure: &H) {
    let mut names: Vec<String> = failure.names().map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    for name in names.iter().filter(|name| !ABOUT_THE_BODY.contains(&name.as_str())) {
        if ["cache-control", "retry-after"].contains(&name.as_str()) {
            page.remove(name, |_| true);
        }
        if name == "set-cookie" || page.values(name).next().is_none() {
            for value in failure.values(name).filter_map(|value| str::from_utf8(value).ok()) {
                page.append(name, value.to_owned().into());
            }
        }
    }
    if page.values("content-type").next().is_none() {
        page.append("content-type", "text/html; charset=utf-8".into());
    }
}
