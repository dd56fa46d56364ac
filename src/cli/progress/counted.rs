//! Files that count what goes through them.

use std::io::{self, Read, Write};

use super::Counter;

/// What is counted of the bytes of a file.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Count {
    /// Each.
    Bytes(Counter),
    /// Lines that have ended.
    Lines(Counter),
}

impl Count {
    fn note(&self, bytes: &[u8]) {
        match self {
            Self::Bytes(counter) => counter.add(bytes.len() as u64),
            Self::Lines(counter) => {
                let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
                counter.add(ends as u64);
            }
        }
    }
}

/// A file with a count of what was read from it or written to it; best below a buffer, so that it
/// counts large pieces.
#[derive(Debug)]
pub(in crate::cli) struct Counted<F> {
    file: F,
    count: Option<Count>,
}

impl<F> Counted<F> {
    pub(in crate::cli) const fn new(file: F, count: Option<Count>) -> Self {
        Self { file, count }
    }
}

impl<F: Write> Write for Counted<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        if let Some(count) = &self.count {
            count.note(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<F: Read> Read for Counted<F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(room)?;
        if let Some(count) = &self.count {
            count.note(&room[..read]);
        }
        Ok(read)
    }
}
