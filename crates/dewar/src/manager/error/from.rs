//! Conversions from errors of other modules.

use super::{Error, ErrorKind};
use crate::codec::EncodeError;
use crate::lifetime::TimeoutsError;
use crate::random::RandomError;
use crate::store::StoreError;
use crate::value::ConvertError;

impl From<EncodeError> for Error {
    fn from(source: EncodeError) -> Self {
        let key = match &source {
            EncodeError::InKey { key, .. } => Some(key.clone()),
            _ => None,
        };
        let advice = "store it in another form, such as text, or use one of Dewar's own formats, which can represent it";
        Self::new(ErrorKind::NotStorable { key }, advice).because(source)
    }
}

impl From<RandomError> for Error {
    fn from(source: RandomError) -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "the source of random numbers failed, so no session id can be generated; retry later",
        )
        .because(source)
    }
}

impl From<StoreError> for Error {
    fn from(source: StoreError) -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "sessions cannot be read or saved at the moment: check that the session store is running and reachable",
        )
        .because(source)
    }
}

/// A value of the session has another type, or a value cannot be stored.
impl From<ConvertError> for Error {
    fn from(source: ConvertError) -> Self {
        Self::saying(ErrorKind::NotConverted { key: source.key().map(str::to_owned) }, source)
    }
}

impl From<TimeoutsError> for Error {
    fn from(source: TimeoutsError) -> Self {
        Self::saying(ErrorKind::TimeoutsRefused, source)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::lifetime::Timeouts;

    #[test]
    fn a_mistake_says_what_its_source_says_and_says_it_once() {
        let converted = ConvertError::new("expected u32").in_key("cart");
        let timeouts = TimeoutsError::TooLong { longest: Timeouts::remember_me() };
        let texts = [converted.to_string(), timeouts.to_string()];
        let errors = [Error::from(converted), Error::from(timeouts)];
        for (error, text) in errors.iter().zip(texts) {
            assert_eq!(
                [error.to_string(), error.with_causes(), format!("{error:?}")],
                [text.clone(), text.clone(), text]
            );
            assert!(error.source().is_none());
            assert_eq!(error.status(), 500);
        }
        assert_eq!(errors[0].kind(), &ErrorKind::NotConverted { key: Some("cart".to_owned()) });
        assert_eq!(errors[1].kind(), &ErrorKind::TimeoutsRefused);
    }
}
