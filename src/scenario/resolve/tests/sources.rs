//! What sources bring, where it goes, and how long it takes.

use crate::routing::RoutingTarget;
use crate::scenario::resolve::testing::{changed, scenario, told};
use crate::scenario::source::Source;
use crate::time::{Span, Time};

fn source(changes: &[(&str, &str)]) -> Source {
    scenario(&changed(changes)).sources.iter().next().unwrap().clone()
}

#[test]
fn the_variants_of_a_mix_differ_from_the_attributes_of_the_source() {
    let mix = "mix = [{ p = 0.8, set = { language = 'en' } }, \
               { p = 0.2, set = { type = 'billing' }, priority = 5 }]\ntalk =";
    let scenario = scenario(&changed(&[("talk =", mix)]));
    let mix = &scenario.sources.iter().next().unwrap().mix;
    let attributes = |n: usize| scenario.workspace.attributes[mix[n].attributes].to_string();
    assert_eq!(attributes(0), "{'language': 'en', 'type': 'billing'}");
    assert_eq!(attributes(1), "{'type': 'billing'}");
    assert_eq!((mix[0].priority, mix[1].priority), (0, 5));
    assert!((mix[0].upto - 0.8).abs() < 1e-12 && (mix[1].upto - 1.0).abs() < 1e-12);
}

#[test]
fn the_shares_of_a_mix_add_up_to_one() {
    let told = told(&changed(&[("talk =", "mix = [{ p = 0.5 }, { p = 0.25 }]\ntalk =")]));
    assert!(told[0].ends_with("the shares of the mix add up to 0.75, not to 1"), "{told:?}");
}

#[test]
fn a_task_that_no_filter_takes_is_a_problem_where_it_is_written() {
    let text = changed(&[("type = 'billing'", "type = 'sales'")]);
    assert_eq!(
        told(&text),
        ["line 7 { type = 'sales' }: no filter takes these tasks of `calls` and there is no \
             default filter; their attributes are {'type': 'sales'}"]
    );
    let mix = "mix = [{ p = 0.5 }, { p = 0.5, set = { type = 'x' } }]\ntalk =";
    assert_eq!(told(&changed(&[("talk =", mix)])).len(), 1);
}

#[test]
fn talk_is_what_wrap_up_leaves_of_the_handling_time() {
    let aht = "aht = { dist = 'lognormal', mean = '5m', cv = 1.0 }\n\
               wrap_up = { dist = 'exponential', mean = '1m' }";
    let talk = source(&[("talk = '4m'", aht)]).talk.base;
    assert!((talk.mean() - 240.0).abs() < 1e-9);
    let told = told(&changed(&[("talk = '4m'", "aht = '30s'\nwrap_up = '40s'")]));
    assert_eq!(
        told,
        ["line 9 '30s': no time is left to talk: `wrap_up` takes 40.0 s on average, and `aht` \
             is 30.0 s; `aht` is talk and wrap-up together"]
    );
}

#[test]
fn patience_can_be_told_from_what_was_measured() {
    let from = "patience = { from = { abandonment = 0.06, wait_mean = '38s' } }\ntalk =";
    let scenario = scenario(&changed(&[("talk =", from)]));
    let patience = scenario.sources.iter().next().unwrap().patience.clone().unwrap();
    assert!((patience.base.mean() - 38.0 / 0.06).abs() < 1e-9);
    assert!(scenario.assumed.iter().any(|told| told.contains("mean 633.3 s")));
}

#[test]
fn talk_may_differ_by_interval_and_by_group() {
    let source = source(&[(
        "talk =",
        "talk_by_interval = { per = '2h', values = ['1m', '2m'] }\n\
         talk_by_group = { day = '3m' }\ntalk =",
    )]);
    let at = |secs| source.talk.at(Time::from_secs(secs)).mean().to_string();
    assert_eq!([at(0), at(7200), at(99_999)], ["60", "120", "120"]);
    assert!((source.talk_by_group[0].1.mean() - 180.0).abs() < 1e-9);
}

#[test]
fn tasks_can_be_sent_past_the_workflow() {
    let target = |written: &str| {
        let line = format!("routing_target = {written}");
        source(&[("workflow = 'Support'", &line)])
    };
    let worker = target("{ worker = 'day-2', ignore_capacity = false }");
    let Some(RoutingTarget::Worker { ignore_capacity: false, .. }) = worker.routing_target else {
        panic!("{:?}", worker.routing_target)
    };
    assert_eq!(worker.workflow, None);
    assert!(matches!(target("'Billing'").routing_target, Some(RoutingTarget::Queue(_))));
    assert!(target("{ workflow = 'Support' }").workflow.is_some());
    let wrong = changed(&[("workflow = 'Support'", "routing_target = 'day-9'")]);
    assert_eq!(told(&wrong), ["line 5 'day-9': no worker, queue or workflow is named `day-9`"]);
}

#[test]
fn the_only_workflow_need_not_be_named() {
    let scenario = scenario(&changed(&[("workflow = 'Support'\n", "")]));
    assert!(scenario.sources.iter().next().unwrap().workflow.is_some());
    assert!(scenario.assumed[1..].iter().any(|told| told.contains("the only workflow")));
}

#[test]
fn distributions_are_told_wrong_at_the_parameter() {
    let wrong = "wrap_up = { dist = 'gamma', mean = '1m', cv = 500.0 }\ntalk =";
    let told = told(&changed(&[("talk =", wrong)]));
    assert!(told[0].starts_with("line 9 500.0: `cv` "), "{told:?}");
}

#[test]
fn all_families_are_read() {
    for (dist, mean) in [
        ("'90s'", 90.0),
        ("{ dist = 'constant', value = '1m', shift = '10s' }", 70.0),
        ("{ dist = 'uniform', min = '0s', max = '2m' }", 60.0),
        ("{ dist = 'exponential', mean = '1m', zero_mass = 0.5 }", 30.0),
        ("{ dist = 'erlang', k = 3, mean = '1m' }", 60.0),
        ("{ dist = 'gamma', mean = '1m', cv = 0.5 }", 60.0),
        ("{ dist = 'weibull', mean = '1m', shape = 0.8 }", 60.0),
        ("{ dist = 'lognormal', mean = '1m', cv = 1 }", 60.0),
        ("{ dist = 'lognormal', median = '1m', sigma = 0 }", 60.0),
        ("{ dist = 'hyperexponential', mean = '1m', cv = 2 }", 60.0),
        ("{ dist = 'hyperexponential', probabilities = [0.5, 0.5], means = ['1m', '2m'] }", 90.0),
        ("{ dist = 'triangular', min = '0s', mode = '1m', max = '2m' }", 60.0),
        ("{ dist = 'empirical', values = ['1m', '2m'], weights = [3, 1] }", 75.0),
    ] {
        let text = format!("wrap_up = {dist}\ntalk =");
        let read = source(&[("talk =", &text)]).wrap_up.base.mean();
        assert!((read - mean).abs() < 1e-6, "{dist}: {read}");
    }
}

#[test]
fn a_life_is_a_day_long_unless_it_is_said() {
    assert_eq!(source(&[]).timeout, Span::from_secs(86_400));
    assert_eq!(source(&[("talk =", "timeout = 600\ntalk =")]).timeout, Span::from_secs(600));
}
