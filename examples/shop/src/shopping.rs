//! What a session holds: the cart, and the order that is being placed.

use std::collections::BTreeMap;

use dewar::random::Random;
use dewar::session::SessionData;
use serde::{Deserialize, Serialize};

use crate::{Error, GOODS};

/// The data of a session. Handlers change it with [`Typed::modify`](dewar::session::Typed::modify), which runs again on what a parallel
/// request has stored: what two tabs add at the same moment is all in the cart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shopping {
    /// The articles, by their ids, and how many of each.
    pub cart: BTreeMap<String, u32>,
    /// An order that may not have been placed yet.
    pub order: Option<Order>,
}

impl SessionData for Shopping {}

/// An order, with an id by which it is placed only once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// A random number.
    pub id: String,
    /// As in the cart.
    pub goods: BTreeMap<String, u32>,
}

impl Shopping {
    /// One more of an article. `false`: there is no such article, or there are 99 already.
    pub fn add(&mut self, article: &str) -> bool {
        if !GOODS.iter().any(|known| known.id == article) {
            return false;
        }
        let quantity = self.cart.entry(article.to_owned()).or_default();
        *quantity += u32::from(*quantity < 99);
        true
    }

    /// One less of an article.
    pub fn remove(&mut self, article: &str) {
        if let Some(quantity) = self.cart.get_mut(article) {
            *quantity = quantity.saturating_sub(1);
        }
        self.cart.retain(|_, quantity| *quantity > 0);
    }

    /// The cart becomes an order of this id, unless it is empty or an order is still being placed.
    pub fn begin_order(&mut self, id: &str) {
        if self.order.is_none() && !self.cart.is_empty() {
            self.order = Some(Order { id: id.to_owned(), goods: std::mem::take(&mut self.cart) });
        }
    }

    /// The order of this id was placed.
    pub fn end_order(&mut self, id: &str) {
        self.order.take_if(|order| order.id == id);
    }
}

impl Order {
    /// An id that no other order has.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn new_id() -> Result<String, Error> {
        let bytes = Random::system().bytes().map_err(|_| Error::NoRandomness)?;
        Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_are_added_and_removed() {
        let mut shopping = Shopping::default();
        assert!(shopping.add("green") && shopping.add("green") && shopping.add("pot"));
        assert!(!shopping.add("coffee"));
        shopping.remove("green");
        shopping.remove("pot");
        shopping.remove("mint");
        assert_eq!(shopping.cart, BTreeMap::from([("green".to_owned(), 1)]));
        assert!((0..200).all(|_| shopping.add("green")));
        assert_eq!(shopping.cart["green"], 99);
    }

    #[test]
    fn an_order_takes_the_cart_and_is_not_replaced_while_it_is_placed() {
        let mut shopping = Shopping::default();
        shopping.begin_order("1");
        assert_eq!(shopping.order, None, "of nothing");
        shopping.add("green");
        shopping.begin_order("2");
        shopping.add("mint");
        shopping.begin_order("3");
        assert_eq!(shopping.order.as_ref().unwrap().id, "2");
        assert_eq!(shopping.cart.keys().collect::<Vec<_>>(), ["mint"]);
        shopping.end_order("3");
        assert!(shopping.order.is_some());
        shopping.end_order("2");
        assert_eq!(shopping.order, None);
    }
}
