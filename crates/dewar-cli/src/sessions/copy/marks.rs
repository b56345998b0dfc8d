//! The file in which a copy remembers what it stored at the target.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use dewar::admin::CopyMark;
use dewar::random::Random;

/// The first bytes of such a file. The fingerprint of the source and the target follows, then the marks.
const MAGIC: [u8; 16] = *b"dewar-copy-of-1\n";
const FINGERPRINT: usize = 16;
const HEAD: u64 = (MAGIC.len() + FINGERPRINT) as u64;

/// The marks of all entries that were copied, in a file: any number of them, in the memory of one.
#[derive(Debug)]
pub(super) struct Marks {
    file: Mutex<File>,
}

impl Marks {
    /// Opens the file of a copy between two stores, or creates it. It is for this user alone.
    pub(super) fn open(path: &Path, fingerprint: [u8; FINGERPRINT]) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.try_lock().map_err(|_| io::Error::new(ErrorKind::ResourceBusy, "another copy is using it"))?;
        match check(&mut file, fingerprint)? {
            Head::Missing => file.write_all(&[MAGIC, fingerprint].concat())?,
            Head::Other => {
                return Err(io::Error::new(ErrorKind::InvalidData, "it is not a state file of a copy"));
            }
            Head::OtherPair => {
                return Err(io::Error::new(
                    ErrorKind::InvalidData,
                    "it is of a copy from or to another store: write both URLs as in the first run, or name another file",
                ));
            }
            // What a run wrote half before it was killed is cut off.
            Head::Right { surplus, length } if surplus > 0 => file.set_len(length - surplus)?,
            Head::Right { .. } => {}
        }
        Ok(Self { file: Mutex::new(file) })
    }

    /// Creates a file without a name, which is gone when this run ends.
    pub(super) fn temporary() -> io::Result<Self> {
        let number = Random::system().bytes::<8>().map_err(io::Error::other)?;
        let path = std::env::temp_dir().join(format!("dewar-copy-{:016x}", u64::from_be_bytes(number)));
        let marks = Self::open(&path, [0; FINGERPRINT])?;
        std::fs::remove_file(&path)?;
        Ok(marks)
    }

    /// Whether nothing was copied so far.
    pub(super) fn is_empty(&self) -> io::Result<bool> {
        Ok(self.file().metadata()?.len() <= HEAD)
    }

    /// Remembers an entry. To be called before the entry is copied: a mark without a copy does no harm, a copy without a mark is not
    /// recognized.
    pub(super) fn add(&self, mark: &CopyMark) -> io::Result<()> {
        self.file().write_all(&mark.to_bytes())
    }

    /// Which of these were copied, by their place in the list.
    pub(super) fn find(&self, wanted: &[CopyMark]) -> io::Result<Vec<usize>> {
        let mut by_hash: HashMap<[u8; 16], Vec<usize>> = HashMap::new();
        for (place, mark) in wanted.iter().enumerate() {
            by_hash.entry(mark.hash).or_default().push(place);
        }
        let mut file = self.file();
        file.seek(SeekFrom::Start(HEAD))?;
        let mut reader = BufReader::with_capacity(CopyMark::BYTES << 12, &mut *file);
        let mut found = Vec::new();
        while let Some(mark) = next(&mut reader)? {
            let places = by_hash.get(&mark.hash).into_iter().flatten().copied();
            found.extend(
                places.filter(|place| wanted.get(*place).is_some_and(|wanted| wanted.is_same(&mark))),
            );
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn file(&self) -> std::sync::MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Head {
    Missing,
    Right { surplus: u64, length: u64 },
    OtherPair,
    Other,
}

fn check(file: &mut File, fingerprint: [u8; FINGERPRINT]) -> io::Result<Head> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(Head::Missing);
    }
    let (mut magic, mut of_pair) = ([0; MAGIC.len()], [0; FINGERPRINT]);
    file.seek(SeekFrom::Start(0))?;
    match file.read_exact(&mut magic).and_then(|()| file.read_exact(&mut of_pair)) {
        Ok(()) if magic != MAGIC => Ok(Head::Other),
        Ok(()) if of_pair != fingerprint => Ok(Head::OtherPair),
        Ok(()) => Ok(Head::Right { surplus: (length - HEAD) % CopyMark::BYTES as u64, length }),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Head::Other),
        Err(error) => Err(error),
    }
}

fn next(reader: &mut impl io::Read) -> io::Result<Option<CopyMark>> {
    let mut bytes = [0; CopyMark::BYTES];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(CopyMark::from_bytes(&bytes))),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(number: u8) -> CopyMark {
        CopyMark { hash: [number; 16], expires: None }
    }

    #[test]
    fn marks_are_found_again_even_after_a_write_that_was_cut() {
        let path = std::env::temp_dir().join(format!("dewar-marks-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let marks = Marks::open(&path, [7; 16]).unwrap();
        (0..100).for_each(|number| marks.add(&mark(number)).unwrap());
        assert!(Marks::open(&path, [7; 16]).is_err(), "two runs at once");
        drop(marks);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"half").unwrap();
        let marks = Marks::open(&path, [7; 16]).unwrap();
        marks.add(&mark(200)).unwrap();
        let wanted = [mark(3), mark(150), mark(200), mark(99)];
        assert_eq!(marks.find(&wanted).unwrap(), [0, 2, 3]);
        drop(marks);
        let other = Marks::open(&path, [8; 16]).unwrap_err();
        assert!(other.to_string().contains("another store"), "{other}");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn another_file_is_left_alone() {
        let path = std::env::temp_dir().join(format!("dewar-letter-{}", std::process::id()));
        for letter in ["Dear Zoe", "Dear Zoe, this letter is longer than a head"] {
            std::fs::write(&path, letter).unwrap();
            assert!(Marks::open(&path, [7; 16]).is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
        }
        std::fs::remove_file(&path).unwrap();
    }
}
