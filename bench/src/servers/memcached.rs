//! Memcached.

use dewar_bench_meter::runtime;
use dewar_servers::Memcached;

use super::measured;
use crate::table;

pub(crate) fn measure() -> Result<(), String> {
    let server = Memcached::start()?;
    let runtime = runtime();
    let store = measured::open(&runtime, &server.url())?;
    table::print(&table::by_work(measured::native(&runtime, &store)));
    Ok(())
}
