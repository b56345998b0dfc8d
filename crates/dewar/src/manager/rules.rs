//! The differences between the four kinds of sessions, in one value. Everything else is the same for all of them.

use crate::lifetime::{Lifetime, Lifetimes, Timeouts};
use crate::session::Layout;

#[cfg(feature = "flask")]
/// The key under which Flask and Flask-Session store the permanence in the data.
pub(super) const PERMANENT_KEY: &str = "_permanent";

#[cfg(feature = "flask")]
/// The key of the owner in formats that can only store it in the data.
pub(super) const OWNER_KEY: &str = "_owner";

/// The behaviour that is specific to one kind of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// The cookie holds the whole session.
    pub(super) is_in_cookie: bool,
    /// Where the permanence and the owner are.
    pub(super) layout: Layout,
    /// The cookie is set after each change, although the client may have the same one already.
    pub(super) sets_cookie_after_each_change: bool,
    /// The cookie of an emptied session is removed even if the client may not have one.
    pub(super) removes_cookie_unasked: bool,
    /// A permanent cookie has `Max-Age` in addition to `Expires`.
    pub(super) sends_max_age: bool,
    /// A session that was written with an older key is written again with the newest one immediately, not only after the next change.
    pub(super) renews_older_keys: bool,
    /// The start of the session is stored.
    pub(super) stores_start_time: bool,
    /// The time of the last write is stored.
    pub(super) stores_time_of_write: bool,
    /// A session may have its own lifetime.
    pub(super) supports_own_lifetimes: bool,
    /// A tombstone stays for a while under an id that has ended.
    pub(super) leaves_tombstones: bool,
    /// No two writes are equal: a write whose response was lost can be recognized and repeated.
    pub(super) has_unique_writes: bool,
    /// The key in the store contains the tag that all ids of a session share.
    pub(super) shows_tag: bool,
}

impl Rules {
    /// The lifetimes of sessions of this kind.
    pub(super) fn lifetimes(&self, general: Lifetime, longest: Timeouts) -> Lifetimes {
        if self.supports_own_lifetimes {
            Lifetimes::new(general, longest)
        } else {
            Lifetimes::without_own(general)
        }
    }

    /// Sealed cookies.
    pub(super) const SEALED_COOKIE: Self = Self {
        is_in_cookie: true,
        layout: Layout::Separate,
        sets_cookie_after_each_change: true,
        removes_cookie_unasked: false,
        sends_max_age: true,
        renews_older_keys: true,
        stores_start_time: true,
        stores_time_of_write: true,
        supports_own_lifetimes: true,
        leaves_tombstones: false,
        has_unique_writes: false,
        shows_tag: false,
    };

    #[cfg(feature = "flask")]
    /// Flask's signed cookies: the permanence is in the data once the session is written.
    pub(super) const FLASK_COOKIE: Self = Self {
        is_in_cookie: true,
        layout: Layout::InData { permanent_key: PERMANENT_KEY, owner_key: OWNER_KEY, is_pinned: false },
        sets_cookie_after_each_change: true,
        removes_cookie_unasked: true,
        sends_max_age: false,
        renews_older_keys: false,
        stores_start_time: false,
        stores_time_of_write: true,
        supports_own_lifetimes: false,
        leaves_tombstones: false,
        has_unique_writes: false,
        shows_tag: false,
    };

    /// Records of Dewar's own format.
    pub(super) const NATIVE_RECORD: Self = Self {
        is_in_cookie: false,
        layout: Layout::Separate,
        sets_cookie_after_each_change: false,
        removes_cookie_unasked: false,
        sends_max_age: true,
        renews_older_keys: false,
        stores_start_time: true,
        stores_time_of_write: true,
        supports_own_lifetimes: true,
        leaves_tombstones: true,
        has_unique_writes: true,
        shows_tag: true,
    };

    #[cfg(feature = "flask")]
    /// Flask-Session's records: the permanence is the first key of the data, and `clear()` keeps it.
    pub(super) const FLASK_RECORD: Self = Self {
        is_in_cookie: false,
        layout: Layout::InData { permanent_key: PERMANENT_KEY, owner_key: OWNER_KEY, is_pinned: true },
        stores_time_of_write: false,
        ..Self::FLASK_COOKIE
    };
}
