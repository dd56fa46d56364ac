//! A text for standard output, or for a file that is written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::failure::Failure;
use super::printed;

/// Writes `text` into `file`, or to standard output without one.
pub(super) fn write(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    match file {
        None => printed(io::stdout().lock().write_all(text.as_bytes())),
        Some(file) => replace(file, text).map_err(|error| {
            let failure = Failure::environment(format!("cannot write {}: {error}", file.display()));
            failure.hint("name a file in a folder that is there and that you may write")
        }),
    }
}

/// Writes beside `file` first and moves that there when it is whole. What is no regular file, a
/// device or a pipe, is written to as it is.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let is_special = std::fs::metadata(file).is_ok_and(|about| !about.is_file());
    if is_special {
        return std::fs::write(file, text);
    }
    // A link stays, and leads to the new file.
    let file = &file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut unfinished = tempfile::Builder::new();
    // As any new file; the umask takes away what it should.
    #[cfg(unix)]
    unfinished.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut unfinished = unfinished.prefix(".p2p-sim-").tempfile_in(folder)?;
    unfinished.write_all(text.as_bytes())?;
    unfinished.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_whole_or_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it.svg");
        write(Some(&file), "one").unwrap();
        write(Some(&file), "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write(Some(folder.path()), "three").is_err());
        assert!(write(Some(&folder.path().join("nowhere/it.svg")), "four").is_err());
        write(Some(Path::new("/dev/null")), "five").unwrap();
    }
}
