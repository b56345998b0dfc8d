//! The user of a request, loaded once for all extractors.

use crate::value::Text;

/// The user that was loaded in this request, stored in its extensions.
#[derive(Clone)]
pub(in crate::web) struct Loaded<U> {
    owner: Text,
    /// `None` if the account was deleted.
    user: Option<U>,
}

impl<U: Clone> Loaded<U> {
    pub(in crate::web) fn new(owner: Text, user: Option<U>) -> Self {
        Self { owner, user }
    }

    /// The user, if it belongs to this owner: a login within the request changes the owner.
    pub(in crate::web) fn user_of(&self, owner: &Text) -> Option<Option<U>> {
        (self.owner == *owner).then(|| self.user.clone())
    }
}
