"""The desk and plans of disposal: whose key, who may what, and what is kept of a key: nothing."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.config.suppressions import append, place_suppression
from pii_scan.desk.accounts import RIGHTS, save_account
from pii_scan.desk.asking import PLACES
from pii_scan.desk.forms import NOTHING, parted
from pii_scan.desk.plans import Plans
from pii_scan.disposal import Left, Paper, Plan, Target, paper_of, written
from pii_scan.enrolment import told
from tests.desk_plans import PASSPHRASE, events, planning
from tests.desk_server import Client, Served, serving

PASSWORD = "een heel lang wachtwoord"
EVIL = '<script>alert("x")</script>\u202e' + "z" * 3_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    users = tmp_path / "users.json"
    for role in ("viewer", "officer", "approver", "administrator"):
        save_account(users, role, role, PASSWORD)
    with planning(tmp_path, users=users) as made:
        yield made


def drafted(served: Served) -> str:
    """Write a plan down as its process does; return its page."""
    plans = Plans(served.folder / "plans", served.desk.store)
    path = plans.new()
    planner = next(key for key, (name, _) in told(served.desk.store).items() if name[3] == "p")
    run = CliRunner().invoke(
        main,
        [
            *("dispose", "plan", "--planner", planner, "--output", str(path)),
            *("--quarantine", str(served.folder / "quarantine")),
            *("--events", events(served.folder), "--store", served.desk.serving.store),
        ],
    )
    assert run.exit_code == 0, run.output
    return f"/weghalen/{path.stem}"


def signed(client: Client, served: Served, page: str, step: str, who: str) -> tuple[int, str]:
    key = (served.folder / f"{who}.key").read_text()
    fields = {"csrf": client.csrf(), "passphrase": PASSPHRASE}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body += '--x\r\nContent-Disposition: form-data; name="key"; filename="my.key"\r\n\r\n'
    host = f"127.0.0.1:{client.port}"
    request = urllib.request.Request(
        f"http://{host}{page}/{step}",
        f"{body}{key}\r\n--x--\r\n".encode(),
        {
            "Content-Type": "multipart/form-data; boundary=x",
            "Origin": f"http://{host}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        },
    )
    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(request) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), error.read().decode()


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows where a form leads, and does not go there."""

    def redirect_request(self, *_: object) -> None:
        """Go nowhere."""


@pytest.mark.slow
def test_two_people_stand_behind_a_plan_each_in_their_role(served: Served) -> None:
    page = drafted(served)
    officer, approver = (served.as_user(it, PASSWORD) for it in ("officer", "approver"))
    assert "nog niet ondertekend" in officer.ask(page).text
    status, text = signed(approver, served, page, "goedkeuren", "approver")
    assert (status, "De planner heeft nog niet ondertekend" in text) == (422, True)
    assert signed(approver, served, page, "tekenen", "planner")[0] == 403
    assert signed(officer, served, page, "tekenen", "planner")[0] == 303
    status, text = signed(officer, served, page, "tekenen", "planner")
    assert (status, "al ondertekend" in text) == (422, True)
    assert signed(officer, served, page, "goedkeuren", "approver")[0] == 403
    assert officer.send(f"{page}/proef").status == 409
    status, text = signed(approver, served, page, "goedkeuren", "planner")
    assert (status, "Wie plant keurt niet goed" in text) == (422, True)
    assert signed(approver, served, page, "goedkeuren", "approver")[0] == 303
    status, text = signed(approver, served, page, "goedkeuren", "approver")
    assert (status, "Iemand anders heeft hier intussen" in text) == (409, True)
    assert approver.send(f"{page}/uitvoeren", sure="ja").status == 403
    assert officer.send(f"{page}/uitvoeren").status == 409
    log = [(it.kind, it.operator) for it in served.desk.store.log()]
    assert ("dispose.planned", "officer") in log
    assert ("dispose.approved", "approver") in log
    kept = b"".join(it.read_bytes() for it in (served.folder / "plans").iterdir())
    assert b"PRIVATE KEY" not in kept
    (path,) = (served.folder / "plans").glob("*.json")
    assert [it.role for it in paper_of(path.read_bytes()).signatures] == ["planner", "approver"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_plan_that_somebody_changed_is_not_run(served: Served) -> None:
    page = drafted(served)
    officer, approver = (served.as_user(it, PASSWORD) for it in ("officer", "approver"))
    assert signed(officer, served, page, "tekenen", "planner")[0] == 303
    assert signed(approver, served, page, "goedkeuren", "approver")[0] == 303
    (path,) = (served.folder / "plans").glob("*.json")
    path.write_text(path.read_text().replace('"days": 30', '"days": 29'))
    assert "nog niemand" in officer.ask(page).text
    assert officer.send(f"{page}/uitvoeren", sure="ja").status == 409


def test_a_file_that_is_no_plan_hides_no_other(served: Served) -> None:
    page = drafted(served)
    broken = "plan-20260101-000000-00000000"
    (served.folder / "plans" / f"{broken}.json").write_text("{")
    answer = served.as_user("viewer", PASSWORD).ask("/weghalen")
    assert (answer.status, page in answer.text) == (200, True)
    assert f"/weghalen/{broken}" not in answer.text
    assert f"{broken} <span" in answer.text


def test_a_plan_is_asked_for_with_what_it_needs(served: Served) -> None:
    officer = served.as_user("officer", PASSWORD)
    assert "De planner" in officer.ask("/weghalen").text
    assert officer.send("/weghalen", planner="x", method="quarantine").status == 409
    planner = next(iter(told(served.desk.store)))
    assert officer.send("/weghalen", planner=planner, method="burn").status == 409
    for name in ("x", "plan-20261126-120000-00000000", "..%2f..%2fetc"):
        assert officer.ask(f"/weghalen/{name}").status in (404, 409)
    assert "Plan maken" not in served.as_user("viewer", PASSWORD).ask("/weghalen").text


def test_the_list_that_the_desk_gives_to_its_scans_goes_with_a_plan(served: Served) -> None:
    officer, desk = served.as_user("officer", PASSWORD), served.desk.serving
    today = datetime.now(UTC).date()
    by = ("een testpersoon", "A. Tester", today, today + timedelta(days=9))
    append(desk.judged, [place_suppression("PERSON", "share/oefening", *by)])
    assert str(desk.judged) not in officer.ask("/weghalen").text  # the scan was not given it
    given = ["--events", events(served.folder), "--suppressions", str(desk.judged)]
    asked = ["scan", "share", "--policy", "quality-contacts", *given, "--store", desk.store]
    assert CliRunner().invoke(main, asked).exit_code in (0, 1)
    assert f">{desk.judged}</textarea>" in officer.ask("/weghalen").text


def test_who_plans_approves_and_runs_are_told_apart_by_rights() -> None:
    rights = {(it.path, it.method): it.right for it in PLACES if it.path.startswith("/weghalen")}
    assert rights["/weghalen/{name}/tekenen", "POST"] == "decide"
    assert rights["/weghalen/{name}/goedkeuren", "POST"] == "approve"
    assert not [it for it in RIGHTS.values() if {"decide", "approve"} <= it]


def test_a_form_with_a_file_is_read() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nabc\r\n'
        b'--x\r\nContent-Disposition: form-data; name="key"; filename="../../a.key"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN\r\nxyz\r\n-----END\r\n\r\n"
        b"--x--\r\n"
    )
    got = parted(body, "multipart/form-data; boundary=x")
    assert got.fields == {"csrf": "abc"}
    assert got.files["key"].content == b"-----BEGIN\r\nxyz\r\n-----END\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (os.urandom(500), "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_has_no_fields(body: bytes, kind: str) -> None:
    assert parted(body, kind) == NOTHING


def test_hostile_names_in_a_plan_break_no_page(tmp_path: Path) -> None:
    target = Target(1, EVIL, "/x", 1, 1, EVIL, "quarantine", (EVIL,), "2020-01-01")
    plan = Plan(1, "2026-11-26", EVIL, "/q", 30, (EVIL,), (target,), (Left(EVIL, EVIL),))
    with serving(tmp_path) as served:
        plans = Plans(served.folder / "plans", served.desk.store)
        path = plans.new()
        path.write_bytes(written(Paper(plan)))
        client = served.entered()
        for page in ("/weghalen", f"/weghalen/{path.stem}"):
            answer = client.ask(page)
            assert answer.status == 200
            assert "<script>alert" not in answer.text
            assert "\u202e" not in answer.text


@pytest.mark.slow
def test_on_the_command_line_too_a_plan_is_signed_later(served: Served) -> None:
    page = drafted(served)
    (path,) = (served.folder / "plans").glob("*.json")
    url = served.desk.serving.store
    for who, code, says in (
        ("approver", 2, "the plan is of key"),
        ("planner", 0, "plan "),
        ("planner", 2, "signed already"),
    ):
        run = CliRunner().invoke(
            main,
            [
                "dispose",
                "sign",
                str(path),
                "--key",
                str(served.folder / f"{who}.key"),
                "--store",
                url,
            ],
            input=f"{PASSPHRASE}\n",
        )
        assert (run.exit_code, says in run.output) == (code, True), run.output
    assert "wacht op goedkeuring" in served.as_user("viewer", PASSWORD).ask("/weghalen").text
    assert served.as_user("viewer", PASSWORD).ask(page).status == 200
    run = CliRunner().invoke(main, ["dispose", "plan", "--output", str(path) + "2"])
    assert (run.exit_code, "--planner" in run.output) == (2, True)
