//! A walk through all shards: to list.

use std::io;

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Page};

use super::entry_files::EntryFiles;
use super::name::{self, Name};
use crate::files::failed::Failed;
use crate::files::file;

impl EntryFiles {
    /// Entries in the order of their names. The cursor is the last one's.
    pub(super) fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, Failed> {
        let after = after.map_or("", |Cursor(name)| name.as_str());
        let first = after.get(..2).and_then(|shard| u8::from_str_radix(shard, 16).ok()).unwrap_or(0);
        let mut page = Page { entries: Vec::new(), next: None };
        self.check()?;
        for (_, shard) in name::shards(first) {
            for name in self.entries_of(&shard)?.into_iter().filter(|name| name.as_str() > after) {
                let found = self.live(&name, now)?.filter(|record| record.key.begins_with(prefix));
                let Some(record) = found else { continue };
                page.entries.push((record.key.clone(), record.stored()));
                if page.entries.len() >= at_most {
                    page.next = Some(Cursor(name.as_str().to_owned()));
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    fn entries_of(&self, shard: &str) -> io::Result<Vec<Name>> {
        let names = file::names(&self.entries.join(shard))?;
        let mut names: Vec<_> = names.iter().filter_map(|name| Name::parse(name)).collect();
        names.sort_unstable();
        Ok(names)
    }
}
