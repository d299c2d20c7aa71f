"""The jobs of a call of ``run``: stacks, files, tests and applications, each under its scenarios and rules."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from find_mem_leaks import errors
from find_mem_leaks.commands import applications, named, recorded
from find_mem_leaks.commands.named import Named
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.leading import suites
from find_mem_leaks.leading.order import Order
from find_mem_leaks.measured import requests
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects import catalogue, clients, databases, environments, scenarios, workloads
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.databases import Database
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.scenarios import Scenario
from find_mem_leaks.subjects.tests import Suite
from find_mem_leaks.subjects.workloads import UNSAID, Settings

TIME_CAP = 60.0
QUICK_TIME_CAP = 20.0
STALL = 60.0
# Requests overlap, as in production. A dependency ends after its response, so that n requests in flight hold up to 2 n
# connections: with more than SQLAlchemy's pool keeps, 5, they would be opened and closed all the time.
CONCURRENCY = 2
FIXED_ROUNDS = 5
# Values of options as they are where none is given.
USUAL = {"concurrency": CONCURRENCY, "stall": STALL, "workers": 1}
# Operations that an acquittal of a stack that ships takes, however busy the machine is.
FEWEST = 2_000
# How many times as long as usual they may take.
GRACE = 4.0


def jobs(arguments: argparse.Namespace, pythons: Sequence[str]) -> list[Job]:
    stacks = catalogue.stacks()
    drivers = {driver.module for driver in databases.DRIVERS.values()}
    needed = {module for stack in stacks.values() for module in stack.requires} | {*clients.MODULES.values()} | drivers
    described = _describe(pythons, needed)
    names = named.find(arguments, arguments.stacks, [each.executable for each in described], arguments.stall)
    if arguments.database and (names.applications or names.suites):
        raise UsageError("--database is for stacks and files of operations: others open their own database")
    if arguments.mix and (arguments.scenario or not names.is_of_stacks):
        raise UsageError("--mix is for stacks that ship, in place of -s: leave one of them out")
    if arguments.clients and not (names.is_of_stacks or names.applications):
        raise UsageError("--clients is for stacks behind a server and for applications: name one, or leave it out")
    _check_scenarios(arguments, stacks.values() if names.is_of_stacks else (), names)
    planned: list[Job] = []
    for environment in described:
        # A stack that does not need what the interpreters differ in is measured in the first of them.
        before = {job.key for job in planned}
        if names.is_of_stacks:
            environments.check_sqlalchemy(environment)
            for stack, database in _stacks(names, stacks, environment, arguments):
                planned += [job for job in _jobs_of(stack, environment, arguments, database) if job.key not in before]
        planned += _jobs_of_files(names, environment, arguments)
        planned += _jobs_of_tests(names, environment, arguments)
        for application in names.applications.values():
            planned += _jobs_of_application(application, environment, arguments)
    if not planned:
        raise UsageError("none of these stacks has such a scenario: see `find-mem-leaks list`")
    if len({(job.name, job.environment.executable) for job in planned}) < len(planned):
        raise UsageError("a file and a stack have the same name: rename the file, or measure them in two runs")
    shard, shards = arguments.shard
    return planned[shard - 1 :: shards]


def _describe(pythons: Sequence[str], modules: Collection[str]) -> list[Environment]:
    """The interpreters' environments; UsageError if two have the same versions, as their cells would."""
    environments_ = [environments.describe(python, modules) for python in pythons]
    if len({(each.python, frozenset(each.packages.items())) for each in environments_}) < len(environments_):
        raise UsageError("two of the interpreters have the same versions of everything: measure them in two runs")
    return environments_


def _jobs_of_files(names: Named, environment: Environment, arguments: argparse.Namespace) -> Iterator[Job]:
    database = databases.of_file(arguments.database or ()) if names.files else None
    for target, label in names.files.items():
        outline = names.outlines[environment.executable, target]
        for name in outline.picked(arguments.scenario or ()):
            scenario = workloads.scenario(arguments.operations, name)
            settled = order(arguments, label, scenario, outline.settings)
            yield Job(environment, replace(settled, file=target, database=database))


def _jobs_of_tests(names: Named, environment: Environment, arguments: argparse.Namespace) -> Iterator[Job]:
    suite = names.suites.get(environment.executable, Suite())
    for test in suite.picked(arguments.scenario or ()):
        settled = order(arguments, test.file, workloads.scenario(arguments.operations, test.name), UNSAID)
        if arguments.quick is None:
            settled = replace(settled, rules=_rules(arguments, None, suites.RULES))
        of_test = suites.of_test(settled, suite, test)
        yield Job(environment, replace(of_test, variables=applications.variables(arguments)))


def _jobs_of_application(
    application: Application, environment: Environment, arguments: argparse.Namespace
) -> Iterator[Job]:
    """A job for each cell of an application."""
    logins = [request.route for request in applications.logins(arguments)]
    served, cells = applications.cells(arguments, environment.executable, application)
    for cell in cells:
        scenario = replace(workloads.scenario(arguments.operations, cell.scenario), is_client=bool(cell.roles))
        settled = order(arguments, application.name, scenario, UNSAID)
        routes = [request.route for request in cell.requests]
        roles = {role: request.route for role, request in cell.roles.items()}
        where: requests.Where = {**served.where, "routes": routes, "shares": cell.shares}
        where.update({"logins": logins, "roles": roles})
        of_application = replace(
            settled,
            file=application.name,
            label=application.label,
            application=where,
            variables=applications.variables(arguments),
            options=_options(arguments, application),
            skipped=cell.skipped,
            remark=cell.remark,
            unseen=cell.unseen,
        )
        yield Job(environment, of_application)


def _options(arguments: argparse.Namespace, application: Application) -> tuple[str, ...]:
    """Return those of the call, with the folder of an application that was named by its file."""
    options = recorded.options(arguments, USUAL, own=True, application=True)
    is_elsewhere = not arguments.app_dir and Path(application.folder) != Path.cwd()
    return (*options, "--app-dir", application.folder) if is_elsewhere else options


def _jobs_of(
    stack: Stack, environment: Environment, arguments: argparse.Namespace, database: Database | None
) -> list[Job]:
    cells = []
    label = environment.label(stack) + (f"_{database.driver.short}" if database else "")
    for scenario in _scenarios(stack, environment, arguments, database):
        plain = order(arguments, stack.name, scenario)
        labelled = replace(plain, label=label, truth=stack.truth_of(scenario.name), database=database)
        cells.append(Job(environment.seen_by(stack), labelled))
    return cells


def _check_scenarios(arguments: argparse.Namespace, stacks: Collection[Stack], called: Named) -> None:
    """Raise UsageError for a scenario that no stack has, and no file; routes are looked for when they are known."""
    if called.applications or not all(outline.is_read for outline in called.outlines.values()):
        return
    names = [*(scenarios.SCENARIOS if stacks else ()), *(name for stack in stacks for name in stack.own or ())]
    names += [name for outline in called.outlines.values() for name in outline.names]
    names += clients.summaries() if stacks else ()
    names += [name for suite in called.suites.values() for name in suite.names]
    for name in arguments.scenario or ():
        if name not in names and not any(suite.picked([name]) for suite in called.suites.values()):
            raise errors.unknown("scenario", name, dict.fromkeys(names))


def _scenarios(
    stack: Stack, environment: Environment, arguments: argparse.Namespace, database: Database | None
) -> list[Scenario]:
    """The scenarios of one stack: of those that were asked for the ones that it has, or what is usual for it."""
    operations = arguments.operations
    misbehaving = _clients(stack, environment, arguments)
    if arguments.clients and not (arguments.scenario or arguments.mix):
        chosen: list[Scenario] = []
    elif arguments.mix:
        chosen = [] if stack.own else [scenarios.from_mix(arguments.mix)]
    elif stack.own:
        wanted = arguments.scenario or stack.own
        server = database.driver.server if database else databases.SQLITE
        names = [name for name in stack.own if name in wanted and stack.has(name, server)]
        chosen = [Scenario(name, None, scenarios.OPERATIONS) for name in names]
    else:
        takes_longer = stack.is_served or database is not None
        few = arguments.quick or (takes_longer and not arguments.all)
        usual = scenarios.DEFAULT[:1] if few else scenarios.DEFAULT
        wanted = dict.fromkeys(arguments.scenario or usual)
        chosen = [scenarios.SCENARIOS[name] for name in wanted if name in scenarios.SCENARIOS]
    chosen += misbehaving
    return [_of(scenario, operations) for scenario in chosen] if operations else chosen


def _clients(stack: Stack, environment: Environment, arguments: argparse.Namespace) -> list[Scenario]:
    """The clients that were asked for and suit the stack; UsageError for one by its name that the environment lacks a
    module for, which is left out of all of them."""
    names = clients.named(arguments.clients, arguments.scenario or ())
    suitable = clients.of(stack, names)
    there = clients.of(stack, names, environment.missing)
    if arguments.clients != clients.ALL and len(there) < len(suitable):
        lacking = next(each.name for each in suitable if each not in there)
        module = clients.MODULES[lacking]
        raise UsageError(
            f"{lacking} needs {module}, which {environment.executable} lacks: install it there, or add --with"
        )
    return there


def _of(scenario: Scenario, operations: int) -> Scenario:
    """The scenario with so many operations a round; UsageError if its name says another number."""
    if scenario.is_exact and scenario.operations != operations:
        raise UsageError(
            f"{scenario.name} carries out {scenario.operations:,} operations a round: for {operations:,} ask for "
            f"-s {scenarios.DEFAULT[0]} --operations {operations}"
        )
    return replace(scenario, operations=operations)


def _stacks(
    names: Named, stacks: Mapping[str, Stack], environment: Environment, arguments: argparse.Namespace
) -> list[tuple[Stack, Database | None]]:
    """The stacks that are asked for and that the environment can run, on each database that they can work on;
    UsageError where one that is named, or all of them, can be run on none."""
    chosen = [*dict.fromkeys(databases.parse(name) for name in arguments.database or [databases.SQLITE])]
    are_all, on_server = arguments.all or names.patterns, any(chosen)
    candidates = [
        stack
        for stack in _named(names.patterns, stacks, environment)
        if are_all or stack.is_usual or (stack.is_of_drivers and on_server)
    ]
    runnable: list[tuple[Stack, Database | None]] = []
    reasons: dict[str, str] = {}
    for stack in candidates:
        why_not = {database: _why_not(stack, environment, database) for database in chosen}
        runnable += [(stack, database) for database, reason in why_not.items() if reason is None]
        if all(why_not.values()):
            reasons[stack.name] = next(filter(None, why_not.values()))
    named = [name for name in reasons if name in names.patterns]
    if named or (reasons and not runnable):
        raise UsageError(reasons[(named or list(reasons))[0]])
    return runnable


def _named(patterns: Sequence[str], stacks: Mapping[str, Stack], environment: Environment) -> list[Stack]:
    """The stacks that the patterns name, by their short or full names; without a pattern all of them."""
    names = {name: (name, environment.label(stack)) for name, stack in stacks.items()}
    matching: dict[str, Stack] = {}
    for pattern in patterns or ["*"]:
        matched = [name for name, spellings in names.items() if any(fnmatchcase(text, pattern) for text in spellings)]
        if not matched:
            known_names = [spellings[pattern.startswith("sqlalchemy")] for spellings in names.values()]
            raise errors.unknown("stack", pattern, known_names)
        matching.update({name: stacks[name] for name in matched})
    return list(matching.values())


def _why_not(stack: Stack, environment: Environment, database: Database | None) -> str | None:
    """Return why the environment cannot run a stack on a database; None if it can."""
    refused = database.refuses(stack, environment.packages.get(environments.SQLALCHEMY)) if database else None
    needed = database.requires(stack) if database else stack.requires
    missing = [module for module in needed if module in environment.missing]
    if refused or not missing:
        return refused
    lacking = ", ".join(missing)
    return f"{stack.name} needs {lacking}, which {environment.executable} lacks: install it there, or add --with"


def order(arguments: argparse.Namespace, stack: str, scenario: Scenario, of_file: Settings | None = None) -> Order:
    """Return what a cell is measured with: as the options say, else as the settings of its file, else as usual. A stack
    that ships has no file, and is slow by nothing but the machine."""
    settings = of_file or UNSAID
    rules = _rules(arguments, settings.limit, QUICK if arguments.quick else Rules())
    usual = QUICK_TIME_CAP if arguments.quick else settings.time_cap or TIME_CAP
    fixed = arguments.rounds or arguments.operations or scenario.is_exact
    return Order(
        stack=stack,
        scenario=scenario,
        seed=arguments.seed,
        rules=replace(rules, fewest=0 if of_file else FEWEST),
        concurrency=arguments.concurrency,
        time_cap=arguments.time_cap or usual,
        grace=0.0 if of_file or arguments.time_cap else GRACE * usual,
        stall=arguments.stall,
        rounds=(arguments.rounds or FIXED_ROUNDS) if fixed else None,
        truth=settings.expect,
        options=recorded.options(arguments, USUAL, own=of_file is not None),
    )


def _rules(arguments: argparse.Namespace, own_limit: float | None, usual: Rules) -> Rules:
    limit = arguments.limit or own_limit
    rules = usual.of(limit) if limit else usual
    return replace(rules, confidence=arguments.confidence or rules.confidence)
