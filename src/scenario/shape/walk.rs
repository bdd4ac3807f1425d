//! What may come below a key: for changes by path.

use super::{Kind, Presence, Shape};

/// What the grammar knows under `key` of a value that is one of `kinds`; empty if nothing.
pub(crate) fn child(kinds: &[Kind], key: &str) -> Vec<Kind> {
    let mut found = Vec::new();
    for kind in kinds {
        match kind {
            Kind::MapOf(kind) => found.push(**kind),
            Kind::Attributes | Kind::Configuration => found.push(Kind::Attributes),
            _ => found.extend(
                shapes(kind).into_iter().filter_map(|shape| shape.key(key)).map(|key| key.kind),
            ),
        }
        if let Kind::Either(kinds) = kind {
            found.extend(child(kinds, key));
        }
    }
    found
}

/// The default of `key` of a value that is one of `kinds`, as it would be written.
pub(crate) fn default(kinds: &[Kind], key: &str) -> Option<&'static str> {
    let keys = kinds.iter().flat_map(shapes).filter_map(|shape| shape.key(key));
    keys.filter_map(|key| match key.presence {
        Presence::Default(written) => Some(written),
        _ => None,
    })
    .next()
}

/// What an element of a list that is one of `kinds` may be.
pub(crate) fn element(kinds: &[Kind]) -> Vec<Kind> {
    let mut found = Vec::new();
    for kind in kinds {
        match kind {
            Kind::List(kind) | Kind::NonEmpty(kind) => found.push(**kind),
            Kind::Resources(shape) => found.push(Kind::Table(shape)),
            Kind::Attributes | Kind::Configuration => found.push(Kind::Attributes),
            Kind::Either(kinds) => found.extend(element(kinds)),
            _ => {}
        }
    }
    found
}

/// The keys that a value that is one of `kinds` may have.
pub(crate) fn keys(kinds: &[Kind]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for kind in kinds {
        if let Kind::Either(kinds) = kind {
            found.extend(keys(kinds));
        }
        found.extend(shapes(kind).iter().flat_map(|shape| shape.keys.iter().map(|key| key.name)));
    }
    found
}

fn shapes(kind: &Kind) -> Vec<&'static Shape> {
    match kind {
        Kind::Table(shape) => vec![shape],
        Kind::Distribution(distribution) => {
            distribution.shapes.iter().map(|(_, shape)| *shape).collect()
        }
        _ => Vec::new(),
    }
}
