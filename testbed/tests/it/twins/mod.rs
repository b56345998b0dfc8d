//! The programs of `examples/` beside the same programs under the real Flask: each scene is played on both, with the same key and at
//! the same moment, and what comes back is compared.
//!
//! `DEWAR_PYTHON` names the Python that has Flask (see `xtask/python/requirements.txt`). Without it nothing is compared, which is
//! said in one line; with `DEWAR_REQUIRE_ALL=1` that is a failure.

mod email;
mod first_login;
pub(crate) mod flask;
mod floats;
mod form_login;
mod in_store;
mod lifetime;
mod pair;
mod routes;
mod tokens;

use self::pair::Twins;
