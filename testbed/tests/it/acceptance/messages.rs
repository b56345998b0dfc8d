//! Messages for the next page.

use dewar_testbed::Framework;

use super::shop::{Shop, in_cookies};
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn a_message_is_shown_once_in_the_order_in_which_they_came(framework: Framework) {
    let shop = Shop::open(framework);
    let mut browsers: Vec<_> = in_cookies(framework)
        .into_iter()
        .map(|(_, server)| (Browser::new(server.address), Some(server)))
        .collect();
    browsers.push((shop.visitor(), None));
    for (browser, _) in &mut browsers {
        browser.get("/flash?v=one");
        browser.get("/flash?v=%E8%80%81%E7%8E%8B");
        assert_eq!(browser.get("/flashes").body, "one 老王");
        assert_eq!(browser.get("/flashes").body, "");
    }
}

on_each_framework!(a_message_is_shown_once_in_the_order_in_which_they_came);
