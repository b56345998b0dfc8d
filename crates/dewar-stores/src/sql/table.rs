//! A table as it must be, and whether one that is there is so.

/// What a table must be like.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Makes it and its indexes; says `IF NOT EXISTS`.
    pub(crate) ddl: String,
    /// Names and declared types, of which the beginning counts.
    pub(super) columns: Vec<(&'static str, &'static [&'static str])>,
    /// The column that holds no value twice.
    pub(crate) unique: &'static str,
}

/// A column of a table that is there.
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its declared type.
    pub(crate) declared: String,
    /// Whether each row needs a value for it.
    pub(crate) must_be_given: bool,
}

impl Table {
    /// What is not as it must be about a table of these columns; `None`: nothing.
    pub(crate) fn difference(&self, found: &[Column], is_unique: bool) -> Option<String> {
        let of_a_column = self.columns.iter().find_map(|(name, types)| {
            let Some(column) = found.iter().find(|column| column.name == *name) else {
                return Some(format!("it has no column {name}"));
            };
            let declared = column.declared.to_ascii_uppercase();
            let is_known = types.iter().any(|known| declared.starts_with(known));
            let wanted = types.first().unwrap_or(&"");
            (!is_known).then(|| format!("its column {name} is {declared:?} and not {wanted}"))
        });
        let unknown = |column: &&Column| !self.columns.iter().any(|(name, _)| *name == column.name);
        of_a_column
            .or_else(|| {
                let column = found.iter().filter(unknown).find(|column| column.must_be_given)?;
                Some(format!("its column {} must be filled, and Dewar does not know with what", column.name))
            })
            .or_else(|| (!is_unique).then(|| format!("its column {} is not unique", self.unique)))
    }
}
