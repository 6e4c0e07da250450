"""The command line: which command, with which settings, in which data folder. Imports of the commands are lazy."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atm_app.branch.roles import Role
from atm_app.config import ConfigurationProblem, Settings, read_settings, settings_file
from atm_app.identity.policy import POLICIES, PolicyProblem, policy_of
from atm_app.stores import StoreUnavailable
from atm_app.trust.vault import KeyProblem
from commands.arguments import at_least_one, at_least_two, with_data
from commands.fleet_arguments import add_fleet, add_fleet_settings, add_terminal
from db.folder import DataFolder, FolderProblem, data_folder

if TYPE_CHECKING:
    from commands.settings_in_force import SettingsInForce

EXIT_USAGE, EXIT_PROBLEM, EXIT_IN_USE = 2, 1, 3
# Commands that work as the machine does: with what the centre of its fleet decided. The kiosk looks for that itself.
AS_THE_MACHINE = frozenset({"doctor", "cut-off", "staff", "customer"})


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="main.py", description="A cardless ATM: known by face, fingerprint and code.")
    top.add_argument("--data", help="the data folder (else ATM_DATA, else the user's own)")
    top.add_argument("--config", type=Path, help="the settings file (else ./atm.toml where there is one)")
    top.add_argument(
        "--policy", metavar="NAME", help=f"which factors a customer shows: {', '.join(POLICIES)}, or your own"
    )  # fmt: skip
    top.add_argument("--windowed", metavar="WxH", help="a window instead of the whole screen, e.g. 1280x720")
    top.add_argument("--camera", help="device number or path, URL, or a video file that plays again and again")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name, about in (
        ("demo", "one scripted cardless withdrawal in a fresh data folder"),
        ("doctor", "every device, service, key and setting: state and what to do"),
        ("cut-off", "end the accounting period: totals by kind, cash counters, differences"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    simulate = commands.add_parser("simulate", help="seeded worlds of customers, staff and faults; every invariant")
    simulate.add_argument("--seeds", type=at_least_one, metavar="N", help="how many (1000; 1 with --from)")
    simulate.add_argument("--from", type=int, dest="first_seed", metavar="SEED", help="the first one: 0")
    simulate.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_fleet(commands.add_parser("fleet", help="many kiosks at one cluster"))
    bench = commands.add_parser("bench", help="figures beside a floor").add_subparsers(dest="action", required=True)
    ledger = bench.add_parser("ledger", help="movements a second, beside the same CALL made by sysbench")
    ledger.add_argument("--json", action="store_true")
    ledger.add_argument("--runs", type=at_least_one, default=5, help="counted runs of each kind; the median is told")
    ledger.add_argument("--seconds", type=at_least_one, default=4, help="how long each run takes")
    face = bench.add_parser("face", help="stages, frames a second, decision time, how late Tk gets meanwhile")
    face.add_argument("--json", action="store_true")
    face.add_argument("--sessions", type=at_least_one, default=20, help="face sessions at the window")
    ui = bench.add_parser("ui", help="whole withdrawals: from a touch to what it paints, memory from visit to visit")
    ui.add_argument("--json", action="store_true")
    ui.add_argument("--sessions", type=at_least_one, default=20, help="withdrawals at the window")
    many = bench.add_parser("fleet", help="withdrawals a second of a cluster, beside one member alone")
    many.add_argument("--kiosks", type=at_least_one, default=8, metavar="N", help="that pay out at once: 8")
    many.add_argument("--seconds", type=at_least_one, default=10, metavar="S", help="of each run: 10")
    many.add_argument("--json", action="store_true", help="one JSON object on standard output")
    gallery = bench.add_parser("gallery", help="1:N search in a large gallery, beside the exact scan")
    gallery.add_argument("--json", action="store_true")
    gallery.add_argument("--templates", type=at_least_one, default=1_000_000, metavar="N", help="how many: 1000000")
    evaluate = commands.add_parser("evaluate", help="error rates on your data").add_subparsers(
        dest="action", required=True
    )
    face = evaluate.add_parser("face", help="recognition of the people in DATASET/gallery and DATASET/probe")
    face.add_argument("dataset", type=Path, metavar="DATASET")
    face.add_argument("--enrol", type=at_least_one, default=5, metavar="K", help="photographs enrolled of each: 5")
    face.add_argument("--json", action="store_true")
    face.add_argument("--report", type=Path, metavar="DIR", help="a page with pictures in this folder")
    palm = evaluate.add_parser("palm", help="whole hands DIR/PERSON_NUMBER or squares DIR/PERSON/SESSION_NUMBER")
    palm.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    palm.add_argument("--leave-out", type=at_least_one, default=0, metavar="K", help="the first K palms of each folder")
    palm.add_argument("--json", action="store_true")
    palm.add_argument("--report", type=Path, metavar="DIR", help="a page with pictures in this folder")
    finger = evaluate.add_parser("fingerprint", help="the image matcher on DIR/FINGER_IMPRESSION.png, or drawn fingers")
    source = finger.add_mutually_exclusive_group(required=True)
    source.add_argument("folders", type=Path, nargs="*", default=[], metavar="DIR")
    source.add_argument("--virtual", action="store_true", help="drawn fingers, and the virtual sensor's own matcher")
    finger.add_argument("--fingers", type=at_least_two, default=200, metavar="N", help="with --virtual: 200")
    finger.add_argument("--touches", type=at_least_two, default=8, metavar="N", help="of each, with --virtual: 8")
    finger.add_argument("--enrol", type=at_least_one, metavar="K", help="first impressions enrolled (else all pairs)")
    finger.add_argument("--as-sensor", action="store_true", help="256 x 288 pixels of 16 greys, as an R307 gives")
    finger.add_argument("--json", action="store_true")
    finger.add_argument("--report", type=Path, metavar="DIR", help="a page with pictures in this folder")
    liveness = evaluate.add_parser("liveness", help="attacks accepted, living customers refused (ISO/IEC 30107-3)")
    source = liveness.add_mutually_exclusive_group(required=True)
    source.add_argument("path", type=Path, nargs="?", help="bona_fide/ and attack/<species>/ with recordings")
    source.add_argument("--virtual", action="store_true", help="drawn persons and attacks")
    liveness.add_argument("--tries", type=at_least_one, default=150, help="of each kind, with --virtual: 150")
    liveness.add_argument("--seed", type=int, default=3, help="of persons, light and challenges, with --virtual: 3")
    liveness.add_argument(
        "--challenges",
        type=int,
        choices=range(2, 9),
        metavar="N",
        help="blinks and turns asked for, with --virtual: as configured",
    )
    liveness.add_argument(
        "--flash", action=argparse.BooleanOptionalAction,
        help="the face must follow the screen's colours as well, with --virtual: as configured",
    )  # fmt: skip
    liveness.add_argument("--json", action="store_true", help="one JSON object on standard output")
    liveness.add_argument("--report", type=Path, metavar="DIR", help="the figures and every try as files")
    audit = commands.add_parser("audit", help="the audit chain").add_subparsers(dest="action", required=True)
    verify = audit.add_parser("verify", help="find any changed, missing, inserted, reordered or truncated row")
    verify.add_argument(
        "--checkpoints", type=Path, metavar="FILE", help="heads that left the machine, as they came by e-mail"
    )
    verify.add_argument("--json", action="store_true")
    verify.add_argument("--data", dest="own_data", help="the data folder to verify")
    export = audit.add_parser("export", help="every row on standard output, pseudonyms replaced for this export alone")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="JSON lines, or CSV (RFC 4180)")
    export.add_argument("--data", dest="own_data", help="the data folder to export from")
    keys = commands.add_parser("keys", help="the master keys").add_subparsers(dest="action", required=True)
    for name, about in (
        ("rotate", "bring a new master key into force while kiosks run; goes on with a rotation that was cut short"),
        ("list", "each master key and what still needs it"),
    ):
        with_data(keys.add_parser(name, help=about))
    for name, about in (
        ("backup", "write the ring to a new file, under a passphrase that is typed or in ATM_KEY_PASSPHRASE(_FILE)"),
        ("restore", "bring the ring of such a file to a machine that has none"),
    ):
        command = with_data(keys.add_parser(name, help=about))
        command.add_argument("file", type=Path, metavar="FILE")
    customer = commands.add_parser("customer", help="customers").add_subparsers(dest="action", required=True)
    erase = customer.add_parser("erase", help="destroy name, contacts, templates and PIN for good, in backups too")
    erase.add_argument("--yes", action="store_true", help="do not ask for the number again")
    unlock = customer.add_parser("unlock", help="take back failed tries and locks")
    code_list = customer.add_parser("code-list", help="print a new list of one-time codes for a customer")
    for command in (erase, unlock, code_list):
        with_data(command).add_argument("number", metavar="NUMBER", help="the customer's number")
    take_in = with_data(customer.add_parser("import", help="customers of a list (CSV), a line a customer"))
    take_in.add_argument("file", type=Path, metavar="FILE.csv")
    take_in.add_argument("--pictures", type=Path, metavar="FOLDER", help="where its photographs and fingerprints lie")
    take_in.add_argument("--dry-run", action="store_true", help="try every line and change nothing")
    write_out = with_data(customer.add_parser("export", help="everybody as a list that import reads again"))
    write_out.add_argument("file", type=Path, metavar="FILE", nargs="?", help="a new file (else standard output)")
    console = commands.add_parser("staff", help="the console of the branch; accounts of staff")
    console.add_argument("--at-machine", action="store_true", help="on its own screen: as the supervisor key opens it")
    staff = console.add_subparsers(dest="action", metavar="DEED")
    for name, about in (
        ("create-administrator", "a machine's first start: the first administrator, with a password to be changed"),
        ("set-up", "your own account: a password nobody else has seen, and an authenticator app"),
        ("list", "who has an account, with which role"),
        ("add", "an account for somebody, with a password to be changed"),
        ("disable", "shut an account"),
        ("enable", "open it again"),
        ("reset", "for who lost password or authenticator: both begin anew"),
    ):
        command = staff.add_parser(name, help=about)
        command.add_argument("--data", dest="own_data", help="the data folder")
        if name in ("add", "disable", "enable", "reset"):
            command.add_argument("user_name", metavar="NAME", help="the user name of whom it is about")
        if name == "add":
            command.add_argument("role", choices=[role.value for role in Role], help="what they may do")
    add_terminal(commands.add_parser("terminal", help="machines of a fleet, each with a login of its own"))
    add_fleet_settings(commands.add_parser("fleet-settings", help="what the centre decides for its machines' settings"))
    database = commands.add_parser("db", help="the database").add_subparsers(dest="action", required=True)
    migrate = database.add_parser("migrate", help="bring the schema to this version")
    migrate.add_argument("--user", default="", help="administrator of a configured server; its password is asked for")
    migrate.add_argument("--new-key", action="store_true", help="make this machine's key file: the first one there is")
    backup = with_data(database.add_parser("backup", help="one backup more, tried out, while kiosks run"))
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="where this machine's backups lie")
    backup.add_argument("--keys-only", action="store_true", help="only write the data keys beside its backups anew")
    restore = with_data(database.add_parser("restore", help="put a backup back"))
    restore.add_argument("backup", type=Path, metavar="BACKUP", help="one of them, or their folder for the newest")
    restore.add_argument("--replace", action="store_true", help="where there is a database: move it aside first")
    return top


def size_of(text: str | None) -> tuple[int, int] | None:
    """``1280x720`` as numbers. Raises ConfigurationProblem."""
    if text is None:
        return None
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 640 and int(height) >= 360):
        raise ConfigurationProblem("--windowed wants WIDTHxHEIGHT of at least 640x360, e.g. 1280x720")
    return int(width), int(height)


def load_settings(
    config: Path | None, policy: str | None, camera: str | None, published: Mapping[str, Any] | None = None
) -> Settings:
    """Raises ConfigurationProblem, PolicyProblem."""
    path = settings_file(config)
    try:
        text = path.read_text() if path else ""
    except OSError as error:
        raise ConfigurationProblem(f"{path} cannot be read: {error.strerror}") from error
    settings = read_settings(text, dict(os.environ), published, policy=policy, camera=camera)
    policy_of(settings)
    return settings


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        settings = load_settings(options.config, options.policy, options.camera)
        folder = data_folder(getattr(options, "own_data", None) or options.data)
        if options.command in AS_THE_MACHINE and folder.published_settings.exists():
            settings = _in_force(options, settings, folder).kept().settings
        return _run(options, settings, folder)
    except (ConfigurationProblem, PolicyProblem) as problem:
        print(f"The settings cannot be used:\n{problem}", file=sys.stderr)
        return EXIT_USAGE
    except (FolderProblem, KeyProblem, StoreUnavailable) as problem:
        print(problem, file=sys.stderr)
        return EXIT_PROBLEM


def _run(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    if options.command == "demo":
        from commands.demo import run as demo

        return demo(settings, json_output=options.json)
    if options.command == "doctor":
        from commands.doctor import run as doctor

        return doctor(folder, settings, json_output=options.json)
    if options.command == "cut-off":
        from commands.cut_off import cut_off

        return cut_off(folder, settings, json_output=options.json)
    if options.command == "simulate":
        from commands.simulate import simulate

        return simulate(options.seeds, options.first_seed, json_output=options.json)
    if options.command == "fleet":
        from commands.fleet import up

        return up(
            options.nodes, options.kiosks, options.chaos, options.movements, options.seed, json_output=options.json
        )
    if options.command == "bench":
        return _bench(options, settings)
    if options.command == "evaluate":
        return _evaluate(options, settings)
    if options.command == "audit":
        from commands.audit import export, verify

        if options.action == "export":
            return export(folder, settings, options.format)
        return verify(folder, settings, options.checkpoints, json_output=options.json)
    families = {
        "keys": _keys, "customer": _customer, "staff": _staff, "db": _database, "terminal": _terminal,
        "fleet-settings": _fleet_settings,
    }  # fmt: skip
    return families.get(options.command, _kiosk)(options, settings, folder)


def _staff(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    if options.action is None:
        from commands.staff_console import open_console

        config = settings_file(options.config) or Path("atm.toml")
        return open_console(folder, settings, size_of(options.windowed), config, at_machine=options.at_machine)
    from commands.staff import run as staff

    return staff(folder, settings, options.action, getattr(options, "user_name", ""), getattr(options, "role", ""))


def _keys(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    from commands import keys

    if options.action in ("backup", "restore"):
        act = keys.backup if options.action == "backup" else keys.restore
        return act(folder, options.file, json_output=options.json)
    show = keys.rotate if options.action == "rotate" else keys.show
    return show(folder, settings, json_output=options.json)


def _database(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    if options.action == "backup":
        from commands.backup import backup

        return backup(folder, settings, options.folder, keys_only=options.keys_only, json_output=options.json)
    if options.action == "restore":
        from commands.backup import restore

        return restore(folder, settings, options.backup, replace=options.replace, json_output=options.json)
    from commands.database import migrate

    return migrate(folder, settings, options.user, new_key=options.new_key)


def _terminal(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    from commands import terminals

    told = options.json
    if options.action == "join":
        return terminals.join(folder, settings, options.token_file, json_output=told)
    if options.action == "invite":
        return terminals.invite(folder, settings, options.terminal, options.hours, options.user, json_output=told)
    if options.action == "revoke":
        return terminals.revoke(folder, settings, options.terminal, options.user, json_output=told)
    act = terminals.show if options.action == "list" else terminals.lock_shared
    return act(folder, settings, options.user, json_output=told)


def _fleet_settings(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    from commands import fleet_settings

    deeds = {"publish": fleet_settings.publish, "rollback": fleet_settings.rollback, "show": fleet_settings.show}
    return deeds.get(options.action, fleet_settings.list_all)(folder, settings, options)


def _in_force(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> SettingsInForce:
    from commands.settings_in_force import SettingsInForce

    return SettingsInForce(folder, settings, partial(load_settings, options.config, options.policy, options.camera))


def _customer(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    if options.action in ("import", "export"):
        from commands import customer_lists

        if options.action == "export":
            return customer_lists.export_list(folder, settings, options.file, json_output=options.json)
        return customer_lists.import_list(
            folder, settings, options.file, options.pictures, dry_run=options.dry_run, json_output=options.json
        )
    from commands import customer

    if options.action == "erase":
        return customer.erase(folder, settings, options.number, confirmed=options.yes, json_output=options.json)
    act = customer.unlock if options.action == "unlock" else customer.code_list
    return act(folder, settings, options.number, json_output=options.json)


def _bench(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "gallery":
        from commands.bench_gallery import gallery

        return gallery(options.templates, settings.face, json_output=options.json)
    if options.action == "face":
        from commands.bench_face import bench_face

        return bench_face(settings, options.sessions, json_output=options.json)
    if options.action == "fleet":
        from commands.bench_fleet import bench_fleet

        return bench_fleet(options.kiosks, options.seconds, json_output=options.json)
    if options.action == "ui":
        from commands.bench_ui import bench_ui

        return bench_ui(settings, options.sessions, json_output=options.json)
    from commands.bench import ledger

    return ledger(options.runs, options.seconds, json_output=options.json)


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "face":
        from commands.evaluate_face import evaluate_face

        return evaluate_face(options.dataset, options.enrol, settings.face, options.report, json_output=options.json)
    if options.action == "palm":
        from commands.evaluate_palm import evaluate_palm

        return evaluate_palm(options.folders, options.leave_out, options.report, json_output=options.json)
    if options.action == "fingerprint":
        from commands.evaluate_fingerprint import evaluate_fingerprint, evaluate_touches

        if options.virtual:
            return evaluate_touches(options.fingers, options.touches, options.report, json_output=options.json)
        return evaluate_fingerprint(
            options.folders, options.enrol, options.report, as_sensor=options.as_sensor, json_output=options.json
        )
    from commands import evaluate_liveness

    if options.virtual:
        return evaluate_liveness.on_drawn_persons(
            options.tries, options.seed, evaluate_liveness.asked(settings.face, options.challenges, options.flash),
            json_output=options.json, report=options.report,
        )  # fmt: skip
    return evaluate_liveness.on_recordings(options.path, json_output=options.json, report=options.report)


def _kiosk(options: argparse.Namespace, settings: Settings, folder: DataFolder) -> int:
    if not os.environ.get("DISPLAY"):
        print("There is no display here: running one scripted withdrawal instead (main.py demo).", file=sys.stderr)
        from commands.demo import run as demo

        return demo(settings, json_output=False)
    from commands.wiring import SecondKiosk

    try:
        from commands.kiosk import run as kiosk
        from commands.supervisor_key import SupervisorKey, console_command

        supervisor = SupervisorKey(console_command(folder, _named(options)))
        return kiosk(folder, size_of(options.windowed), supervisor, _in_force(options, settings, folder))
    except SecondKiosk as problem:
        print(problem, file=sys.stderr)
        return EXIT_IN_USE


def _named(options: argparse.Namespace) -> list[str]:
    """The options a console beside it has to be started with."""
    given = [("--config", options.config), ("--policy", options.policy), ("--windowed", options.windowed)]
    return [part for name, value in given if value is not None for part in (name, str(value))]
