//! What differs between the four kinds of sessions, as one value: everything else is the same for all of them.

use crate::lifetime::{Lifetime, Lifetimes, Timeouts};
use crate::session::Layout;

#[cfg(feature = "flask")]
/// Where Flask and Flask-Session have the permanence of a session: among its data.
pub(super) const PERMANENT_KEY: &str = "_permanent";

#[cfg(feature = "flask")]
/// Where the owner of a session is in a format that has no other room for it.
pub(super) const OWNER_KEY: &str = "_owner";

/// What the manager does differently for one kind of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// The cookie holds the whole session.
    pub(super) is_in_cookie: bool,
    /// Where the permanence and the owner are.
    pub(super) layout: Layout,
    /// The cookie is set after each change, although the client may have the same one already.
    pub(super) sets_cookie_after_each_change: bool,
    /// The cookie of an emptied session is removed without asking whether the client has one.
    pub(super) removes_cookie_unasked: bool,
    /// A cookie that outlives the browser says so by `Max-Age` besides `Expires`.
    pub(super) sends_max_age: bool,
    /// What was written with an older key is written with the newest one at once, and not only after the next change.
    pub(super) renews_older_keys: bool,
    /// It is stored when the session began.
    pub(super) says_when_it_began: bool,
    /// It may have a lifetime of its own.
    pub(super) has_own_lifetimes: bool,
    /// A tombstone stays for a while under an id that has ended.
    pub(super) leaves_tombstones: bool,
    /// No two writes are equal: one whose answer was lost can be told from all others, and repeated.
    pub(super) has_unique_writes: bool,
    /// The key in the store shows the tag that all ids of a session have in common.
    pub(super) shows_tag: bool,
}

impl Rules {
    /// How long sessions of this kind live.
    pub(super) fn lifetimes(&self, everyone: Lifetime, longest: Timeouts) -> Lifetimes {
        if self.has_own_lifetimes {
            Lifetimes::new(everyone, longest)
        } else {
            Lifetimes::without_room(everyone)
        }
    }

    /// Sealed cookies.
    pub(super) const SEALED_COOKIE: Self = Self {
        is_in_cookie: true,
        layout: Layout::Beside,
        sets_cookie_after_each_change: true,
        removes_cookie_unasked: false,
        sends_max_age: true,
        renews_older_keys: true,
        says_when_it_began: true,
        has_own_lifetimes: true,
        leaves_tombstones: false,
        has_unique_writes: false,
        shows_tag: false,
    };

    #[cfg(feature = "flask")]
    /// Flask's signed cookies: the permanence is among the data once the session is written.
    pub(super) const FLASK_COOKIE: Self = Self {
        is_in_cookie: true,
        layout: Layout::AmongData { permanent_key: PERMANENT_KEY, owner_key: OWNER_KEY, is_pinned: false },
        sets_cookie_after_each_change: true,
        removes_cookie_unasked: true,
        sends_max_age: false,
        renews_older_keys: false,
        says_when_it_began: false,
        has_own_lifetimes: false,
        leaves_tombstones: false,
        has_unique_writes: false,
        shows_tag: false,
    };

    /// Records of Dewar's own format.
    pub(super) const NATIVE_RECORD: Self = Self {
        is_in_cookie: false,
        layout: Layout::Beside,
        sets_cookie_after_each_change: false,
        removes_cookie_unasked: false,
        sends_max_age: true,
        renews_older_keys: false,
        says_when_it_began: true,
        has_own_lifetimes: true,
        leaves_tombstones: true,
        has_unique_writes: true,
        shows_tag: true,
    };

    #[cfg(feature = "flask")]
    /// Flask-Session's records: the permanence is among the data before everything else, and `clear()` leaves it there.
    pub(super) const FLASK_RECORD: Self = Self {
        is_in_cookie: false,
        layout: Layout::AmongData { permanent_key: PERMANENT_KEY, owner_key: OWNER_KEY, is_pinned: true },
        ..Self::FLASK_COOKIE
    };
}
