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
    let is_wanted = |flash: &Flash| wanted.is_empty() || wanted.contains(&category(flash));
    let shown = |flash| if with_categories { categorised(flash) } else { message(flash) };
    Ok(session.flashes().into_iter().filter(is_wanted).map(shown).collect::<Vec<Value>>().into())
}

/// A list of categories, or a single one.
fn categories(filter: &Value) -> Result<Vec<Value>, Error> {
    if filter.as_str().is_some() { Ok(vec![filter.clone()]) } else { Ok(filter.try_iter()?.collect()) }
}

fn categorised(flash: Flash) -> Value {
    Tuple::from([category(&flash), message(flash)]).into()
}

fn category(flash: &Flash) -> Value {
    value::of_text(&flash.category)
}

fn message(flash: Flash) -> Value {
    let Flash { message, is_markup, .. } = flash;
    if is_markup { Value::from_safe_string(message.to_string()) } else { value::of_text(&message) }
}
