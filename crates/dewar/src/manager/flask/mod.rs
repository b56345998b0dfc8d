//! What only Flask needs: its cookies, Flask-Session's records, and their settings.

mod cookie;
mod records;
mod settings_error;

pub use self::cookie::FlaskOptions;
pub use self::records::{FlaskEncoding, FlaskRecords};
pub use self::settings_error::FlaskSettingsError;
