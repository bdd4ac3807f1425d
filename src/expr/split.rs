//! An expression taken apart by what its conjuncts depend on, so that each is asked no more often
//! than needed.

use super::compile::{Compiled, Node, join};

/// Three parts whose conjunction is the whole; `None` where there is no such conjunct.
#[derive(Clone, Debug)]
pub struct Split {
    /// Reads only what a worker keeps: attributes, sid, name. What is constantly false is here too.
    pub worker_only: Option<Compiled>,
    /// Reads the task, and perhaps what a worker keeps.
    pub pair: Option<Compiled>,
    /// Reads an activity, a channel's state or a counter, and perhaps more.
    pub live: Option<Compiled>,
}

impl Compiled {
    /// Takes it apart at its outermost ANDs. All parts are `None` of what is constantly true.
    #[must_use]
    pub fn split(self) -> Split {
        let conjuncts = match self.root {
            Node::All(conjuncts) => conjuncts.into_vec(),
            Node::Always(true) => Vec::new(),
            root => vec![root],
        };
        let (live, rest) = partition(conjuncts, Self::reads_live);
        let (pair, worker_only) = partition(rest, Self::reads_task);
        Split { worker_only: all(worker_only), pair: all(pair), live: all(live) }
    }
}

fn partition(nodes: Vec<Node>, wanted: fn(&Compiled) -> bool) -> (Vec<Node>, Vec<Node>) {
    let compiled = nodes.into_iter().map(|root| Compiled { root });
    let (with, without): (Vec<_>, Vec<_>) = compiled.partition(wanted);
    let roots = |parts: Vec<Compiled>| parts.into_iter().map(|part| part.root).collect();
    (roots(with), roots(without))
}

fn all(nodes: Vec<Node>) -> Option<Compiled> {
    (!nodes.is_empty()).then(|| Compiled { root: join(nodes, false, Node::All) })
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Paths, parse};

    fn parts(text: &str) -> [bool; 3] {
        let expression = parse(text, Context::Target).expect("an expression");
        let split = expression.compile(Context::Target, &mut Paths::new()).split();
        [split.worker_only.is_some(), split.pair.is_some(), split.live.is_some()]
    }

    #[test]
    fn each_conjunct_goes_where_it_is_asked_least() {
        assert_eq!(parts("worker.a == 1 AND worker.sid != 'x'"), [true, false, false]);
        assert_eq!(parts("worker.a == task.a AND worker.b == 1"), [true, true, false]);
        assert_eq!(parts("worker.activity_name == task.a"), [false, false, true]);
        assert_eq!(
            parts("worker.a == 1 AND (task.b == 2 AND worker.activity_sid == 'x')"),
            [true; 3]
        );
        assert_eq!(parts("worker.a == 1 OR task.b == 2"), [false, true, false]);
        assert_eq!(parts("1==0 OR (worker.a == 1 AND task.b == 2)"), [true, true, false]);
    }

    #[test]
    fn the_constantly_false_is_the_workers_and_the_constantly_true_nobodys() {
        assert_eq!(parts("1==0"), [true, false, false]);
        assert_eq!(parts("1==1"), [false; 3]);
    }
}
