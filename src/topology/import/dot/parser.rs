//! The statements of DOT.

use std::ops::Range;

use super::super::super::Graph;
use super::super::nodes::Nodes;
use super::super::problems::Problems;
use super::super::ways;
use super::token::{NoToken, Token, Tokens};

/// Reads the one graph of a text; nothing if it could not be read to its end.
pub(super) fn read(
    text: &str,
    directed: Option<bool>,
    problems: &mut Problems<'_>,
) -> Option<Graph> {
    let mut tokens = Tokens::of(text);
    let read = tokens.next().and_then(|(token, place)| {
        let mut parser = Parser {
            tokens,
            token,
            place,
            is_digraph: false,
            nodes: Nodes::default(),
            chains: Vec::new(),
            problems,
        };
        parser.graph()?;
        Ok((parser.nodes, parser.chains, parser.is_digraph))
    });
    match read {
        Ok((nodes, chains, is_digraph)) => {
            let directed = directed.unwrap_or(is_digraph);
            let links = chains
                .into_iter()
                .flat_map(|(from, to)| ways(from, to, directed));
            Some(Graph::simple(nodes.into_names(), links.collect()))
        }
        Err((at, what)) => {
            problems.add(at, what, None);
            None
        }
    }
}

/// The words that name nothing without quotes, in whichever case.
const KEYWORDS: [&str; 6] = ["strict", "graph", "digraph", "node", "edge", "subgraph"];

/// What a link ends at: a node, or something that was refused.
type End = Option<u32>;

/// A text that is being read, at one of its words.
struct Parser<'a, 'p, 'text> {
    tokens: Tokens<'a>,
    /// The word that comes next, and its place.
    token: Token,
    place: Range<usize>,
    is_digraph: bool,
    nodes: Nodes,
    /// All links, as they are written.
    chains: Vec<(u32, u32)>,
    problems: &'p mut Problems<'text>,
}

impl Parser<'_, '_, '_> {
    fn step(&mut self) -> Result<Token, NoToken> {
        let (token, place) = self.tokens.next()?;
        self.place = place;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn no<T>(&self, what: &str) -> Result<T, NoToken> {
        Err((self.place.clone(), what.to_owned()))
    }

    fn is_sign(&self, sign: char) -> bool {
        self.token == Token::Sign(sign)
    }

    /// Takes a sign if it comes next.
    fn takes(&mut self, sign: char) -> Result<bool, NoToken> {
        let is_there = self.is_sign(sign);
        if is_there {
            self.step()?;
        }
        Ok(is_there)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Plain(plain) if plain.eq_ignore_ascii_case(word))
    }

    fn is_id(&self) -> bool {
        matches!(self.token, Token::Plain(_) | Token::Quoted(_) | Token::Html)
    }

    fn graph(&mut self) -> Result<(), NoToken> {
        if self.is_word("strict") {
            self.step()?;
        }
        self.is_digraph = self.is_word("digraph");
        if !self.is_digraph && !self.is_word("graph") {
            return self.no("a DOT file begins with `graph` or `digraph`");
        }
        let kind = self.place.clone();
        self.step()?;
        if self.is_id() {
            self.step()?;
        }
        if !self.takes('{')? {
            return self.no("`{` is missing here");
        }
        while !self.is_sign('}') {
            self.statement()?;
        }
        if self.nodes.is_empty() && self.problems.is_empty() {
            self.problems
                .add(kind, "there is no node in this graph", None);
        }
        self.step()?;
        match self.token {
            Token::End => Ok(()),
            _ => self.no("there is something behind the graph, and one graph in a file is read"),
        }
    }

    fn statement(&mut self) -> Result<(), NoToken> {
        if self.takes(';')? {
            return Ok(());
        }
        if ["graph", "node", "edge"]
            .iter()
            .any(|word| self.is_word(word))
        {
            self.step()?;
            if !self.is_sign('[') {
                return self.no("`[` is missing here, for attributes");
            }
            return self.attributes();
        }
        let mut from = match self.named()? {
            None => None,
            Some(_) if self.takes('=')? => return self.value(),
            Some(name) => Some(self.node(name)?),
        };
        while let Token::Link { directed } = self.token {
            if directed != self.is_digraph {
                let what = match self.is_digraph {
                    true => "a digraph has links with `->`",
                    false => "a graph has links with `--`",
                };
                self.problems.add(self.place.clone(), what, None);
            }
            self.step()?;
            let to = self.end()?;
            self.chains.extend(from.zip(to));
            from = to;
        }
        self.attributes()
    }

    /// What a link begins or ends at.
    fn end(&mut self) -> Result<End, NoToken> {
        let name = self.named()?;
        name.map(|name| self.node(name)).transpose()
    }

    /// The name of a node; nothing for a subgraph.
    fn named(&mut self) -> Result<Option<String>, NoToken> {
        if self.is_word("subgraph") || self.is_sign('{') {
            self.subgraph()?;
            return Ok(None);
        }
        if KEYWORDS.iter().any(|word| self.is_word(word)) {
            return self.no("a keyword needs quotes to be a name");
        }
        match self.token {
            Token::Plain(_) | Token::Quoted(_) => self.name().map(Some),
            Token::Html => self.no("a text in angle brackets is no name of a node"),
            Token::End => self.no("the file ends within the graph: `}` is missing"),
            _ => self.no("a node is expected here"),
        }
    }

    /// A name, of parts if it is quoted.
    fn name(&mut self) -> Result<String, NoToken> {
        let mut name = match self.step()? {
            Token::Quoted(text) => text,
            Token::Plain(word) => return Ok(word),
            _ => String::new(),
        };
        while self.takes('+')? {
            let Token::Quoted(text) = &self.token else {
                return self.no("only quoted texts are joined by `+`");
            };
            name += text;
            self.step()?;
        }
        Ok(name)
    }

    /// The node called so, behind whose name a port may stand.
    fn node(&mut self, name: String) -> Result<u32, NoToken> {
        for _ in 0..2 {
            if self.takes(':')? {
                self.value()?;
            }
        }
        Ok(self.nodes.number(name))
    }

    /// An id that is of no interest.
    fn value(&mut self) -> Result<(), NoToken> {
        match self.token {
            Token::Html => self.step().map(|_| ()),
            Token::Plain(_) | Token::Quoted(_) => self.name().map(|_| ()),
            _ => self.no("a name, a number or a quoted text is expected here"),
        }
    }

    /// Passes over lists of attributes.
    fn attributes(&mut self) -> Result<(), NoToken> {
        while self.takes('[')? {
            while !self.takes(']')? {
                self.value()?;
                if self.takes('=')? {
                    self.value()?;
                }
                let _is_parted = self.takes(',')? || self.takes(';')?;
            }
        }
        Ok(())
    }

    /// Passes over a subgraph, which is a problem.
    fn subgraph(&mut self) -> Result<(), NoToken> {
        let start = self.place.clone();
        if self.is_word("subgraph") {
            self.step()?;
            if self.is_id() {
                self.step()?;
            }
        }
        let help = "write its nodes and links into the graph itself";
        self.problems
            .add(start.clone(), "subgraphs are not read", Some(help));
        let mut open = 0_usize;
        loop {
            match self.step()? {
                Token::Sign('{') => open += 1,
                Token::Sign('}') => open = open.saturating_sub(1),
                Token::End => return Err((start, "this subgraph has no end".to_owned())),
                _ => {}
            }
            if open == 0 {
                return Ok(());
            }
        }
    }
}
