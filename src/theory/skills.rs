//! Classes of tasks and pools of workers who do not all serve all, exactly.

use super::chain::{Moves, steady_state};

/// Workers who are all alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// How many they are, at least 1.
    pub workers: u16,
    /// The mean of their exponential service, whatever the class, in units of time, positive.
    pub mean_service: f64,
}

/// A center of `C` classes and `P` pools with fixed preferences on both sides.
///
/// A task goes to the first pool in its class's list with an idle worker, else it waits. A worker
/// who becomes idle takes the task that waits longest of the first class in the pool's list that
/// has any. Arrivals are Poisson, nobody abandons, nobody is interrupted.
#[derive(Clone, Debug, PartialEq)]
pub struct Skills<const C: usize, const P: usize> {
    /// Arrivals of each class per unit of time, positive.
    pub rates: [f64; C],
    /// The workers.
    pub pools: [Pool; P],
    /// Per class, the pools that serve it, the preferred first.
    pub overflow: [Vec<usize>; C],
    /// Per pool, the classes it serves, the preferred first: those that list it in `overflow`.
    pub priorities: [Vec<usize>; P],
}

/// A center of skills in its steady state.
///
/// Source: the Markov chain of workers busy and tasks waiting, its lattice cut where less than
/// 1e-13 of the time is spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkillsSolved<const C: usize, const P: usize> {
    /// Per class, the mean wait of all tasks, those with none included.
    pub mean_wait: [f64; C],
    /// Per class, the share of tasks that have to wait.
    pub p_wait: [f64; C],
    /// Per class, how many wait on average.
    pub mean_queue: [f64; C],
    /// Per pool, the busy share of its workers.
    pub occupancy: [f64; P],
}

impl Skills<2, 2> {
    /// The N-model: class 0 is served by pool 0 only, which prefers it; class 1 goes to pool 1,
    /// which serves nothing else, and overflows to pool 0.
    #[must_use]
    pub fn n_model(rates: [f64; 2], pools: [Pool; 2]) -> Self {
        let overflow = [vec![0], vec![1, 0]];
        Self { rates, pools, overflow, priorities: [vec![0, 1], vec![1]] }
    }

    /// The X-model: both pools serve both classes, each prefers the class of its own number, and
    /// each class goes to the pool of its own number first.
    #[must_use]
    pub fn x_model(rates: [f64; 2], pools: [Pool; 2]) -> Self {
        let own_first = [vec![0, 1], vec![1, 0]];
        Self { rates, pools, overflow: own_first.clone(), priorities: own_first }
    }
}

impl<const C: usize, const P: usize> Skills<C, P> {
    /// The steady state; nothing when there is none, or when more than four million states would
    /// be needed to come close to it.
    ///
    /// Cost: with two classes a lattice of some hundred by some hundred, and more the higher the
    /// load, times the ways in which workers are idle while no task is.
    /// Meant for small pools and loads up to nine tenths; close to 1 the lattice is too large to be
    /// solved in minutes.
    ///
    /// # Panics
    ///
    /// When a class lists a pool that does not list it, or the other way around.
    #[must_use]
    pub fn solve(&self) -> Option<SkillsSolved<C, P>> {
        for (class, pool) in (0..C).flat_map(|class| (0..P).map(move |pool| (class, pool))) {
            let listed = self.overflow[class].contains(&pool);
            let lists = self.priorities[pool].contains(&class);
            assert!(listed == lists, "class {class} and pool {pool} must list each other");
        }
        let full_speed: f64 = self.pools.iter().map(Pool::full_speed).sum();
        if full_speed <= self.rates.iter().sum() {
            return None;
        }
        let shares = steady_state(self)?;
        let mean = |of: &dyn Fn(&Tasks<C, P>) -> f64| -> f64 {
            shares.iter().map(|(tasks, share)| of(tasks) * share).sum()
        };
        let mean_queue: [f64; C] = each(|class| mean(&|tasks| f64::from(tasks.waiting[class])));
        let full = |tasks: &Tasks<C, P>, class| self.idle_for(tasks, class).is_none();
        let busy = |pool: usize| mean(&|tasks| f64::from(tasks.served[pool]));
        Some(SkillsSolved {
            mean_wait: each(|class| mean_queue[class] / self.rates[class]),
            p_wait: each(|class| mean(&|tasks| f64::from(u8::from(full(tasks, class))))),
            mean_queue,
            occupancy: each(|pool| busy(pool) / f64::from(self.pools[pool].workers)),
        })
    }

    /// The pool where a new task of this class starts at once, if any.
    fn idle_for(&self, tasks: &Tasks<C, P>, class: usize) -> Option<usize> {
        let idle = |pool: &usize| tasks.served[*pool] < self.pools[*pool].workers;
        self.overflow[class].iter().copied().find(idle)
    }
}

impl Pool {
    fn full_speed(&self) -> f64 {
        f64::from(self.workers) / self.mean_service
    }
}

fn each<const N: usize>(of: impl Fn(usize) -> f64) -> [f64; N] {
    std::array::from_fn(of)
}

/// Where the tasks are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tasks<const C: usize, const P: usize> {
    /// Per class, how many wait.
    waiting: [u16; C],
    /// Per pool, how many are served.
    served: [u16; P],
}

impl<const C: usize, const P: usize> Moves for Skills<C, P> {
    type State = Tasks<C, P>;

    fn start(&self) -> Tasks<C, P> {
        Tasks { waiting: [0; C], served: [0; P] }
    }

    fn servers(&self) -> u32 {
        self.pools.iter().map(|pool| u32::from(pool.workers)).sum()
    }

    fn level(&self, tasks: &Tasks<C, P>) -> u32 {
        tasks.waiting.iter().chain(&tasks.served).map(|&n| u32::from(n)).sum()
    }

    fn moves(&self, tasks: Tasks<C, P>, to: &mut dyn FnMut(Tasks<C, P>, f64)) {
        for (class, &rate) in self.rates.iter().enumerate() {
            let mut next = tasks;
            match self.idle_for(&tasks, class) {
                Some(pool) => next.served[pool] += 1,
                None => next.waiting[class] += 1,
            }
            to(next, rate);
        }
        for (number, pool) in self.pools.iter().enumerate() {
            if tasks.served[number] == 0 {
                continue;
            }
            let mut next = tasks;
            let mut classes = self.priorities[number].iter();
            match classes.find(|&&class| 0 < tasks.waiting[class]) {
                Some(&class) => next.waiting[class] -= 1,
                None => next.served[number] -= 1,
            }
            to(next, f64::from(tasks.served[number]) / pool.mean_service);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::assert_close;
    use crate::theory::{ErlangC, Station, cobham};

    fn pool(workers: u16, mean_service: f64) -> Pool {
        Pool { workers, mean_service }
    }

    #[test]
    fn an_n_model_comes_out_as_computed_elsewhere() {
        // An independent computation of the same chain, confirmed by another simulator.
        let center = Skills::n_model([0.008, 0.02], [pool(2, 120.0), pool(2, 90.0)]);
        let exact = center.solve().expect("stable");
        assert_close(exact.mean_wait[0], 74.058_908_552_228_67);
        assert_close(exact.mean_wait[1], 46.717_395_179_624_42);
        assert_close(exact.p_wait[0], 0.641_843_874_119_321_2);
        assert_close(exact.p_wait[1], 0.440_227_611_355_284_76);
        assert_close(exact.occupancy[0], 0.752_057_726_694_696_5);
        assert_close(exact.occupancy[1], 0.695_956_704_978_966_2);
    }

    #[test]
    fn what_comes_is_what_is_served() {
        let center = Skills::x_model([0.01, 0.015], [pool(3, 120.0), pool(1, 70.0)]);
        let exact = center.solve().expect("stable");
        let served = 3.0 * exact.occupancy[0] / 120.0 + exact.occupancy[1] / 70.0;
        assert_close(served, 0.025);
        assert_close(exact.mean_queue[1], 0.015 * exact.mean_wait[1]);
    }

    #[test]
    fn preferences_among_equals_share_the_queue_of_erlang_c() {
        let center = Skills::x_model([0.01, 0.02], [pool(2, 100.0), pool(2, 100.0)]);
        let exact = center.solve().expect("stable");
        let together = Station { rate: 0.03, mean_service: 100.0, servers: 4 };
        let together = ErlangC::new(together).expect("stable");
        assert_close(exact.mean_queue.iter().sum(), together.mean_queue);
        assert_close(exact.p_wait[0], together.p_wait);
        assert_close(exact.p_wait[1], together.p_wait);
        let mirrored = Skills::x_model([0.02, 0.01], [pool(2, 100.0), pool(2, 100.0)]);
        let mirrored = mirrored.solve().expect("stable");
        assert_close(exact.mean_wait[0], mirrored.mean_wait[1]);
        assert_close(exact.occupancy[0], mirrored.occupancy[1]);
    }

    #[test]
    fn one_pool_with_priorities_is_cobham() {
        let center = Skills {
            rates: [1.0 / 120.0, 0.025],
            pools: [pool(5, 120.0)],
            overflow: [vec![0], vec![0]],
            priorities: [vec![0, 1]],
        };
        let exact = center.solve().expect("stable");
        let waits = cobham(&center.rates, 120.0, 5).expect("stable");
        assert_close(exact.mean_wait[0], waits[0]);
        assert_close(exact.mean_wait[1], waits[1]);
    }

    #[test]
    fn a_class_may_be_too_much_for_its_pool_alone() {
        let pools = [pool(1, 100.0), pool(5, 100.0)];
        assert_eq!(Skills::n_model([0.011, 0.001], pools).solve(), None);
        assert_eq!(Skills::x_model([0.05, 0.011], pools).solve(), None);
    }
}
