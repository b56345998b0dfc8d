//! The shop, clicked through: the scenes that both shops play.

clicks::shop!(env!("CARGO_BIN_EXE_shop-actix"));
