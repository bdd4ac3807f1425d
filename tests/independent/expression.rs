//! TaskRouter's expressions once more: a parser by hand and an evaluation on JSON.

use serde_json::Value as Json;

/// What is true or not.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    Compare(Operand, String, Operand),
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Constant(Json),
    List(Vec<Operand>),
    /// `task.list[2].name` is `task`, `list`, `2`, `name`.
    Path(Vec<String>),
}

/// What stands at a path; null if nothing does.
pub(crate) fn at(document: &Json, path: &[String]) -> Json {
    let mut here = document;
    for step in path {
        here = match here {
            Json::Array(elements) => step
                .parse()
                .ok()
                .and_then(|index: usize| elements.get(index))
                .unwrap_or(&Json::Null),
            Json::Object(fields) => fields.get(step).unwrap_or(&Json::Null),
            _ => &Json::Null,
        };
    }
    here.clone()
}

impl Expression {
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader { tokens: tokens(text), next: 0 };
        let expression = reader.either();
        assert_eq!(reader.next, reader.tokens.len(), "all of `{text}`");
        expression
    }

    /// `find` knows what a path leads to.
    pub(crate) fn holds(&self, find: &dyn Fn(&[String]) -> Json) -> bool {
        match self {
            Self::And(a, b) => a.holds(find) && b.holds(find),
            Self::Or(a, b) => a.holds(find) || b.holds(find),
            Self::Not(a) => !a.holds(find),
            Self::Compare(a, operator, b) => compare(&a.value(find), operator, &b.value(find)),
        }
    }
}

impl Operand {
    fn value(&self, find: &dyn Fn(&[String]) -> Json) -> Json {
        match self {
            Self::Constant(value) => value.clone(),
            Self::List(elements) => elements.iter().map(|element| element.value(find)).collect(),
            Self::Path(path) => find(path),
        }
    }
}

/// Section 4 of the expression rules: null first, then arrays, then numbers, then text.
fn compare(a: &Json, operator: &str, b: &Json) -> bool {
    let is_scalar = |value: &Json| !value.is_array() && !value.is_object();
    match operator {
        "HAS" => !b.is_null() && is_scalar(b) && is_element(b, a),
        "IN" => !a.is_null() && is_scalar(a) && is_element(a, b),
        "NOT IN" => is_scalar(a) && b.is_array() && (a.is_null() || !is_element(a, b)),
        "==" | "!=" if a.is_null() || b.is_null() => {
            (a.is_null() && b.is_null()) == (operator == "==")
        }
        _ if !is_scalar(a) || !is_scalar(b) => false,
        "CONTAINS" => match (a, b) {
            (Json::String(a), Json::String(b)) => a.contains(b.as_str()),
            _ => false,
        },
        "==" => is_equal(a, b),
        "!=" => !is_equal(a, b),
        _ => {
            let order = match (a, b) {
                (Json::String(a), Json::String(b)) => Some(a.cmp(b)),
                _ => numbers(a, b).and_then(|(a, b)| a.partial_cmp(&b)),
            };
            match operator {
                "<" => order.is_some_and(|order| order.is_lt()),
                "<=" => order.is_some_and(|order| order.is_le()),
                ">" => order.is_some_and(|order| order.is_gt()),
                ">=" => order.is_some_and(|order| order.is_ge()),
                _ => panic!("what is {operator}?"),
            }
        }
    }
}

fn is_element(value: &Json, list: &Json) -> bool {
    list.as_array().is_some_and(|elements| elements.iter().any(|it| is_equal(value, it)))
}

fn is_equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::String(a), Json::String(b)) => a == b,
        (Json::Bool(a), Json::Bool(b)) => a == b,
        _ => numbers(a, b).is_some_and(|(a, b)| a.total_cmp(&b).is_eq() || (a - b).abs() == 0.0),
    }
}

/// Two numbers, or a number and text that looks like one; two texts are never numbers.
fn numbers(a: &Json, b: &Json) -> Option<(f64, f64)> {
    let looks_like_one = |text: &str| {
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let text = text.strip_prefix('-').unwrap_or(text);
        text.split_once('.').map_or(digits(text), |(a, b)| digits(a) && digits(b))
    };
    let number = |value: &Json| match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) if looks_like_one(text) => text.parse().ok(),
        _ => None,
    };
    let one_is_a_number = a.is_number() || b.is_number();
    one_is_a_number.then(|| Some((number(a)?, number(b)?))).flatten()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Text(String),
    Word(String),
    Number(f64),
    Sign(String),
}

/// Strings, words (with dots and indices), numbers, signs.
fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let (mut tokens, mut i) = (Vec::new(), 0);
    while i < characters.len() {
        let (c, start) = (characters[i], i);
        let is_part = |c: &char| c.is_alphanumeric() || "_$.".contains(*c);
        if c.is_whitespace() {
            i += 1;
        } else if c == '\'' || c == '"' {
            i += 1 + characters[i + 1..].iter().position(|it| *it == c).expect("a closing quote");
            i += 1;
            tokens.push(Token::Text(characters[start + 1..i - 1].iter().collect()));
        } else if c.is_ascii_digit() || c == '-' {
            i += 1;
            while characters.get(i).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
                i += 1;
            }
            let number: String = characters[start..i].iter().collect();
            tokens.push(Token::Number(number.parse().expect("a number")));
        } else if is_part(&c) {
            while characters.get(i).is_some_and(is_part) {
                i += 1;
            }
            tokens.push(Token::Word(characters[start..i].iter().collect()));
        } else {
            let two: String = characters[i..].iter().take(2).collect();
            let is_double = ["==", "!=", "<=", ">="].contains(&two.as_str());
            let sign = if is_double { two } else { c.to_string() };
            i += sign.len();
            tokens.push(Token::Sign(sign));
        }
    }
    tokens
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

impl Reader {
    fn either(&mut self) -> Expression {
        let mut left = self.both();
        while self.takes_word("OR") {
            left = Expression::Or(Box::new(left), Box::new(self.both()));
        }
        left
    }

    fn both(&mut self) -> Expression {
        let mut left = self.unless();
        while self.takes_word("AND") {
            left = Expression::And(Box::new(left), Box::new(self.unless()));
        }
        left
    }

    fn unless(&mut self) -> Expression {
        if self.takes_word("NOT") {
            return Expression::Not(Box::new(self.unless()));
        }
        if self.takes_sign("(") {
            let inner = self.either();
            assert!(self.takes_sign(")"), "a closing bracket");
            return inner;
        }
        let left = self.operand();
        let operator = self.operator();
        Expression::Compare(left, operator, self.operand())
    }

    fn operator(&mut self) -> String {
        if self.takes_word("NOT") {
            assert!(self.takes_word("IN"), "NOT IN");
            return "NOT IN".into();
        }
        self.next += 1;
        match &self.tokens[self.next - 1] {
            Token::Sign(sign) if sign == "=" => "==".into(),
            Token::Sign(sign) => sign.clone(),
            Token::Word(word) => word.to_uppercase(),
            other => panic!("{other:?} is no operator"),
        }
    }

    fn operand(&mut self) -> Operand {
        self.next += 1;
        match self.tokens[self.next - 1].clone() {
            Token::Text(text) => Operand::Constant(text.into()),
            Token::Number(number) => Operand::Constant(number.into()),
            Token::Sign(sign) if sign == "[" => self.list(),
            Token::Word(word) => match word.to_uppercase().as_str() {
                "TRUE" => Operand::Constant(true.into()),
                "FALSE" => Operand::Constant(false.into()),
                "NULL" => Operand::Constant(Json::Null),
                _ => self.path(&word),
            },
            other => panic!("{other:?} is no operand"),
        }
    }

    fn list(&mut self) -> Operand {
        let mut elements = Vec::new();
        while !self.takes_sign("]") {
            elements.push(self.operand());
            self.takes_sign(",");
        }
        Operand::List(elements)
    }

    /// `a.b[0].c`: after an index the path goes on.
    fn path(&mut self, word: &str) -> Operand {
        let split = |word: &str| -> Vec<String> {
            word.split('.').filter(|part| !part.is_empty()).map(String::from).collect()
        };
        let mut path = split(word);
        while self.takes_sign("[") {
            let Token::Number(index) = self.tokens[self.next] else { panic!("an index") };
            path.push(index.to_string());
            self.next += 1;
            assert!(self.takes_sign("]"), "a closing bracket");
            if let Some(Token::Word(word)) = self.tokens.get(self.next)
                && word.starts_with('.')
            {
                path.extend(split(word));
                self.next += 1;
            }
        }
        Operand::Path(path)
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        let found = matches!(self.tokens.get(self.next), Some(Token::Word(word))
            if word.eq_ignore_ascii_case(keyword));
        self.next += usize::from(found);
        found
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let found = self.tokens.get(self.next) == Some(&Token::Sign(sign.into()));
        self.next += usize::from(found);
        found
    }
}
