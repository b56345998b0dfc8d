//! Where a format stores the permanence and the owner of a session: separately, or in the data.

use super::owner::Device;
use crate::lifetime::{Timeouts, Times};
use crate::value::{Map, Text, Value};

/// Where a format stores the permanence and the owner of a session. The manager chooses the layout of each format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "flask"),
    expect(dead_code, reason = "only Flask's formats have anything among the data")
)]
pub(crate) enum Layout {
    /// Separately from the data.
    Separate,
    /// In the data, under these keys.
    InData {
        permanent_key: &'static str,
        owner_key: &'static str,
        /// The permanence is in the data from the start, is kept by `clear`, and does not count as data.
        is_pinned: bool,
    },
}

impl Layout {
    /// The key of the permanence, if it is in the data.
    pub(crate) fn permanent_key(self) -> Option<&'static str> {
        match self {
            Self::Separate => None,
            Self::InData { permanent_key, .. } => Some(permanent_key),
        }
    }

    /// The key of the owner, if it is in the data.
    pub(crate) fn owner_key(self) -> Option<&'static str> {
        match self {
            Self::Separate => None,
            Self::InData { owner_key, .. } => Some(owner_key),
        }
    }

    /// The key of the permanence, if it is always in the data and does not count as data.
    pub(crate) fn pinned_key(self) -> Option<&'static str> {
        match self {
            Self::InData { permanent_key, is_pinned: true, .. } => Some(permanent_key),
            _ => None,
        }
    }
}

/// A session as it is stored now. Its permanence and its owner are outside the data unless a [`Layout`] put them in.
#[derive(Debug)]
pub(crate) struct StoredSession {
    pub(crate) data: Map,
    pub(crate) is_permanent: bool,
    pub(crate) times: Times,
    /// The session's own lifetime, if it has one.
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) owner: Option<Text>,
    pub(crate) device: Device,
    /// Whether a client is known to have sent its id.
    pub(crate) is_presented: bool,
}

impl StoredSession {
    /// Moves the permanence and the owner into the data if the layout stores them there.
    pub(crate) fn with_layout(self, layout: Layout) -> Self {
        let Layout::InData { permanent_key, owner_key, .. } = layout else { return self };
        let flag = self.is_permanent.then(|| (Text::from(permanent_key), Value::from(true)));
        let mut data: Map = flag.into_iter().chain(self.data).collect();
        if let Some(owner) = &self.owner {
            data.insert(owner_key, owner.clone());
        }
        Self { data, ..self }
    }
}
