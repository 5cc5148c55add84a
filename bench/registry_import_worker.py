"""One process of the measurement of imports: make the file, import it, or do the bare minimum."""

from __future__ import annotations

import csv
import json
import random
import re
import resource
import shutil
import sys
import time
import zipfile
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from kechuang.reference.credit_codes import check_character

PLACES = 9
SAMPLE = 5_000
"""Rows that are made cell by cell; a longer workbook repeats them."""
SHEET = "xl/worksheets/sheet1.xml"
YEAR = 2025
START = date(1995, 1, 1)
ODD = 0.01
"""The part of yearly values drawn without regard to the others, so that some are doubted."""
SHARES = {
    "revenue": 100, "main_income": 90, "total_income": 105, "hightech_income": 60,
    "total_cost": 80, "taxes_paid": 5, "total_assets": 140, "total_liabilities": 60,
    "net_assets": 80, "rd_expense_deduction": 6, "rd_expense_hnte": 6,
    "rd_expense_hnte_domestic": 5, "rd_expense_audited": 6, "rd_expenditure_statistics": 6,
    "staff_total_quarterly": 0.3, "staff_total_monthly": 0.3, "technical_staff_quarterly": 0.1,
    "technical_staff_monthly": 0.1, "college_staff": 0.2, "rd_staff": 0.1,
    "rd_staff_full_time": 0.1,
}  # fmt: skip
"""What a firm has of a thing for each unit of its size, as they go together in a real file."""


def office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


def start(base: Path | None = None) -> None:
    """An installation with its region, or a copy of one."""
    django.setup()
    settings = import_module("django.conf").settings
    if base is not None:
        shutil.copytree(base, settings.DATA, dirs_exist_ok=True)
        return
    office("site.serving").prepare()
    region = office("regions.models").Region.objects
    if region.exists():
        return
    above = None
    for code, name, level in (("990000", "示例省", "province"), ("990100", "示例市", "prefecture")):
        path = f"{above.path if above else '/'}{code}/"
        above = region.create(
            code=code, name=name, short_name=name[:-1], level=level, parent=above, path=path
        )
    for number in range(1, PLACES + 1):
        code = f"{990100 + number}"
        region.create(
            code=code,
            name=f"示例{number}县",
            short_name=f"示例{number}",
            level="county",
            parent=above,
            path=f"{above.path}{code}/",
        )


def code_of(number: int) -> str:
    """The credit code of a made-up firm."""
    first = f"91990101MA{number:07}"
    return first + check_character(first)


def columns(purpose: str) -> list[Any]:
    """Forty columns of a purpose: name, kind of value, header."""
    found = office("registry.imports.purposes").PURPOSES[purpose]
    left = {"party_code", "region_name", "former_name", "parent_code", "tags", "facts_year"}
    chosen = [each for each in found.listed if each.code not in left]
    if purpose == "organisations":
        return [(each, each.header()) for each in chosen[:40]]
    yearly = [each for each in chosen if each.is_yearly]
    head = [each for each in chosen if not each.is_yearly]
    told = [(each, each.header()) for each in head]
    for year in (YEAR, YEAR - 1):
        told += [(each, each.header(year)) for each in yearly]
    return told[:40]


def cell(column: Any, number: int, chance: random.Random) -> Any:  # noqa: C901 - one case a kind
    """A value that may stand in a column."""
    field = column.field
    match field.code:
        case "enterprise_code":
            return code_of(number)
        case "enterprise_name":
            return f"示例市{number}号精密轴承制造有限公司"
        case "region_code":
            return f"{990101 + number % PLACES}"
        case "contact_phone":
            return f"138{number:08}"
        case "industry_code":
            return "C3451"
    share = SHARES.get(field.code)
    if share is not None and chance.random() > ODD:
        return round((1 + number % 900) * share, 2 if field.type == "money" else 0)
    match field.type:
        case "money":
            return round(chance.uniform(0, 90_000), 2)
        case "count":
            return chance.randrange(300)
        case "number":
            return round(chance.uniform(0, 300), min(field.places, 1))
        case "boolean":
            return "是" if chance.random() < 0.7 else "否"
        case "date":
            return START + timedelta(days=chance.randrange(11_000))
        case "choice":
            return chance.choice(list(field.options.values()))
    return f"{field.name}{number % 5_000}"


def make(purpose: str, file: Path, rows: int) -> dict[str, Any]:
    """Write the workbook."""
    start()
    chosen = columns(purpose)
    chance = random.Random(purpose)  # noqa: S311 - made-up values
    if file.suffix == ".csv":
        return _make_csv(chosen, file, rows, chance)
    if rows > SAMPLE:
        make(purpose, file, SAMPLE)
        return _lengthen(file, [column.field.code for column, _header in chosen], rows)
    book = import_module("xlsxwriter").Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("填报")
    for at, (_column, header) in enumerate(chosen):
        sheet.write_string(0, at, header)
    for number in range(1, rows + 1):
        for at, (column, _header) in enumerate(chosen):
            value = cell(column, number, chance)
            if isinstance(value, str):
                sheet.write_string(number, at, value)
            elif isinstance(value, date):
                sheet.write_datetime(number, at, value)
            else:
                sheet.write_number(number, at, value)
    book.close()
    return {"columns": len(chosen)}


def _lengthen(file: Path, codes: list[str], rows: int) -> dict[str, Any]:
    """Repeat the rows of a workbook under other codes and names: each cell anew takes minutes."""
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    before, *found = parts.pop(SHEET).decode().split("<row ")
    last, after = found[-1].split("</sheetData>")
    at = {
        name: chr(ord("A") + codes.index(name)) for name in ("enterprise_code", "enterprise_name")
    }
    templates = []
    for row in [*found[1:-1], last]:
        text = re.sub(r'r="([A-Z]*)\d+"', r'r="\g<1>{row}"', row)
        for name, letter in at.items():
            cell_of = f'<c r="{letter}{{row}}" t="inlineStr"><is><t>{{{name}}}</t></is></c>'
            text = re.sub(rf'<c r="{letter}{{row}}".*?</c>', cell_of, text)
        templates.append("<row " + text)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            book.writestr(name, content)
        with book.open(SHEET, "w", force_zip64=True) as stream:
            whole = re.sub(r'<dimension ref="[^"]*"/>', "", f"{before}<row {found[0]}")
            stream.write(whole.encode())
            for number in range(1, rows + 1):
                said = {"enterprise_code": code_of(number), "row": number + 1}
                name = f"示例市{number}号精密轴承制造有限公司"
                text = templates[number % SAMPLE].format(**said, enterprise_name=name)
                stream.write(text.encode())
            stream.write(f"</sheetData>{after}".encode())
    return {"columns": len(codes)}


def _make_csv(chosen: list[Any], file: Path, rows: int, chance: random.Random) -> dict[str, Any]:
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(header for _column, header in chosen)
        lines.writerows(
            [cell(column, number, chance) for column, _header in chosen]
            for number in range(1, rows + 1)
        )
    return {"columns": len(chosen)}


def refused(purpose: str, file: Path, _rows: int) -> dict[str, Any]:
    """What is said of a file that is too large, and how much memory that took."""
    start()
    batch = _sent(purpose, file)
    office("ground.jobs").run_waiting_jobs()
    batch.refresh_from_db()
    if batch.state != "refused":
        raise SystemExit(f"the file is {batch.state}, not refused")
    return {"refused": batch.refusal, "peak": peak()}


def ours(purpose: str, file: Path, _rows: int) -> dict[str, Any]:
    """The whole import, each job as a worker runs it."""
    start()
    system = office("ground.actors").SYSTEM
    services = office("registry.services.imports")
    jobs, models = office("ground.jobs"), office("registry.models")
    batch = _sent(purpose, file)
    times, processor = [], 0.0
    for step in (None, services.confirm):
        if step is not None:
            step(system, models.ImportBatch.objects.get(pk=batch.pk))
        begun, busy = time.perf_counter(), time.process_time()
        jobs.run_waiting_jobs()
        times.append(time.perf_counter() - begun)
        processor += time.process_time() - busy
    batch.refresh_from_db()
    if batch.state != "done":
        raise SystemExit(f"{batch.state} {batch.refusal} {batch.job.error} {batch.problems[:3]}")
    records = models.ImportChange.objects.filter(batch=batch).count()
    return {
        "check": times[0],
        "write": times[1],
        "processor": processor,
        "written": batch.counts["written"],
        "records": records,
        "peak": peak(),
    }


def _sent(purpose: str, file: Path) -> Any:
    """The import of a file, before anything of it is read."""
    system = office("ground.actors").SYSTEM
    services = office("registry.services.imports")
    region = office("regions.models").Region.objects.get(code="990100")
    provenance = office("registry.provenance").Provenance("bureau", date(2026, 1, 1))
    with file.open("rb") as stream:
        upload = services.take_in(system, region, file.name, stream)
    return services.send(system, upload, purpose, YEAR, provenance, region)


TABLES = {
    "organisations": ("party", "organisation", "standing"),
    "yearly_facts": ("yearly_fact",),
}


def floor(purpose: str, file: Path, _rows: int, base: Path) -> dict[str, Any]:
    """Read the file with calamine and put the same rows in with executemany."""
    start(base)
    connection = import_module("django.db").connection
    transaction = import_module("django.db").transaction
    fastexcel = import_module("fastexcel")
    begun, busy = time.perf_counter(), time.process_time()
    fastexcel.read_excel(file).load_sheet(0).to_polars()
    read = time.perf_counter() - begun
    processor = time.process_time() - busy
    models = office("registry.imports.purposes").MODELS
    batch = office("registry.models").ImportBatch.objects.get(purpose=purpose)
    written = office("registry.models").ImportChange._meta.db_table
    held = []
    with connection.cursor() as cursor:
        for name in TABLES[purpose]:
            table = models[name]._meta.db_table
            key = models[name]._meta.pk.column
            name_is = f"\"table\" = '{name}'"
            rows_of = f"SELECT row FROM {written} WHERE batch_id = {batch.pk} AND {name_is}"  # noqa: S608
            mine = f"{key} IN ({rows_of})"
            cursor.execute(f"SELECT * FROM {table} WHERE {mine}")  # noqa: S608 - our own names
            held.append((table, mine, [each[0] for each in cursor.description], cursor.fetchall()))
        for table, mine, _names, _rows_of in reversed(held):
            cursor.execute(f"DELETE FROM {table} WHERE {mine}")  # noqa: S608 - our own names
    begun, busy = time.perf_counter(), time.process_time()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, _mine, names, rows in held:
            marks, quoted = ", ".join(["%s"] * len(names)), ", ".join(f'"{n}"' for n in names)
            sql = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608 - our own names
            cursor.executemany(sql, rows)
    write = time.perf_counter() - begun
    processor += time.process_time() - busy
    records = sum(len(rows) for *_rest, rows in held)
    return {
        "read": read,
        "write": write,
        "processor": processor,
        "records": records,
        "peak": peak(),
    }


def peak() -> float:
    """The most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Do one role and print its figures."""
    role, purpose, file, rows, *base = sys.argv[1:]
    run = {"make": make, "ours": ours, "floor": floor, "refused": refused}[role]
    found = run(purpose, Path(file), int(rows), *map(Path, base))
    sys.stdout.write(json.dumps(found) + "\n")


main()
