//! The templates, and what all pages get.

use dewar::Session;
use dewar::web::minijinja::context as in_template;
use minijinja::value::{Serde, merge_maps};
use minijinja::{Environment, Value, context};

use crate::{Article, Error, GOODS, OrderRow, User};

/// The style sheet.
pub const STYLE: &str = include_str!("../style.css");

const TEMPLATES: &[(&str, &str)] = &[
    ("account.html", include_str!("../templates/account.html")),
    ("admin.html", include_str!("../templates/admin.html")),
    ("base.html", include_str!("../templates/base.html")),
    ("cart.html", include_str!("../templates/cart.html")),
    ("devices.html", include_str!("../templates/devices.html")),
    ("error.html", include_str!("../templates/error.html")),
    ("goods.html", include_str!("../templates/goods.html")),
    ("login.html", include_str!("../templates/login.html")),
    ("orders.html", include_str!("../templates/orders.html")),
    ("register.html", include_str!("../templates/register.html")),
];

/// All pages. What they print is escaped.
#[derive(Debug)]
pub struct Pages {
    templates: Environment<'static>,
}

impl Pages {
    /// Reads the templates.
    ///
    /// # Errors
    /// If one of them is wrong.
    pub fn new() -> Result<Self, Error> {
        let mut templates = Environment::new();
        for (name, text) in TEMPLATES {
            templates.add_template(name, text)?;
        }
        templates.add_filter("price", price);
        Ok(Self { templates })
    }

    /// A page for this visitor, with their flash messages.
    ///
    /// # Errors
    /// If the template is wrong.
    pub fn render(
        &self,
        name: &str,
        session: &Session,
        user: Option<&User>,
        more: Value,
    ) -> Result<String, Error> {
        let user = user.map(|user| context! { name => user.name.as_str(), is_admin => user.is_admin });
        let shared = context! { user, goods => GOODS };
        let template = self.templates.get_template(name)?;
        Ok(template.render(merge_maps([in_template(session), shared, more]))?)
    }

    /// The page of an error. It asks for nothing that may have failed: no session, no database.
    #[must_use]
    pub fn error(&self, status: u16) -> String {
        let template = self.templates.get_template("error.html");
        let page = template.and_then(|page| page.render(context! { status }));
        page.unwrap_or_else(|_| format!("Error {status}"))
    }
}

impl From<Article> for Value {
    fn from(article: Article) -> Self {
        Serde(article).into()
    }
}

impl From<OrderRow> for Value {
    fn from(order: OrderRow) -> Self {
        Serde(order).into()
    }
}

/// Cents as euros.
fn price(cents: u32) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use dewar::session::Typed;
    use dewar::store::Memory;
    use dewar::{ServerSide, SessionManager};

    use super::*;
    use crate::Shopping;

    #[tokio::test]
    async fn every_template_makes_a_page() {
        let pages = Pages::new().unwrap();
        let manager = SessionManager::server_side(ServerSide::new("shop", Memory::new())).unwrap();
        let visitor = manager.open([]).await.unwrap();
        let empty = pages.render("cart.html", &visitor, None, context! {}).unwrap();
        assert!(empty.contains("Cart (0)") && empty.contains("id=\"empty\""), "{empty}");

        let session = manager.open([]).await.unwrap();
        let cart = BTreeMap::from([("green".to_owned(), 2), ("pot".to_owned(), 1)]);
        Typed::new(session.clone()).set(&Shopping { cart, order: None }).unwrap();
        session.flash("<b>Hello</b>", "info");
        let zoe = User { id: 1, name: "<Zoe>".to_owned(), is_admin: true };
        for (name, _) in TEMPLATES.iter().filter(|(name, _)| !["base.html", "error.html"].contains(name)) {
            let page = pages.render(name, &session, Some(&zoe), context! {}).unwrap();
            assert!(page.contains("Cart (3)") && page.contains("&lt;Zoe&gt;"), "{name}: {page}");
            assert!(page.contains("&lt;b&gt;Hello"), "{name}: {page}");
        }
        let cart = pages.render("cart.html", &session, None, context! {}).unwrap();
        assert!(cart.contains("2 × Green tea") && cart.contains("13.80 €"), "{cart}");
        assert!(pages.error(503).contains("You are still logged in"));
    }
}
