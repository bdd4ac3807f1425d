//! `trsim serve`: the local TaskRouter.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tracing::Level;

use crate::cli::Outcome;
use crate::cli::args::{ActivitiesArg, ClockArg, LogLevel, ServeArgs};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::scenario::json::parse_json;
use crate::scenario::load::load;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;
use crate::serve::{Activities, ClockKind, Config, Purpose, Recording, Replayed, Seed, serve};

pub(super) fn run(args: &ServeArgs, console: &Console) -> Outcome {
    let mut config = config(args)?;
    let replayed = args.replay.as_deref().map(|path| replay(path, &config)).transpose()?;
    if let Some(replayed) = &replayed {
        config.account_sid.clone_from(&replayed.start.account_sid);
        config.clock = ClockKind::Virtual;
    }
    let level = match args.log {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).init();
    // Nobody is told what they said themselves: it is a secret.
    let token = if is_own_token(args) { "as given" } else { &config.auth_token };
    let mut told = Ok(());
    let ready = |address: SocketAddr| {
        let sid = &config.account_sid;
        told = console.print(&format!(
            "listening on http://{address}\n\
             account sid  {sid}\n\
             auth token   {token}\n\
             page         http://{address}/_sim/\n"
        ));
    };
    let served = serve(&config, replayed, ready);
    told?;
    served.map_err(|error| Failure::output(format!("cannot serve on {}: {error}", config.bind)))
}

/// Does again what a log says.
fn replay(path: &Path, config: &Config) -> Result<Replayed, Failure> {
    let mut texts = Texts::new();
    let mut warnings = Vec::new();
    let read = texts.add_file(path).map_err(|problem| vec![problem]);
    let read = read.and_then(|id| parse_json(&texts, id, &mut warnings));
    let recording = read.and_then(|root| Recording::read(&root, config.scenario.clone()));
    match recording {
        Ok(recording) => recording.play().map_err(|why| Failure::usage(Problem::nowhere(why))),
        Err(problems) => Err(Failure::input(problems, texts)),
    }
}

fn config(args: &ServeArgs) -> Result<Config, Failure> {
    let mut problems = Vec::new();
    let own = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let zeros = "0".repeat(32);
    let account_sid = args.account_sid.clone().or_else(|| own("TWILIO_ACCOUNT_SID"));
    let account_sid = account_sid.unwrap_or_else(|| format!("AC{zeros}"));
    let digits = account_sid.strip_prefix("AC").unwrap_or_default();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem = Problem::nowhere(format!("`{account_sid}` is no account sid"));
        problems.push(problem.with_help("it is AC and 32 hexadecimal digits"));
    }
    if !args.bind.is_loopback() && !is_own_token(args) {
        let message =
            format!("{} can be reached by others, and everybody knows the token", args.bind);
        let problem = Problem::nowhere(message);
        problems.push(problem.with_help("--auth-token TOKEN sets one of your own"));
    }
    if let Some(url) = &args.public_url
        && !(url.starts_with("http://") || url.starts_with("https://"))
    {
        problems.push(Problem::nowhere(format!(
            "`{url}` is no URL: it begins with http:// or https://"
        )));
    }
    if !problems.is_empty() {
        return Err(Failure::input(problems, Texts::new()));
    }
    let scenario = args.scenario.as_deref().map(|path| seed(path, args)).transpose()?;
    let auth_token = args.auth_token.clone().or_else(|| own("TWILIO_AUTH_TOKEN"));
    Ok(Config {
        bind: SocketAddr::new(args.bind, args.port),
        account_sid,
        auth_token: auth_token.unwrap_or(zeros),
        seed: args.seed,
        activities: match args.activities {
            ActivitiesArg::Modern => Activities::Modern,
            ActivitiesArg::Classic => Activities::Classic,
        },
        scenario: scenario.map(Arc::new),
        clock: match args.clock {
            ClockArg::Real => ClockKind::Real,
            ClockArg::Virtual => ClockKind::Virtual,
        },
        public_url: args.public_url.clone(),
    })
}

/// The workspace of a scenario file, and its people if they are wanted.
fn seed(path: &Path, args: &ServeArgs) -> Result<Seed, Failure> {
    let purpose = Purpose { with_people: args.people, by_hand: args.by_hand.clone() };
    Ok(Seed::of(load(path, &[])?, &purpose)?)
}

fn is_own_token(args: &ServeArgs) -> bool {
    args.auth_token.is_some() || std::env::var("TWILIO_AUTH_TOKEN").is_ok_and(|it| !it.is_empty())
}
