//! The name that was probably meant.

/// The candidate that looks most like `word`, if one looks alike at all; upper and lower case are
/// the same here. Of equals the first.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 200 {
        return None;
    }
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 200)
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Help for a name that is not known: the nearest one, or all of them if they are few.
#[must_use]
pub fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(word, candidates.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let all: Vec<String> = candidates.into_iter().map(|name| format!("`{name}`")).collect();
    match all.len() {
        0 => None,
        1..=40 => Some(format!("known are {}", all.join(", "))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_name() {
        assert_eq!(nearest("Biling", ["Sales", "Billing"]), Some("Billing"));
        assert_eq!(nearest("billing", ["Billing"]), Some("Billing"));
        assert_eq!(nearest("x", ["Billing"]), None);
        assert_eq!(suggest("zzz", ["a", "b"]).as_deref(), Some("known are `a`, `b`"));
        assert_eq!(suggest("zzz", []), None);
    }
}
