//! The response to a session failure, and the headers of a page that replaces it.

use std::sync::Arc;

use super::ResponseHeaders;
use crate::manager::Error;

/// The error, in the extensions of a response to a session that could not be opened, used or saved. For middleware outside of the session
/// middleware; the simplest way to a page of your own is `on_error`.
#[derive(Debug, Clone)]
pub struct SessionFailed(pub Arc<Error>);

/// The headers that describe the body of a response.
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

/// Adds the headers of the failure to those of the page. Headers for caches and cookies are those of the failure; for others, those of the
/// page take precedence.
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
