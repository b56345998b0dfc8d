//! The pages' templates, all inside the program.

use minijinja::{Environment, Error, Value, context};

/// Template files with their names.
const FILES: [(&str, &str); 15] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("home.html", include_str!("templates/home.html")),
    ("login.html", include_str!("templates/login.html")),
    ("get_email.html", include_str!("templates/get_email.html")),
    ("set_email.html", include_str!("templates/set_email.html")),
    ("delete_email.html", include_str!("templates/delete_email.html")),
    ("email_steps.html", include_str!("templates/email_steps.html")),
    ("lifetime.html", include_str!("templates/lifetime.html")),
    ("cart.html", include_str!("templates/cart.html")),
    ("flash.html", include_str!("templates/flash.html")),
    ("sessions.html", include_str!("templates/sessions.html")),
    ("race.html", include_str!("templates/race.html")),
    ("record.html", include_str!("templates/record.html")),
    ("inspector.html", include_str!("templates/inspector.html")),
    ("failure.html", include_str!("templates/failure.html")),
];

/// The pages in the order of the navigation: a name, a path, what a visitor does there.
const SCENES: [(&str, &str, &str); 8] = [
    ("Log in", "/login", "Enter a name, be recognised on every page, and log out again."),
    ("Email", "/get_email", "Set a value, get it, delete it: the basics of a session."),
    ("Lifetime", "/lifetime", "Choose whether the browser keeps the cookie when it closes."),
    ("Cart", "/cart", "A list inside the session, changed in place."),
    ("Messages", "/flash", "Send a message that is shown once, on the next page."),
    ("Devices", "/sessions", "See where you are logged in, and log other browsers out."),
    ("Race", "/race", "Three requests change one basket at once: is anything lost?"),
    ("Inspector", "/inspector", "Look into your own session, and try to forge its cookie."),
];

pub(super) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    for (name, source) in FILES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

pub(super) fn scenes() -> Vec<Value> {
    SCENES
        .iter()
        .map(|(name, path, about)| context! { name => *name, path => *path, about => *about })
        .collect()
}
