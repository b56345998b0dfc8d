//! `Vary: Cookie`: a cache must not give one person's page to another.

use std::borrow::Cow;

use super::field_list;

/// The one `Vary` line that a response needs when it depends on the session, given the lines it has; `None` if one of them says
/// `Cookie` already.
///
/// Equal to what Werkzeug's `response.vary.add("Cookie")` leaves where there was one line or none. Of several lines Werkzeug
/// loses all but the first; here they are joined.
///
/// ```
/// use dewar::cookie::add_cookie;
///
/// assert_eq!(add_cookie([]).as_deref(), Some("Cookie"));
/// assert_eq!(add_cookie(["Accept-Encoding", "Origin"]).as_deref(), Some("Accept-Encoding, Origin, Cookie"));
/// assert_eq!(add_cookie(["Accept-Encoding, cookie"]), None);
/// ```
#[must_use]
pub fn add_cookie<'a>(existing: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
    let mut line = String::new();
    for item in field_list::items(existing) {
        if item.eq_ignore_ascii_case("Cookie") {
            return None;
        }
        line.extend([item, ", "]);
    }
    if line.is_empty() {
        return Some(Cow::Borrowed("Cookie"));
    }
    line.push_str("Cookie");
    Some(Cow::Owned(line))
}
