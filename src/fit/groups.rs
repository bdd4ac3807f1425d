//! Whether workers differ: one behavior for all, or one for each group.

use std::collections::BTreeMap;

use crate::fit::answers::{Answers, Offer};
use crate::fit::likelihood::{Never, log_likelihood};

/// Groups with fewer answers than this keep the behavior of all.
const GROUP_LEAST: usize = 200;

/// What offers say of all workers together, and of each group.
#[derive(Clone, Debug)]
pub struct Grouped {
    /// Of all.
    pub all: Answers,
    /// Of the groups of which enough is known, by name; none if they do not differ for certain.
    pub groups: Vec<(String, Answers)>,
    /// By how much Akaike's criterion is better for a behavior for each group; negative if it is
    /// worse, `None` if fewer than two groups are known well enough.
    pub gain: Option<f64>,
}

impl Grouped {
    /// What `offers` say, whose groups are `Offer::to`; `None` if too few were answered.
    #[must_use]
    pub fn of(offers: &[Offer]) -> Option<Self> {
        let all = Answers::of(offers.iter())?;
        let mut by_name: BTreeMap<&str, Vec<&Offer>> = BTreeMap::new();
        for offer in offers {
            by_name.entry(&offer.to).or_default().push(offer);
        }
        let fits = by_name.into_iter().filter_map(|(name, offers)| {
            let answers = Answers::of(offers.into_iter())?;
            let is_known = GROUP_LEAST <= answers.outcomes.accepted && !name.is_empty();
            is_known.then(|| (name.to_owned(), answers))
        });
        let mut groups: Vec<(String, Answers)> = fits.collect();
        let gain = (2 <= groups.len()).then(|| gain(&all, &groups));
        if gain.is_none_or(|gain| gain <= 0.0) {
            groups.clear();
        }
        Some(Self { all, groups, gain })
    }
}

/// By how much the criterion falls if each group has its own law instead of that of all. The same
/// times are compared, group by group, and parameters count once for each law.
fn gain(all: &Answers, groups: &[(String, Answers)]) -> f64 {
    let common = all.fits.best();
    let of_common = |answers: &Answers| {
        let never = Never::Fixed(common.never);
        log_likelihood(&common.law, &answers.sample, never).1
    };
    let together: f64 = groups.iter().map(|(_, answers)| of_common(answers)).sum();
    let together = 2.0 * (common.n_parameters as f64 - together);
    let apart: f64 = groups.iter().map(|(_, answers)| answers.fits.best().aic()).sum();
    together - apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::answers::Outcome;
    use crate::fit::law::Law;

    /// Offers to two groups, half of them to each, all answered by the same quantiles.
    fn offers(medians: [f64; 2]) -> Vec<Offer> {
        let group = |(name, median): (&str, f64)| {
            let law = Law::lognormal(median, 0.5);
            let offer = move |i: u32| {
                let ring = law.quantile((f64::from((i * 7919) % 1000) + 0.5) / 1000.0);
                let outcome = if ring < 15.0 { Outcome::Accepted } else { Outcome::TimedOut };
                Offer { to: name.to_owned(), outcome, ring: ring.min(15.0) }
            };
            (0..1000).map(offer).collect::<Vec<_>>()
        };
        [("desk", medians[0]), ("mobile", medians[1])].into_iter().flat_map(group).collect()
    }

    #[test]
    fn groups_are_told_apart_only_if_they_differ() {
        let same = Grouped::of(&offers([5.0, 5.0])).unwrap();
        assert!(same.groups.is_empty() && same.gain.unwrap() < 0.0, "{:?}", same.gain);
        let apart = Grouped::of(&offers([4.0, 9.0])).unwrap();
        assert!(100.0 < apart.gain.unwrap());
        let names: Vec<&str> = apart.groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["desk", "mobile"]);
        let middle = apart.groups[1].1.response().quantile(0.5);
        assert!((middle - 9.0).abs() < 0.5, "{middle}");
    }
}
