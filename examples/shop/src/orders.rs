//! Orders, as they are stored and shown.

use serde::Serialize;

use crate::{Database, Error, GOODS, Order, User};

/// An order on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderRow {
    /// Who ordered.
    pub user: String,
    /// What: a line such as `2 × Green tea, 1 × Teapot`.
    pub goods: String,
}

impl Database {
    /// Places an order. `false`: an order of this id was placed before, so nothing was done.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn place(&self, user: &User, order: &Order) -> Result<bool, Error> {
        let insert = "INSERT INTO orders (id, user_id, goods) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
        let goods = line(order);
        let done = sqlx::query(insert).bind(&order.id).bind(user.id).bind(goods).execute(&self.pool).await?;
        Ok(done.rows_affected() == 1)
    }

    /// The orders of a user, or of all users; the latest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn orders(&self, of: Option<&User>) -> Result<Vec<OrderRow>, Error> {
        let select = "SELECT users.name, orders.goods FROM orders JOIN users ON users.id = orders.user_id \
                      WHERE ?1 IS NULL OR users.id = ?1 ORDER BY orders.rowid DESC";
        let rows: Vec<(String, String)> =
            sqlx::query_as(select).bind(of.map(|user| user.id)).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(user, goods)| OrderRow { user, goods }).collect())
    }
}

fn line(order: &Order) -> String {
    let name = |id: &str| GOODS.iter().find(|article| article.id == id).map_or("?", |article| article.name);
    let each = order.goods.iter().map(|(id, quantity)| format!("{quantity} × {}", name(id)));
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Registered;

    #[tokio::test]
    async fn an_order_that_is_sent_twice_is_placed_once() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path().join("shop.db")).await.unwrap();
        let registered = database.register("zoe", "a long password".to_owned()).await.unwrap();
        let Registered::User(zoe) = registered else { panic!("{registered:?}") };
        let goods = BTreeMap::from([("green".to_owned(), 2), ("pot".to_owned(), 1)]);
        let order = Order { id: Order::new_id().unwrap(), goods };
        assert!(database.place(&zoe, &order).await.unwrap());
        assert!(!database.place(&zoe, &order).await.unwrap());
        let placed = OrderRow { user: "zoe".to_owned(), goods: "2 × Green tea, 1 × Teapot".to_owned() };
        for of in [None, Some(&zoe)] {
            assert_eq!(database.orders(of).await.unwrap().as_slice(), std::slice::from_ref(&placed));
        }
        database.close().await;
    }
}
