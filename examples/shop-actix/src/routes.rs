//! Which handler answers what.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, resource};
use shop::STYLE;

use crate::{account, admin, cart, devices, pages};

/// The whole shop.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/").get(pages::goods))
        .service(resource("/cart").get(cart::show))
        .service(resource("/cart/add").post(cart::add))
        .service(resource("/cart/remove").post(cart::remove))
        .service(resource("/checkout").post(cart::check_out))
        .service(resource("/orders").get(cart::orders))
        .service(resource("/register").get(account::registration).post(account::register))
        .service(resource("/login").get(account::login_page).post(account::log_in))
        .service(resource("/logout").post(account::log_out))
        .service(resource("/account").get(account::show))
        .service(resource("/account/password").post(account::change_password))
        .service(resource("/devices").get(devices::show))
        .service(resource("/devices/end").post(devices::end))
        .service(resource("/devices/end-others").post(devices::end_others))
        .service(resource("/admin").get(admin::show))
        .service(resource("/style.css").get(style));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css").body(STYLE)
}
