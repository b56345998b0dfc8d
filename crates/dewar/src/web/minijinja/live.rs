//! The session itself, asked anew at each look.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object};
use minijinja::{Error, State, Value};

use super::dict::{self, Dict};
use super::value;
use crate::session::Session;

#[derive(Debug)]
pub(super) struct LiveSession(pub(super) Session);

impl Dict for LiveSession {
    fn item(&self, key: &Value) -> Option<Value> {
        self.0.read(|data| data.get(key.as_str()?).map(value::of))
    }

    fn items(&self) -> Vec<(Value, Value)> {
        self.0.read(|data| data.iter().map(|(key, item)| (value::of_text(key), value::of(item))).collect())
    }
}

impl Object for LiveSession {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.item(key)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.read(|data| data.get(key).map(value::of))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.read(|data| data.keys().map(value::of_text).collect()))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        dict::call_method(&**self, method, arguments)
    }
}
