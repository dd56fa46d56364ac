//! Writing behind: what is made is written by another thread, so that whoever makes it need not wait
//! for the file.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// How many bytes are gathered before they are written.
const BLOCK: usize = 128 * 1024;
/// How many blocks may wait to be written: who makes them faster than that has to wait, too.
const WAITING: usize = 4;

/// Bytes on their way into a file.
#[derive(Debug)]
pub(crate) struct Behind {
    /// What was made last. Append to it, and call [`hand_on`](Self::hand_on) now and then.
    pub(crate) gathered: Vec<u8>,
    full: SyncSender<Vec<u8>>,
    written: Receiver<Vec<u8>>,
}

impl Behind {
    /// Gives what is gathered to the writer if it is enough.
    ///
    /// # Errors
    ///
    /// When the writer has given up; [`write()`] tells why.
    pub(crate) fn hand_on(&mut self) -> io::Result<()> {
        match self.gathered.len() >= BLOCK {
            true => self.give(),
            false => Ok(()),
        }
    }

    fn give(&mut self) -> io::Result<()> {
        // What has been written has room for more.
        let room = self.written.try_recv();
        let room = room.unwrap_or_else(|_| Vec::with_capacity(2 * BLOCK));
        let block = std::mem::replace(&mut self.gathered, room);
        self.full
            .send(block)
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Writes what `make` makes into `out`, in its order.
///
/// # Errors
///
/// Those of `out`, which may have been written to in part, and else those of `make`.
pub(crate) fn write(
    out: &mut (dyn Write + Send),
    make: impl FnOnce(&mut Behind) -> io::Result<()>,
) -> io::Result<()> {
    let (full, blocks) = sync_channel(WAITING);
    let (empty, written) = channel();
    let mut behind = Behind {
        gathered: Vec::with_capacity(2 * BLOCK),
        full,
        written,
    };
    thread::scope(|scope| {
        let writer = scope.spawn(|| write_all(out, blocks, &empty));
        let made = make(&mut behind).and_then(|()| behind.give());
        // The writer ends when nobody can give it more.
        drop(behind);
        let written = writer.join().expect("a writer that fails says so");
        written.and(made)
    })
}

fn write_all(
    out: &mut dyn Write,
    blocks: Receiver<Vec<u8>>,
    empty: &Sender<Vec<u8>>,
) -> io::Result<()> {
    for mut block in blocks {
        out.write_all(&block)?;
        block.clear();
        // Nobody needs it any more after the last one.
        let _unwanted = empty.send(block);
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with room for so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Makes so many lines, each with its number.
    fn lines(behind: &mut Behind, count: u32) -> io::Result<()> {
        for number in 0..count {
            writeln!(behind.gathered, "{number}")?;
            behind.hand_on()?;
        }
        Ok(())
    }

    #[test]
    fn all_is_written_in_order() {
        let mut out = Vec::new();
        write(&mut out, |behind| lines(behind, 300_000)).unwrap();
        assert!(out.len() > 10 * BLOCK);
        let all = String::from_utf8(out).unwrap();
        let numbers = all.lines().map(|line| line.parse::<u32>().unwrap());
        assert!(numbers.eq(0..300_000));
    }

    #[test]
    fn the_error_of_the_file_is_told_wherever_it_is_full() {
        for room in [0, 3 * BLOCK, 12 * BLOCK] {
            let error = write(&mut Full(room), |behind| lines(behind, 300_000)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[test]
    fn the_error_of_who_makes_it_is_told_and_what_was_made_is_not_lost() {
        let mut out = Vec::new();
        let made = write(&mut out, |behind| {
            lines(behind, 100_000)?;
            Err(io::ErrorKind::InvalidData.into())
        });
        assert_eq!(made.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(out.len() > 2 * BLOCK);
    }
}
