//! The name of a file that chunks are put together in.

use std::fmt;
use std::str::FromStr;

/// The name of a file in a client's folder that its chunks are put together in: a name without a
/// folder, and none that a log or a chunk there may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VideoName(String);

/// A text is no [`VideoName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoVideoName {
    /// It leads into another folder, or is empty.
    #[error("it must be the name of a file, without a folder")]
    NotAName,
    /// It begins as the names of logs, chunks and unfinished files do.
    #[error("names with `{0}` in front are a client's own")]
    Reserved(&'static str),
}

/// How names begin that clients give their own files.
const RESERVED: [&str; 3] = [".", "output-", "BigBuckBunny_"];

impl VideoName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VideoName {
    type Err = NoVideoName;

    fn from_str(text: &str) -> Result<Self, NoVideoName> {
        let is_alien = |letter: char| letter.is_control() || "/\\:".contains(letter);
        if text.is_empty() || text.contains(is_alien) || text.len() > 200 {
            return Err(NoVideoName::NotAName);
        }
        match RESERVED.into_iter().find(|start| text.starts_with(start)) {
            Some(start) => Err(NoVideoName::Reserved(start)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for VideoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_file_which_nobody_else_writes() {
        for name in ["video.mp4", "my film", "größe.mp4"] {
            let parsed: VideoName = name.parse().unwrap();
            assert_eq!(parsed.as_str(), name);
        }
        for text in ["", "a/b", "../b", "a\\b", "C:b", "a\nb", &"a".repeat(201)] {
            assert_eq!(text.parse::<VideoName>(), Err(NoVideoName::NotAName));
        }
        for text in [".", "..", ".hidden", "output-1.log", "BigBuckBunny_5.m4s"] {
            let refused = text.parse::<VideoName>();
            assert!(matches!(refused, Err(NoVideoName::Reserved(_))), "{text}");
        }
    }
}
