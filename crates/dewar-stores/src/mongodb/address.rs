//! The URL of MongoDB: what is ours is taken out, the rest is the driver's.

use std::fmt;
use std::time::Duration;

use ::mongodb::error::ErrorKind;
use ::mongodb::options::{Acknowledgment, ClientOptions, WriteConcern};
use percent_encoding::percent_decode_str;

use super::options::MongoDbOptions;
use crate::OpenError;

const EXAMPLE: &str = "mongodb://user:password@host:27017/database";

/// A frozen server is noticed after these two together; another primary is noticed at once.
const CONNECTING: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_millis(500);

/// The contents of a URL. `Display` shows the hosts alone.
pub(super) struct Address {
    pub(super) client: ClientOptions,
    pub(super) database: Option<String>,
    pub(super) collection: Option<String>,
    pub(super) create_indexes: Option<bool>,
}

impl Address {
    /// Parses the URL, and looks up what `mongodb+srv` names.
    pub(super) async fn parse(url: &str, options: &MongoDbOptions) -> Result<Self, OpenError> {
        let (url, own) = Own::take(url)?;
        if url.starts_with("mongodb+srv:") && !cfg!(feature = "mongodb-srv") {
            return Err(OpenError::wrong_url(
                "mongodb+srv:// needs DNS: enable the feature `mongodb-srv` of dewar-stores",
            ));
        }
        let mut client = ClientOptions::parse(&url).await.map_err(|error| invalid(&error.kind))?;
        complete(&mut client, options.timeout);
        let database = client.default_database.clone();
        Ok(Self { client, database, collection: own.collection, create_indexes: own.create_indexes })
    }
}

/// The parameters that the driver does not know.
#[derive(Default)]
struct Own {
    collection: Option<String>,
    create_indexes: Option<bool>,
}

impl Own {
    fn take(url: &str) -> Result<(String, Self), OpenError> {
        let Some((place, query)) = url.split_once('?') else { return Ok((url.to_owned(), Self::default())) };
        // What follows would be taken for parameters, and its names shown.
        if query.contains('@') {
            return Err(special_character());
        }
        let (mut own, mut rest) = (Self::default(), Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("collection", name)) => own.collection = Some(decoded(name)?),
                Some(("create_indexes", "true")) => own.create_indexes = Some(true),
                Some(("create_indexes", "false")) => own.create_indexes = Some(false),
                Some(("create_indexes", _)) => {
                    return Err(OpenError::wrong_url(
                        "create_indexes in the URL of MongoDB must be true or false",
                    ));
                }
                _ => rest.push(pair),
            }
        }
        let question = if rest.is_empty() { "" } else { "?" };
        Ok((format!("{place}{question}{}", rest.join("&")), own))
    }
}

fn decoded(text: &str) -> Result<String, OpenError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(|text| text.into_owned())
        .map_err(|_| OpenError::wrong_url("the URL of MongoDB is not valid UTF-8"))
}

/// What the URL does not say.
fn complete(client: &mut ClientOptions, timeout: Duration) {
    client.app_name.get_or_insert_with(|| "dewar".to_owned());
    client.server_selection_timeout.get_or_insert(timeout);
    client.connect_timeout.get_or_insert(CONNECTING.max(timeout));
    client.heartbeat_freq.get_or_insert(HEARTBEAT);
    // The error to a second attempt would not tell what became of the first one. The guard sends again what can be sent twice.
    client.retry_writes.get_or_insert(false);
    // A URL with `journal` or `wtimeoutMS` alone has a concern without a number of members.
    let concern = client.write_concern.get_or_insert_with(WriteConcern::majority);
    concern.w.get_or_insert(Acknowledgment::Majority);
    concern.w_timeout.get_or_insert(timeout);
}

/// The driver's own message may contain a part of the URL.
fn invalid(kind: &ErrorKind) -> OpenError {
    let like = format!("write it like {EXAMPLE}");
    match kind {
        ErrorKind::InvalidArgument { message, .. } if message.contains("is an invalid option") => {
            let name = message.split_whitespace().next().unwrap_or_default();
            OpenError::wrong_url(format!("the URL of MongoDB has an unknown parameter: {name}"))
        }
        ErrorKind::InvalidArgument { message, .. }
            if message.contains("URL encoded") || message.contains("unescaped") =>
        {
            special_character()
        }
        ErrorKind::DnsResolve { .. } => OpenError::new(
            "the name in the mongodb+srv URL cannot be looked up: check the name, or name the hosts with mongodb://",
        ),
        _ => OpenError::wrong_url(format!("the URL of MongoDB is not valid: {like}")),
    }
}

fn special_character() -> OpenError {
    OpenError::wrong_url(
        "the user or password in the URL of MongoDB has a special character: percent-encode it, as in p%40ss for p@ss",
    )
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.client.hosts.iter().map(ToString::to_string).collect();
        f.write_str(&hosts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn concern(parameters: &str) -> WriteConcern {
        let url = format!("mongodb://localhost/shop{parameters}");
        let address = Address::parse(&url, &MongoDbOptions::default()).await.unwrap();
        address.client.write_concern.unwrap()
    }

    #[tokio::test]
    async fn a_majority_confirms_unless_the_url_says_how_many_members() {
        for parameters in ["", "?journal=true", "?wtimeoutMS=500", "?journal=false&collection=x"] {
            assert_eq!(concern(parameters).await.w, Some(Acknowledgment::Majority), "{parameters}");
        }
        assert_eq!(concern("?w=2&journal=true").await.w, Some(Acknowledgment::Nodes(2)));
        assert_eq!(concern("?journal=true").await.journal, Some(true));
    }
}
