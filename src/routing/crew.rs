//! Sets of workers: a few are listed, many are bits.

use fixedbitset::FixedBitSet;
use roaring::RoaringBitmap;

use crate::id::Id;
use crate::routing::workspace::WorkerId;

/// Up to so many workers in all, every set of them is bits: a few machine words.
pub(crate) const FEW_WORKERS: usize = 1_024;
/// Of more workers, a set is listed that has fewer than one in so many.
const LISTED_PER: usize = 32;

/// A set of workers.
#[derive(Clone, Debug)]
pub(crate) enum Crew {
    /// In order of the file.
    Listed(Vec<WorkerId>),
    /// With how many they are.
    Bits(FixedBitSet, usize),
}

impl Crew {
    /// These of `n_workers`.
    pub(crate) fn new(of: &RoaringBitmap, n_workers: usize) -> Self {
        let len = usize::try_from(of.len()).expect("no more than there are workers");
        let all = of.iter().map(|worker| worker as usize);
        if FEW_WORKERS < n_workers && len * LISTED_PER < n_workers {
            return Self::Listed(all.map(WorkerId::new).collect());
        }
        let mut bits = FixedBitSet::with_capacity(n_workers);
        all.for_each(|worker| bits.insert(worker));
        Self::Bits(bits, len)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Listed(all) => all.len(),
            Self::Bits(_, len) => *len,
        }
    }

    pub(crate) fn contains(&self, worker: WorkerId) -> bool {
        match self {
            Self::Listed(all) => all.binary_search(&worker).is_ok(),
            Self::Bits(bits, _) => bits.contains(worker.index()),
        }
    }

    /// Whether one of them is among `others`.
    pub(crate) fn has_any_of(&self, others: &FixedBitSet) -> bool {
        match self {
            Self::Listed(all) => all.iter().any(|worker| others.contains(worker.index())),
            Self::Bits(bits, _) => !bits.is_disjoint(others),
        }
    }

    /// `worker` belongs to it from now on, or does not.
    pub(crate) fn set(&mut self, worker: WorkerId, belongs: bool) {
        if self.contains(worker) == belongs {
            return;
        }
        match self {
            Self::Listed(all) if belongs => {
                let place = all.partition_point(|other| *other < worker);
                all.insert(place, worker);
            }
            Self::Listed(all) => all.retain(|other| *other != worker),
            Self::Bits(bits, len) => {
                bits.set(worker.index(), belongs);
                *len = if belongs { *len + 1 } else { *len - 1 };
            }
        }
    }

    /// All of them, in order of the file.
    pub(crate) fn workers(&self) -> Vec<WorkerId> {
        match self {
            Self::Listed(all) => all.clone(),
            Self::Bits(bits, _) => bits.ones().map(WorkerId::new).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_or_not_a_set_is_what_was_put_into_it() {
        let of: RoaringBitmap = [3, 64, 700].into_iter().collect();
        let of_few = Crew::new(&of, 1_000);
        let of_many = Crew::new(&of, 100_000);
        assert!(matches!((&of_few, &of_many), (Crew::Bits(..), Crew::Listed(_))));
        for mut crew in [of_few, of_many] {
            for (worker, belongs) in [(5, true), (64, false), (64, false), (700, true)] {
                crew.set(WorkerId::new(worker), belongs);
            }
            let all: Vec<usize> = crew.workers().into_iter().map(WorkerId::index).collect();
            assert_eq!((all, crew.len()), (vec![3, 5, 700], 3));
            assert!(crew.contains(WorkerId::new(5)) && !crew.contains(WorkerId::new(64)));
            let mut others = FixedBitSet::with_capacity(100_000);
            others.insert(64);
            assert!(!crew.has_any_of(&others));
            others.insert(700);
            assert!(crew.has_any_of(&others));
        }
    }
}
