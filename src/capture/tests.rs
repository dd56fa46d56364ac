//! What tests/capture/ can't see from outside: the limits of texts, and errors of the file.

use super::*;

#[test]
fn a_text_is_cut_between_letters_and_says_so() {
    let fits = "é".repeat(MAX_TEXT / 2);
    assert_eq!(fitting(&fits), fits);
    let cut = fitting(&fits.repeat(2)).into_owned();
    assert_eq!(cut.len(), MAX_TEXT);
    assert!(cut.ends_with("é..."));
}

/// A file that nobody reads any more.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_error_of_a_file_stays_what_it_is() {
    let writer = PcapNgWriter::with_section_header(Closed, SectionHeaderBlock::default());
    let error = io_error(writer.err().unwrap());
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}
