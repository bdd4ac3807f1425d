//! The oldest task first, the longest-idle worker first, among workers who do not all serve all.

/// How many workers at most: every set of them is looked at.
const WORKERS_MAX: usize = 20;

/// Workers who take the task that waits longest among those they serve, where a new task goes to
/// the worker who is idle longest among those who serve it (FCFS-ALIS), in the steady state.
///
/// Arrivals are Poisson, the service of each worker is exponential with its own mean, whatever the
/// class; nobody abandons.
///
/// The chances of all orders of workers have a product form. Summed over the orders of the busy and
/// over those of the idle, it costs one step per set of workers, worker, and class.
///
/// Source: Adan & Weiss, "A skill based parallel service system under FCFS-ALIS", Stochastic
/// Systems 4 (2014).
#[derive(Clone, Debug, PartialEq)]
pub struct Alis {
    /// Per class, the mean wait of all tasks, those with none included.
    pub mean_wait: Vec<f64>,
    /// Per class, the share of tasks that have to wait.
    pub p_wait: Vec<f64>,
    /// Per class, how many wait on average.
    pub mean_queue: Vec<f64>,
    /// Per worker, the busy share of the time.
    pub occupancy: Vec<f64>,
}

impl Alis {
    /// The steady state; nothing when there is none, some classes being too much for all who serve
    /// them, or when a worker serves no class.
    ///
    /// - `rates`: arrivals per unit of time, positive, one per class.
    /// - `mean_services`: in units of time, positive, one per worker.
    /// - `served_by`: for each class, the workers who serve it, by place in `mean_services`.
    ///
    /// # Panics
    ///
    /// With more than 20 workers, or when a class is served by one who is not among them.
    #[must_use]
    pub fn new(rates: &[f64], mean_services: &[f64], served_by: &[Vec<usize>]) -> Option<Self> {
        let center = Center::new(rates, mean_services, served_by);
        let spare = center.spare()?;
        let busy = over_orders(&spare, 1.0, |_| 0.0);
        let idle = over_orders(&center.wanted()?, 1.0, |_| 0.0);
        let total: f64 = center.sets().map(|set| busy[set] * idle[center.others(set)]).sum();
        let mean = |of_busy: &dyn Fn(Set) -> f64| -> f64 {
            let weighed = center.sets().map(|set| of_busy(set) * idle[center.others(set)]);
            weighed.sum::<f64>() / total
        };
        let p_of =
            |found: &dyn Fn(Set) -> bool| mean(&|set| if found(set) { busy[set] } else { 0.0 });
        let mean_queue = |(&rate, &servers): (&f64, &Set)| {
            let joining = |set| if is_within(servers, set) { rate * busy[set] } else { 0.0 };
            let waiting = over_orders(&spare, 0.0, joining);
            mean(&|set| waiting[set])
        };
        let mean_queue: Vec<f64> = rates.iter().zip(&center.servers).map(mean_queue).collect();
        let p_wait = center.servers.iter().map(|&servers| p_of(&|set| is_within(servers, set)));
        let workers = 0..mean_services.len();
        Some(Self {
            mean_wait: mean_queue.iter().zip(rates).map(|(queue, rate)| queue / rate).collect(),
            p_wait: p_wait.collect(),
            mean_queue,
            occupancy: workers.map(|worker| p_of(&|set| is_within(1 << worker, set))).collect(),
        })
    }
}

/// Workers, one bit each.
type Set = usize;

fn is_within(part: Set, set: Set) -> bool {
    part & !set == 0
}

/// For every set of workers, the sum over all orders in which they can have joined it, one by one,
/// of the product of `1 / rates` of all sets on the way; the empty set counts `empty`, and at every
/// set `joining` is added before it is divided.
fn over_orders(rates: &[f64], empty: f64, joining: impl Fn(Set) -> f64) -> Vec<f64> {
    let mut sums = vec![empty; rates.len()];
    for set in 1..rates.len() {
        let last = (0..WORKERS_MAX).map(|worker| 1 << worker).filter(|&last| set & last != 0);
        let before: f64 = last.map(|last| sums[set & !last]).sum();
        sums[set] = (before + joining(set)) / rates[set];
    }
    sums
}

struct Center {
    /// Per class, who serves it.
    servers: Vec<Set>,
    /// Everybody.
    all: Set,
    /// Per set of workers, how many tasks they serve per unit of time when all are busy.
    speed: Vec<f64>,
    /// Per set of workers, the arrivals per unit of time that nobody else serves.
    own: Vec<f64>,
}

impl Center {
    fn new(rates: &[f64], mean_services: &[f64], served_by: &[Vec<usize>]) -> Self {
        assert!(mean_services.len() <= WORKERS_MAX, "{} workers", mean_services.len());
        let all: Set = (1 << mean_services.len()) - 1;
        let set_of = |workers: &Vec<usize>| workers.iter().fold(0, |set, worker| set | 1 << worker);
        let servers: Vec<Set> = served_by.iter().map(set_of).collect();
        assert!(servers.iter().all(|&set| is_within(set, all)), "only workers who exist serve");
        let speed = |set: Set| -> f64 {
            let members = mean_services.iter().enumerate();
            members.filter(|(worker, _)| set >> worker & 1 == 1).map(|(_, mean)| 1.0 / mean).sum()
        };
        let own = |set: Set| -> f64 {
            let own = rates.iter().zip(&servers).filter(|(_, servers)| is_within(**servers, set));
            own.map(|(rate, _)| rate).sum()
        };
        let (speed, own) = ((0..=all).map(speed).collect(), (0..=all).map(own).collect());
        Self { servers, all, speed, own }
    }

    fn sets(&self) -> impl Iterator<Item = Set> {
        0..=self.all
    }

    fn others(&self, set: Set) -> Set {
        self.all & !set
    }

    /// Per set, by how much its workers are faster than what comes for them alone.
    fn spare(&self) -> Option<Vec<f64>> {
        let spare = self.sets().map(|set| self.speed[set] - self.own[set]).collect();
        all_positive(spare)
    }

    /// Per set, the arrivals per unit of time that some of its workers serve.
    fn wanted(&self) -> Option<Vec<f64>> {
        let wanted = self.sets().map(|set| self.own[self.all] - self.own[self.others(set)]);
        all_positive(wanted.collect())
    }
}

/// The rates, when those of all sets but the empty one are positive.
fn all_positive(rates: Vec<f64>) -> Option<Vec<f64>> {
    rates.iter().skip(1).all(|&rate| 0.0 < rate).then_some(rates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::{Moves, steady_state};
    use crate::theory::tests::assert_close;
    use crate::theory::{ErlangC, Station};

    fn ring() -> Vec<Vec<usize>> {
        vec![vec![0, 1], vec![1, 2], vec![0, 2]]
    }

    #[test]
    fn a_ring_of_three_comes_out_as_computed_elsewhere() {
        // An independent computation of the product form, confirmed by another simulator.
        let rates = [0.005, 1.0 / 120.0, 1.0 / 150.0];
        let exact = Alis::new(&rates, &[60.0, 50.0, 200.0 / 3.0], &ring()).expect("stable");
        assert_close(exact.mean_wait[0], 6.108_090_300_789_676_5);
        assert_close(exact.mean_wait[1], 8.294_078_439_179_643);
        assert_close(exact.mean_wait[2], 8.902_541_331_073_854);
        assert_close(exact.p_wait[0], 0.165_099_805_049_105_54);
        assert_close(exact.p_wait[1], 0.202_130_768_319_049_16);
        assert_close(exact.p_wait[2], 0.203_421_756_029_377_48);
        assert_close(exact.occupancy[0], 0.372_948_826_411_963_53);
        assert_close(exact.occupancy[1], 0.360_284_851_729_695_3);
        assert_close(exact.occupancy[2], 0.438_565_946_124_891_1);
    }

    #[test]
    fn workers_who_serve_all_are_erlang_c() {
        let everybody = vec![(0..7).collect::<Vec<usize>>(); 2];
        let exact = Alis::new(&[0.02, 0.03], &[120.0; 7], &everybody).expect("stable");
        let together = Station { rate: 0.05, mean_service: 120.0, servers: 7 };
        let together = ErlangC::new(together).expect("stable");
        for class in 0..2 {
            assert_close(exact.mean_wait[class], together.mean_wait);
            assert_close(exact.p_wait[class], together.p_wait);
        }
        assert_close(exact.occupancy[6], together.occupancy);
    }

    #[test]
    fn what_comes_is_what_is_served() {
        let served_by = [vec![0], vec![0, 1, 2], vec![1, 3], vec![2, 3], vec![3]];
        let means = [40.0, 70.0, 90.0, 55.0];
        let rates = [0.01, 0.012, 0.006, 0.004, 0.009];
        let exact = Alis::new(&rates, &means, &served_by).expect("stable");
        let served: f64 = exact.occupancy.iter().zip(means).map(|(busy, mean)| busy / mean).sum();
        assert_close(served, rates.iter().sum());
    }

    #[test]
    fn too_much_for_some_and_a_worker_without_work_have_no_steady_state() {
        let served_by = [vec![0], vec![0, 1]];
        assert_eq!(Alis::new(&[0.02, 0.001], &[60.0, 60.0], &served_by), None);
        assert_eq!(Alis::new(&[0.01, 0.03], &[60.0, 60.0], &served_by), None);
        assert_eq!(Alis::new(&[0.01], &[60.0, 60.0], &served_by[..1]), None);
    }

    /// So many may wait in the chain of all tasks and workers, one by one.
    const ROOM: usize = 8;

    /// The rules as they are written, with a small waiting room.
    struct OneByOne {
        rates: [f64; 3],
        means: [f64; 3],
        served_by: Vec<Vec<usize>>,
    }

    /// The classes that wait, the oldest first, and the idle workers, the longest idle first.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Lists {
        waiting: [u8; ROOM],
        idle: [u8; 3],
    }

    /// The list ends where nobody is.
    const NOBODY: u8 = u8::MAX;

    fn remove<const N: usize>(list: &[u8; N], at: usize) -> [u8; N] {
        let mut rest = [NOBODY; N];
        let kept = list.iter().enumerate().filter(|(place, _)| *place != at);
        kept.zip(&mut rest).for_each(|((_, who), rest)| *rest = *who);
        rest
    }

    fn length(list: &[u8]) -> usize {
        list.iter().filter(|&&who| who != NOBODY).count()
    }

    impl OneByOne {
        fn serves(&self, worker: u8, class: u8) -> bool {
            class != NOBODY && worker != NOBODY && {
                self.served_by[usize::from(class)].contains(&usize::from(worker))
            }
        }
    }

    impl Moves for OneByOne {
        type State = Lists;

        fn start(&self) -> Lists {
            Lists { waiting: [NOBODY; ROOM], idle: [0, 1, 2] }
        }

        fn servers(&self) -> u32 {
            3
        }

        fn level(&self, lists: &Lists) -> u32 {
            u32::try_from(3 - length(&lists.idle) + length(&lists.waiting)).expect("few")
        }

        fn moves(&self, lists: Lists, to: &mut dyn FnMut(Lists, f64)) {
            for (class, &rate) in (0..).zip(&self.rates) {
                let mut next = lists;
                if let Some(at) = lists.idle.iter().position(|&idle| self.serves(idle, class)) {
                    next.idle = remove(&lists.idle, at);
                } else if length(&lists.waiting) < ROOM {
                    next.waiting[length(&lists.waiting)] = class;
                } else {
                    continue;
                }
                to(next, rate);
            }
            for (worker, &mean) in (0..).zip(&self.means) {
                let mut next = lists;
                if lists.idle.contains(&worker) {
                    continue;
                }
                if let Some(at) = lists.waiting.iter().position(|&task| self.serves(worker, task)) {
                    next.waiting = remove(&lists.waiting, at);
                } else {
                    next.idle[length(&lists.idle)] = worker;
                }
                to(next, 1.0 / mean);
            }
        }
    }

    #[test]
    fn the_chain_of_all_tasks_and_workers_agrees() {
        let center =
            OneByOne { rates: [0.2, 0.1, 0.15], means: [1.0, 0.8, 1.2], served_by: ring() };
        let exact = Alis::new(&center.rates, &center.means, &ring()).expect("stable");
        let shares = steady_state(&center).expect("stable");
        for class in 0..3_u8 {
            let number = |lists: &Lists| lists.waiting.iter().filter(|&&c| c == class).count();
            let queue: f64 = shares.iter().map(|(lists, p)| number(lists) as f64 * p).sum();
            let exact = exact.mean_queue[usize::from(class)];
            assert!((queue - exact).abs() < 1e-5 * exact, "{queue} instead of {exact}");
        }
        for worker in 0..3_u8 {
            let busy = shares.iter().filter(|(lists, _)| !lists.idle.contains(&worker));
            let busy: f64 = busy.map(|(_, p)| p).sum();
            assert!((busy - exact.occupancy[usize::from(worker)]).abs() < 1e-7, "{busy}");
        }
    }
}
