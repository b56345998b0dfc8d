//! Why a secret is refused.

use std::fmt;

/// Why a secret is refused. Nothing here tells what the secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeakSecret {
    /// There is nothing in it.
    Empty,
    /// It has been published: in documentation, in a program's defaults, in public code.
    WellKnown,
    /// It is shorter than 16 bytes.
    TooShort,
    /// It is, for the most part, a text to be replaced: `changeme`, `<your secret here>`, `${SECRET_KEY}`.
    Placeholder,
    /// It repeats itself, counts up or down, or has fewer than 8 different bytes.
    Repetitive,
    /// It is not random enough: an estimate of less than 64 bits.
    LowEntropy,
    /// It is a text that ends in a line break, which would be part of the key: most likely an editor or `echo` put it there. Flask uses
    /// it as it is; [`SecretKeys::accepting_weak`](crate::SecretKeys::accepting_weak) does so, too.
    LineBreakAtEnd,
}

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = match self {
            Self::LineBreakAtEnd => {
                return f.write_str(
                    "the secret ends in a line break, which would be part of it: remove it (`printf` writes none); if a program has \
                     signed with it, accept it as it is",
                );
            }
            Self::Empty => "the secret is empty",
            Self::WellKnown => {
                "the secret is public: it stands in documentation or code that anybody can read"
            }
            Self::TooShort => "the secret is shorter than 16 bytes",
            Self::Placeholder => "the secret is a placeholder",
            Self::Repetitive => "the secret follows a pattern",
            Self::LowEntropy => "the secret is not random enough",
        };
        write!(f, "{fact}: make one with `dewar secret new`")
    }
}

impl std::error::Error for WeakSecret {}
