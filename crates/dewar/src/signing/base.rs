//! What the four serializers share: a codec, the ways to sign, and the length of a token.

use super::errors::{BadData, BadSignature, SeparatorError};
use super::options::{Limits, SerializerOptions};
use super::signer::{KeyAge, Signer, SignerOptions, Unsigned};
use super::timed::{Signed, TimestampSigner};
use super::{SecretKeys, TimestampOptions};

#[derive(Debug, Clone)]
pub(super) struct Base<S, C> {
    pub(super) signer: S,
    fallbacks: Vec<S>,
    pub(super) codec: C,
    pub(super) limits: Limits,
}

impl<C> Base<Signer, C> {
    pub(super) fn untimed(
        keys: &SecretKeys,
        codec: C,
        options: SerializerOptions,
    ) -> Result<Self, SeparatorError> {
        Self::new(codec, options, |signer, _| Signer::new(keys, signer))
    }
}

impl<C> Base<TimestampSigner, C> {
    pub(super) fn timed(
        keys: &SecretKeys,
        codec: C,
        options: SerializerOptions,
    ) -> Result<Self, SeparatorError> {
        Self::new(codec, options, |signer, timestamps| TimestampSigner::new(keys, signer, timestamps))
    }
}

impl<S, C> Base<S, C> {
    fn new(
        codec: C,
        options: SerializerOptions,
        signer: impl Fn(SignerOptions, TimestampOptions) -> Result<S, SeparatorError>,
    ) -> Result<Self, SeparatorError> {
        let SerializerOptions { signer: newest, fallback_signers, timestamps, limits } = options;
        let fallbacks = fallback_signers
            .into_iter()
            .map(|options| signer(options, timestamps))
            .collect::<Result<_, _>>()?;
        Ok(Self { signer: signer(newest, timestamps)?, fallbacks, codec, limits })
    }

    /// Asks each signer in turn. One that made the signature has the last word, even if it is that the token is too old.
    pub(super) fn unsign<T: Keyed>(
        &self,
        token: &[u8],
        unsign: impl Fn(&S) -> Result<T, BadSignature>,
    ) -> Result<T, BadData> {
        self.check_length(token)?;
        let error = match unsign(&self.signer) {
            Ok(value) => return Ok(value),
            Err(error @ (BadSignature::Mismatch | BadSignature::NoSeparator)) => error,
            Err(error) => return Err(error.into()),
        };
        for fallback in &self.fallbacks {
            match unsign(fallback) {
                Ok(value) => return Ok(value.under_an_older_key()),
                Err(BadSignature::Mismatch | BadSignature::NoSeparator) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(error.into())
    }

    fn check_length(&self, token: &[u8]) -> Result<(), BadData> {
        let (length, limit) = (token.len(), self.limits.token);
        if length > limit { Err(BadData::TooLong { length, limit }) } else { Ok(()) }
    }
}

/// The answer of a signer, which says with which key.
pub(super) trait Keyed {
    fn under_an_older_key(self) -> Self;
}

impl Keyed for Unsigned<'_> {
    fn under_an_older_key(self) -> Self {
        Self { key: KeyAge::Older, ..self }
    }
}

impl Keyed for Signed<'_> {
    fn under_an_older_key(self) -> Self {
        Self { key: KeyAge::Older, ..self }
    }
}
