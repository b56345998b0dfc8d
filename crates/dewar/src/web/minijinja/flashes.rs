//! `get_flashed_messages`, with Flask's arguments.

use minijinja::value::{Kwargs, Tuple};
use minijinja::{Error, Value};

use super::value;
use crate::session::{Flash, Session};

/// The messages, or `(category, message)` tuples of them; with a filter, those of its categories only.
pub(super) fn get(
    session: &Session,
    with_categories: Option<Value>,
    category_filter: Option<Value>,
    named: &Kwargs,
) -> Result<Value, Error> {
    let with_categories =
        with_categories.or(named.get("with_categories")?).is_some_and(|flag| flag.is_true());
    let filter =
        category_filter.or(named.get("category_filter")?).map(|filter| categories(&filter)).transpose()?;
    named.assert_all_used()?;
    let wanted = filter.unwrap_or_default();
    let is_wanted = |flash: &Flash| wanted.is_empty() || wanted.contains(&value::of(&flash.category));
    let shown = |flash: Flash| {
        let message = value::of(&flash.message);
        if with_categories { Tuple::from([value::of(&flash.category), message]).into() } else { message }
    };
    Ok(session.flashes().into_iter().filter(is_wanted).map(shown).collect::<Vec<Value>>().into())
}

/// A list of categories, or a single one.
fn categories(filter: &Value) -> Result<Vec<Value>, Error> {
    if filter.as_str().is_some() { Ok(vec![filter.clone()]) } else { Ok(filter.try_iter()?.collect()) }
}
