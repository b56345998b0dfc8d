//! MessagePack's timestamps: 4, 8 or 12 bytes.

/// The extension type of a timestamp.
pub(super) const CODE: i8 = -1;

/// Writes seconds since 1970-01-01T00:00:00 and microseconds, in the smallest of the three forms.
pub(super) fn write(seconds: i64, micros: u32) -> Content {
    let nanos = micros * 1000;
    match (u32::try_from(seconds), u64::try_from(seconds)) {
        (Ok(seconds), _) if nanos == 0 => Content::from_slice(&seconds.to_be_bytes()),
        (_, Ok(seconds)) if seconds < 1 << 34 => {
            Content::from_slice(&(u64::from(nanos) << 34 | seconds).to_be_bytes())
        }
        _ => {
            let [a, b, c, d] = nanos.to_be_bytes();
            let [e, f, g, h, i, j, k, l] = seconds.to_be_bytes();
            Content::from_slice(&[a, b, c, d, e, f, g, h, i, j, k, l])
        }
    }
}

/// Reads seconds and microseconds. Fractions of a microsecond are dropped. `None` if it is not a timestamp.
pub(super) fn read(content: &[u8]) -> Option<(i64, u32)> {
    let (seconds, nanos) = if let Ok(seconds) = content.try_into() {
        (u32::from_be_bytes(seconds).into(), 0)
    } else if let Ok(both) = content.try_into() {
        let both = u64::from_be_bytes(both);
        ((both & ((1 << 34) - 1)) as i64, (both >> 34) as u32) // 34 and 30 bits
    } else {
        let (nanos, seconds) = content.split_first_chunk()?;
        (i64::from_be_bytes(seconds.try_into().ok()?), u32::from_be_bytes(*nanos))
    };
    (nanos < 1_000_000_000).then_some((seconds, nanos / 1000))
}

/// At most 12 bytes.
pub(super) struct Content {
    bytes: [u8; 12],
    len: usize,
}

impl Content {
    fn from_slice(content: &[u8]) -> Self {
        let mut bytes = [0; 12];
        bytes.iter_mut().zip(content).for_each(|(to, from)| *to = *from);
        Self { bytes, len: content.len() }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_fits() {
        for (seconds, micros, len) in [
            (0, 0, 4),
            (u32::MAX.into(), 0, 4),
            (1 << 32, 0, 8),
            (0, 1, 8),
            ((1 << 34) - 1, 999_999, 8),
            (1 << 34, 0, 12),
            (-1, 0, 12),
        ] {
            let content = write(seconds, micros);
            assert_eq!(content.as_slice().len(), len, "{seconds}");
            assert_eq!(read(content.as_slice()), Some((seconds, micros)));
        }
    }

    #[test]
    fn what_is_no_timestamp() {
        for content in [&[][..], &[0; 5], &[0; 13], &[0xff; 8], &[0xff; 12]] {
            assert_eq!(read(content), None);
        }
        assert_eq!(read(&[0, 0, 0x0f, 0xff, 0, 0, 0, 0, 0, 0, 0, 1]), Some((1, 4)));
    }
}
