//! The Python that has Flask, for tests that compare with it.

use std::env;
use std::ffi::OsString;

/// The interpreter that `DEWAR_PYTHON` names (see `xtask/python/requirements.txt`). Without one, prints a line and returns `None`; with
/// `DEWAR_REQUIRE_ALL=1` it panics instead.
///
/// # Panics
/// When everything is required and there is none.
pub fn python() -> Option<OsString> {
    let python = env::var_os("DEWAR_PYTHON");
    if python.is_none() {
        assert!(env::var_os("DEWAR_REQUIRE_ALL").is_none_or(|all| all != "1"), "DEWAR_PYTHON is not set");
        leave_out();
    }
    python
}

#[expect(clippy::print_stdout, reason = "the person who runs the tests reads it")]
fn leave_out() {
    println!("DEWAR_PYTHON is not set: nothing is compared with Flask");
}
