//! Redis behind a proxy that delays, cuts and swallows at random: acknowledged writes are stored nevertheless.

use dewar_servers::{Proxy, Redis, Trouble, Troubles};
use dewar_testbed::Framework;

use crate::lost_answers;
use crate::run::{Outcome, Run};
use crate::site::{Records, Site};

pub(crate) fn race(run: &mut Run) {
    if !run.wants("redis", "shaken") {
        return;
    }
    // Prints a line if there is none.
    let Some(redis) = Redis::for_test() else { return };
    for (records, share) in [(Records::Native, 500.0), (Records::Flask, 100.0)] {
        let proxy = Proxy::start(redis.port(), Trouble::now_and_then(run.seed)).unwrap();
        let site = Site::at(format!("redis://127.0.0.1:{}/0", proxy.port()), records, &Framework::ALL);
        let name = format!("shaken_{}", records.word());
        let logins = (share * run.scale).round().max(1.0) as usize;
        run.race("redis", &name, shaken(&site, &proxy, logins, run.seed));
    }
}

async fn shaken(site: &Site, proxy: &Proxy, logins: usize, seed: u64) -> Outcome {
    let outcome = lost_answers::race(site, logins, seed).await;
    let Troubles { delayed, cut, swallowed } = proxy.troubles();
    let trouble = format!("{delayed} pieces delayed, {cut} connections cut, {swallowed} silent");
    match outcome {
        Ok(figures) => Ok(format!("{figures}; {trouble}")),
        Err(figures) => Err(format!("{figures}; {trouble}")),
    }
}
