//! What to do if the table does not exist when a store is opened.

/// What to do if the table does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMissing {
    Create,
    /// Nobody has said whether to create it.
    Advise,
    /// The caller has said not to create it.
    Refuse,
}

impl IfMissing {
    /// `asked`: what the options say; `otherwise`: what is done if they say nothing.
    pub(crate) fn new(asked: Option<bool>, otherwise: bool) -> Self {
        match asked {
            Some(false) => Self::Refuse,
            _ if asked.unwrap_or(otherwise) => Self::Create,
            _ => Self::Advise,
        }
    }

    /// What a person can do about the missing table; `None` if it is created.
    pub(crate) fn advice(self) -> Option<&'static str> {
        match self {
            Self::Create => None,
            Self::Advise => Some(
                "create it with the SQL that `dewar sessions schema` prints for this URL, or write ?create_table=true in the URL",
            ),
            Self::Refuse => Some(
                "create it with the SQL that `dewar sessions schema` prints for this URL, or name the database and the table in which the program \
                 stores its sessions",
            ),
        }
    }
}
