//! The traits of a store, given to both.

/// What a store, a sweeper and a lister are asked, its `rows` answer.
macro_rules! answered_by_rows {
    ($store:ty, owners: $owners:expr) => {
        const _: () = {
            use dewar_core::clock::UnixTime;
            use dewar_core::old::{Created, OldStore, Renamed, Swapped};
            use dewar_core::{
                Cursor, Entry, Lister, Owners, Page, Revision, StoreError, StoreKey, Stored, Sweeper, Touch,
                async_trait,
            };

            dewar_core::converted!($store);

            #[async_trait]
            impl OldStore for $store {
                async fn load(
                    &self,
                    key: &StoreKey,
                    touch: Option<Touch>,
                    now: UnixTime,
                ) -> Result<Option<Stored>, StoreError> {
                    self.rows.load(key, touch, now).await
                }

                async fn create(
                    &self,
                    key: &StoreKey,
                    entry: &Entry,
                    now: UnixTime,
                ) -> Result<Created, StoreError> {
                    self.rows.create(key, entry, now).await
                }

                async fn swap(
                    &self,
                    key: &StoreKey,
                    seen: &Revision,
                    entry: &Entry,
                    now: UnixTime,
                ) -> Result<Swapped, StoreError> {
                    self.rows.swap(key, seen, entry, now).await
                }

                async fn rename(
                    &self,
                    old: &StoreKey,
                    new: &StoreKey,
                    seen: &Revision,
                    entry: &Entry,
                    tombstone: Option<&Entry>,
                    now: UnixTime,
                ) -> Result<Renamed, StoreError> {
                    self.rows.rename(old, new, seen, entry, tombstone, now).await
                }

                async fn touch(
                    &self,
                    key: &StoreKey,
                    expires: UnixTime,
                    now: UnixTime,
                ) -> Result<bool, StoreError> {
                    self.rows.touch(key, expires, now).await
                }

                async fn remove(
                    &self,
                    key: &StoreKey,
                    tombstone: Option<&Entry>,
                    now: UnixTime,
                ) -> Result<bool, StoreError> {
                    self.rows.remove(key, tombstone, now).await
                }

                fn sweeper(&self) -> Option<&dyn Sweeper> {
                    Some(self)
                }

                fn lister(&self) -> Option<&dyn Lister> {
                    Some(self)
                }

                fn owners(&self) -> Option<&dyn Owners> {
                    let owners: fn(&Self) -> Option<&dyn Owners> = $owners;
                    owners(self)
                }
            }

            #[async_trait]
            impl Sweeper for $store {
                async fn sweep(
                    &self,
                    prefix: &str,
                    at_most: usize,
                    now: UnixTime,
                ) -> Result<usize, StoreError> {
                    self.rows.sweep(prefix, at_most, now).await
                }
            }

            #[async_trait]
            impl Lister for $store {
                async fn list(
                    &self,
                    prefix: &str,
                    after: Option<&Cursor>,
                    at_most: usize,
                    now: UnixTime,
                ) -> Result<Page, StoreError> {
                    self.rows.list(prefix, after, at_most, now).await
                }
            }

            /// Shows where the file is, and nothing of what it holds.
            impl std::fmt::Debug for $store {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    write!(f, "{}({})", stringify!($store), self.rows.engine.path().display())
                }
            }
        };
    };
}
pub(super) use answered_by_rows;
