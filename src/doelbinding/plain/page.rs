//! A page in plain parts, that is laid out as text or as HTML without either saying more.

use askama::Template;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its heading.
    pub titel: String,
    /// The line under its heading.
    pub onder: String,
    /// Its sections.
    pub blokken: Vec<Block>,
}

/// One section of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// A name that scripts and links may rely on.
    pub id: &'static str,
    /// Its heading.
    pub kop: &'static str,
    /// What stands in it.
    pub delen: Vec<Part>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A heading within the section.
    Kop(String),
    /// A paragraph.
    Zin(String),
    /// A list of short texts.
    Lijst(Vec<String>),
}

/// Columns of a terminal, and of paper in a fixed font.
const WIDTH: usize = 80;

impl Block {
    /// A section without anything in it yet.
    #[must_use]
    pub fn new(id: &'static str, kop: &'static str) -> Self {
        Self { id, kop, delen: Vec::new() }
    }

    /// Adds a heading.
    pub fn kop(&mut self, text: impl Into<String>) {
        self.delen.push(Part::Kop(text.into()));
    }

    /// Adds a paragraph.
    pub fn zin(&mut self, text: impl Into<String>) {
        self.delen.push(Part::Zin(text.into()));
    }

    /// Adds a list.
    pub fn lijst<T: Into<String>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.delen.push(Part::Lijst(items.into_iter().map(Into::into).collect()));
    }
}

impl Page {
    /// The page as text of 80 columns.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = heading(&self.titel, '=');
        text.push_str(&wrapped(&self.onder, "", ""));
        for block in &self.blokken {
            text.push('\n');
            text.push_str(&heading(block.kop, '-'));
            for (number, part) in block.delen.iter().enumerate() {
                match part {
                    Part::Kop(kop) => {
                        if number > 0 {
                            text.push('\n');
                        }
                        text.push_str(&wrapped(&format!("** {kop}"), "", "   "));
                    }
                    Part::Zin(zin) => text.push_str(&wrapped(zin, "", "")),
                    Part::Lijst(items) => {
                        items.iter().for_each(|item| text.push_str(&wrapped(item, "- ", "  ")));
                    }
                }
            }
        }
        text
    }

    /// The page as HTML that stands by itself: no script, nothing loaded from elsewhere.
    ///
    /// # Errors
    /// When the template fails, which none of its expressions can.
    pub fn html(&self) -> Result<String, std::fmt::Error> {
        Html { page: self }.render().map_err(|_| std::fmt::Error)
    }
}

#[derive(Template)]
#[template(path = "pagina.html", config = "src/doelbinding/plain/askama.toml")]
struct Html<'a> {
    page: &'a Page,
}

impl Html<'_> {
    fn shown(&self, text: &str) -> String {
        shown(text)
    }
}

/// A heading, underlined.
fn heading(text: &str, line: char) -> String {
    let text = shown(text);
    let length = text.chars().count().min(WIDTH);
    format!("{text}\n{}\n", line.to_string().repeat(length))
}

/// Words on lines of at most [`WIDTH`] characters; a longer word has a line of its own.
fn wrapped(text: &str, first: &str, next: &str) -> String {
    let mut all = first.to_owned();
    let mut length = first.chars().count();
    let mut fresh = true;
    for word in shown(text).split(' ') {
        let size = word.chars().count();
        if !fresh && length + 1 + size > WIDTH {
            all.push('\n');
            all.push_str(next);
            length = next.chars().count();
            fresh = true;
        }
        if !fresh {
            all.push(' ');
            length += 1;
        }
        all.push_str(word);
        length += size;
        fresh = false;
    }
    all.push('\n');
    all
}

/// A text as it may be shown: on one line, and without signs that steer a terminal or turn the
/// direction of reading, so that nobody signs something else than is read.
#[must_use]
pub fn shown(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let words: Vec<&str> = text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_lose_no_word() {
        let long = "woord ".repeat(60);
        let text = wrapped(&format!("{long}{}", "x".repeat(100)), "- ", "  ");
        assert!(text.lines().filter(|line| !line.contains('x')).all(|line| line.chars().count() <= WIDTH));
        assert_eq!(text.matches("woord").count(), 60);
        assert!(text.lines().any(|line| line.trim() == "x".repeat(100)));
    }

    #[test]
    fn nothing_steers_who_reads() {
        assert_eq!(shown("a\u{1b}[31mb\u{202e}c\r\n\td"), "a\u{fffd}[31mb\u{fffd}c d");
        assert_eq!(shown("privé, coördinator: € 300,00 – “ja”"), "privé, coördinator: € 300,00 – “ja”");
    }
}
