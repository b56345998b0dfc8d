//! A session's data and what happened to it: a plain value that knows no store, cookie, clock or framework.

use super::changes::{Changes, UpdateFn};
use super::flash::Flash;
use crate::lifetime::Times;
use crate::value::{ConvertError, Map, Text, Value};

/// Where Flask keeps the permanence of a session: among its data.
pub(crate) const PERMANENT_KEY: &str = "_permanent";

/// What the keeper of sessions knew when the session was opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// There was one; `None` for a new session.
    pub(crate) times: Option<Times>,
    /// The client may hold a cookie that is to be removed when the session ends, valid or not.
    pub(crate) client_may_hold: bool,
    /// It was read with an old key or from an old format: write it anew.
    pub(crate) outdated: bool,
}

/// Where permanence is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PermanentFlag {
    /// Among the data, under [`PERMANENT_KEY`], where a Flask program looks for it; what it is as long as they do not say.
    InData { otherwise: bool },
    /// Beside the data.
    Apart(bool),
}

#[derive(Debug)]
pub(crate) struct State {
    data: Map,
    permanent: PermanentFlag,
    pub(crate) origin: Origin,
    pub(crate) changes: Changes,
    pub(crate) accessed: bool,
    pub(crate) destroyed: bool,
    pub(crate) new_id: bool,
    /// The flash messages that this request has taken: every later question gets the same ones.
    pub(super) taken_flashes: Option<Vec<Flash>>,
}

impl State {
    pub(crate) fn new(data: Map, permanent: PermanentFlag, origin: Origin) -> Self {
        Self {
            data,
            permanent,
            origin,
            changes: Changes::default(),
            accessed: false,
            destroyed: false,
            new_id: false,
            taken_flashes: None,
        }
    }

    pub(crate) fn data(&self) -> &Map {
        &self.data
    }

    pub(crate) fn is_modified(&self) -> bool {
        self.destroyed || self.new_id || !self.changes.is_empty()
    }

    pub(crate) fn is_permanent(&self) -> bool {
        match self.permanent {
            PermanentFlag::InData { otherwise } => {
                self.data.get(PERMANENT_KEY).map_or(otherwise, Value::is_truthy)
            }
            PermanentFlag::Apart(permanent) => permanent,
        }
    }

    pub(super) fn set_permanent(&mut self, permanent: bool) {
        if self.destroyed {
            return;
        }
        match &mut self.permanent {
            PermanentFlag::InData { .. } => self.insert(PERMANENT_KEY.into(), permanent.into()),
            PermanentFlag::Apart(flag) => {
                *flag = permanent;
                self.changes.permanence = true;
            }
        }
    }

    pub(super) fn insert(&mut self, key: Text, value: Value) {
        if self.destroyed {
            return;
        }
        self.changes.key_set(key.clone());
        self.data.insert(key, value);
    }

    /// Removing what is not there changes nothing (Flask: `session.pop("missing", None)` does not modify).
    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        let removed = self.data.remove(key)?;
        self.changes.key_set(key.into());
        Some(removed)
    }

    pub(super) fn update(&mut self, key: Text, update: UpdateFn) -> Result<(), ConvertError> {
        if self.destroyed {
            return Ok(());
        }
        update(&mut self.data)?;
        self.changes.key_updated(key, update);
        Ok(())
    }

    /// Runs free edits, then compares key by key what they did.
    pub(super) fn edit<R>(&mut self, edit: impl FnOnce(&mut Map) -> R) -> R {
        let before = self.data.clone();
        let result = edit(&mut self.data);
        if self.destroyed {
            self.data.clear();
            return result;
        }
        for key in before.keys().filter(|key| !self.data.contains_text(key)) {
            self.changes.key_set(key.clone());
        }
        for (key, _) in self.data.iter().filter(|(key, value)| before.get_text(key) != Some(value)) {
            self.changes.key_set(key.clone());
        }
        result
    }

    pub(super) fn clear(&mut self) {
        self.data.clear();
        self.changes.clear();
    }

    /// Final: whatever is set afterwards is not kept.
    pub(super) fn destroy(&mut self) {
        self.clear();
        self.destroyed = true;
    }
}
