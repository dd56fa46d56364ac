//! Texts within a drawing: what they are wide, and how they are written in XML.

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr;

/// What a letter is wide, in parts of its height.
const LETTER: f64 = 0.6;
/// Letters of a name that are written.
const LONGEST_NAME: usize = 12;

/// How wide `text` is at this height, about: nobody knows the font of whoever looks at it.
pub(in crate::draw) fn width(text: &str, height: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a text has few letters")]
    let letters = text.width() as f64;
    letters * height * LETTER
}

/// A name as it is written at its peer.
pub(in crate::draw) fn short(name: &str) -> String {
    match name.chars().count() > LONGEST_NAME {
        true => name.chars().take(LONGEST_NAME - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// A text within XML: what XML can't say at all is left out.
pub(in crate::draw) struct Escaped<'a>(pub(in crate::draw) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_by_letters() {
        assert_eq!(short("abcdefghijkl"), "abcdefghijkl");
        assert_eq!(short("äbcdefghijklm"), "äbcdefghijk…");
    }

    #[test]
    fn what_xml_cannot_say_is_escaped_or_left_out() {
        let escaped = |text| Escaped(text).to_string();
        assert_eq!(escaped("<b>&\"\u{1}é\u{ffff}"), "&lt;b&gt;&amp;&quot;é");
    }
}
