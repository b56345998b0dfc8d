//! The response for visitors who are not logged in.

use crate::web::LocalPath;

/// The response for visitors who are not logged in: a redirect to the login page, or the status 401.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLoggedIn {
    login_page: Option<String>,
}

/// The page that the visitor requested.
pub(in crate::web) struct Wanted<'r> {
    pub(in crate::web) path: &'r str,
    pub(in crate::web) path_and_query: Option<&'r str>,
    /// Whether the method is `GET` or `HEAD`, so that the page can be requested again after the login.
    pub(in crate::web) is_get: bool,
}

impl NotLoggedIn {
    /// Returns the URL of the login page with the `next` parameter of this request, or `None` if there is no login page.
    #[must_use]
    pub fn login_page(&self) -> Option<&str> {
        self.login_page.as_deref()
    }

    /// A login page that requires a login itself would redirect to itself forever.
    pub(in crate::web) fn at(wanted: &Wanted<'_>, page: Option<&str>) -> Self {
        let is_wanted = |page: &str| page.split(['?', '#']).next() == Some(wanted.path);
        let login_page = page.filter(|page| !is_wanted(page)).map(|page| {
            let next = wanted.path_and_query.filter(|_| wanted.is_get).and_then(LocalPath::parse);
            next.map_or_else(|| page.to_owned(), |next| next.as_next_of(page))
        });
        Self { login_page }
    }
}
