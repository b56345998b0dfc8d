//! `dewar sessions`: work on the sessions in a store.

mod copy;
mod end;
mod entry_json;
mod flask;
mod interrupted;
mod list;
mod not_shown;
mod nothing;
mod patience;
mod place;
mod run;
mod same;
mod schema;
mod show;
mod sorted;
mod sweep;
mod table;
mod totals;
mod trouble;
mod value_type;
mod walk;
mod which;

pub(crate) use self::run::run;
