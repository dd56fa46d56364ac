//! The words of DOT.

use std::ops::Range;

/// One word of DOT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a number; the word may be a keyword.
    Plain(String),
    /// A text in quotes, without them.
    Quoted(String),
    /// A text in angle brackets.
    Html,
    /// `--`, or `->` if it is directed.
    Link { directed: bool },
    /// One of `{}[];,=:+`.
    Sign(char),
    /// Behind all else.
    End,
}

/// Why there is no word at a place.
pub(super) type NoToken = (Range<usize>, String);

/// Takes words from a text.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { text, at }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next word and its place.
    pub(super) fn next(&mut self) -> Result<(Token, Range<usize>), NoToken> {
        self.skip_blanks()?;
        let start = self.at;
        let rest = self.rest();
        let token = match rest.chars().next() {
            None => Token::End,
            Some('"') => self.quoted()?,
            Some('<') => self.html()?,
            Some('-') if rest.starts_with("--") || rest.starts_with("->") => {
                self.at += 2;
                Token::Link {
                    directed: rest.starts_with("->"),
                }
            }
            Some(sign) if "{}[];,=:+".contains(sign) => {
                self.at += 1;
                Token::Sign(sign)
            }
            Some(_) => self.plain()?,
        };
        Ok((token, start..self.at))
    }

    /// Passes over blanks, `/* … */`, `// …`, and lines that begin with `#`.
    fn skip_blanks(&mut self) -> Result<(), NoToken> {
        loop {
            let rest = self.rest();
            let is_new_line = self.at == 0 || self.text[..self.at].ends_with('\n');
            if rest.starts_with("//") || (is_new_line && rest.starts_with('#')) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let Some(length) = comment.find("*/") else {
                    return Err(self.unclosed(2, "this comment has no end"));
                };
                self.at += length + 4;
            } else {
                match rest.chars().next() {
                    Some(letter) if letter.is_whitespace() => self.at += letter.len_utf8(),
                    _ => return Ok(()),
                }
            }
        }
    }

    /// Something that begins here with so many bytes and does not end.
    fn unclosed(&self, length: usize, what: &str) -> NoToken {
        (self.at..self.at + length, what.to_owned())
    }

    /// A text in quotes. Only `\"` and a line that goes on behind a `\` have a meaning there.
    fn quoted(&mut self) -> Result<Token, NoToken> {
        let mut name = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        while let Some((at, letter)) = letters.next() {
            match (letter, letters.peek().map(|next| next.1)) {
                ('"', _) => {
                    self.at += at + 1;
                    return Ok(Token::Quoted(name));
                }
                ('\\', Some('"')) => {
                    name.push('"');
                    letters.next();
                }
                ('\\', Some('\n')) => {
                    letters.next();
                }
                _ => name.push(letter),
            }
        }
        Err(self.unclosed(1, "this quote has no end"))
    }

    fn html(&mut self) -> Result<Token, NoToken> {
        let mut open = 0;
        for (at, letter) in self.rest().char_indices() {
            open += i32::from(letter == '<') - i32::from(letter == '>');
            if open == 0 {
                self.at += at + 1;
                return Ok(Token::Html);
            }
        }
        Err(self.unclosed(1, "this angle bracket has no end"))
    }

    /// A name or a number.
    fn plain(&mut self) -> Result<Token, NoToken> {
        let rest = self.rest();
        let is_part = |letter: char| {
            letter.is_ascii_alphanumeric() || letter == '_' || letter == '.' || !letter.is_ascii()
        };
        let body = rest.strip_prefix('-').unwrap_or(rest);
        let length = body.find(|letter| !is_part(letter)).unwrap_or(body.len());
        let word = &rest[..rest.len() - body.len() + length];
        if word.is_empty() || word == "-" {
            let letter = rest.chars().next().map_or(0, char::len_utf8);
            let what = format!("`{}` has no meaning here", &rest[..letter]);
            return Err((self.at..self.at + letter, what));
        }
        let is_name = !word.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            && !word.contains('.');
        if !is_name && !is_numeral(word) {
            let what = format!("`{word}` is neither a name nor a number and needs quotes");
            return Err((self.at..self.at + word.len(), what));
        }
        self.at += word.len();
        Ok(Token::Plain(word.to_owned()))
    }
}

/// Whether a word is a number as DOT writes them: `7`, `-1.5`, `.5`, `1.`
fn is_numeral(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(part) && !(whole.is_empty() && part.is_empty())
}
