//! Where a session has its permanence and its owner: beside the data, or among them.

use super::owner::Device;
use crate::lifetime::{Timeouts, Times};
use crate::value::{Map, Text, Value};

/// Where a session has its permanence and its owner. The manager knows the formats, and says which layout each one needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "flask"),
    expect(dead_code, reason = "only Flask's formats have anything among the data")
)]
pub(crate) enum Layout {
    /// Beside the data.
    Beside,
    /// Among the data, under these keys.
    AmongData {
        permanent_key: &'static str,
        owner_key: &'static str,
        /// The permanence is there from the start, survives `clear` and does not count as data.
        is_pinned: bool,
    },
}

impl Layout {
    /// The key of the permanence, if it is among the data.
    pub(crate) fn permanent_key(self) -> Option<&'static str> {
        match self {
            Self::Beside => None,
            Self::AmongData { permanent_key, .. } => Some(permanent_key),
        }
    }

    /// The key of the owner, if it is among the data.
    pub(crate) fn owner_key(self) -> Option<&'static str> {
        match self {
            Self::Beside => None,
            Self::AmongData { owner_key, .. } => Some(owner_key),
        }
    }

    /// The key of the permanence, if it is always among the data and does not count as data.
    pub(crate) fn pinned_key(self) -> Option<&'static str> {
        match self {
            Self::AmongData { permanent_key, is_pinned: true, .. } => Some(permanent_key),
            _ => None,
        }
    }
}

/// A session as it is stored now, with its permanence and its owner outside the data unless a [`Layout`] put them in.
#[derive(Debug)]
pub(crate) struct Present {
    pub(crate) data: Map,
    pub(crate) is_permanent: bool,
    pub(crate) times: Times,
    /// A lifetime of its own.
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) owner: Option<Text>,
    pub(crate) device: Device,
    /// A client has sent its id, as far as is known.
    pub(crate) is_presented: bool,
}

impl Present {
    /// The same session in a layout: with its permanence and its owner among the data if they belong there.
    pub(crate) fn laid_out(self, layout: Layout) -> Self {
        let Layout::AmongData { permanent_key, owner_key, .. } = layout else { return self };
        let flag = self.is_permanent.then(|| (Text::from(permanent_key), Value::from(true)));
        let mut data: Map = flag.into_iter().chain(self.data).collect();
        if let Some(owner) = &self.owner {
            data.insert(owner_key, owner.clone());
        }
        Self { data, ..self }
    }
}
